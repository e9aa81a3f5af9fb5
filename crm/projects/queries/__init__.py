"""Questions about projects and needs; each begins from what the actor may see."""

from .leads import Move, met_tests, moves_of, settled, source_of
from .needs import NeedRow, need, needs_of, needs_visible_to
from .projects import PartyRow, Taking, parties_of, party, project, sector_names, sectors_of, taking_part, visible_to

__all__ = [
    "Move",
    "NeedRow",
    "PartyRow",
    "Taking",
    "met_tests",
    "moves_of",
    "need",
    "needs_of",
    "needs_visible_to",
    "parties_of",
    "party",
    "project",
    "sector_names",
    "sectors_of",
    "settled",
    "source_of",
    "taking_part",
    "visible_to",
]
