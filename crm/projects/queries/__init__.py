"""Questions about projects and needs; each begins from what the actor may see."""

from .leads import LeadMoveRow, load_met_tests, load_test_values, moves_of, source_of
from .needs import NeedRow, need, needs_of, needs_visible_to
from .projects import PartyRow, Taking, parties_of, party, project, sector_names, sectors_of, taking_part, visible_to

__all__ = [
    "LeadMoveRow",
    "NeedRow",
    "PartyRow",
    "Taking",
    "load_met_tests",
    "load_test_values",
    "moves_of",
    "need",
    "needs_of",
    "needs_visible_to",
    "parties_of",
    "party",
    "project",
    "sector_names",
    "sectors_of",
    "source_of",
    "taking_part",
    "visible_to",
]
