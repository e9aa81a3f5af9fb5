"""Queries about milestones; each starts from what the actor may see."""

from .chain import ChainPart, ChainStep, load_chains
from .milestones import (
    MilestoneRow,
    get_milestone,
    list_milestones,
    list_milestones_of,
    load_milestones,
    visible_milestones,
)

__all__ = [
    "ChainPart",
    "ChainStep",
    "MilestoneRow",
    "get_milestone",
    "list_milestones",
    "list_milestones_of",
    "load_chains",
    "load_milestones",
    "visible_milestones",
]
