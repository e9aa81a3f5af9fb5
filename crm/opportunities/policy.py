"""Which moves a case may make and what they skip, its chance, its weight and its age."""

from __future__ import annotations

from .stages import (
    ENDS,
    PASSABLE,
    Certainty,
    ExitTest,
    Group,
    LicenseGate,
    LostReason,
    Path,
    Stage,
    WaitingFor,
)

__all__ = [
    "ENDS",
    "PASSABLE",
    "Certainty",
    "ExitTest",
    "Group",
    "LicenseGate",
    "LostReason",
    "Path",
    "Stage",
    "WaitingFor",
]
