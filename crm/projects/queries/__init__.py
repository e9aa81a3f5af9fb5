"""Queries about projects and needs; each starts from what the actor may see."""

from .leads import (
    LeadAnswers,
    LeadMoveRow,
    get_source,
    list_lead_moves,
    load_lead_answers,
    load_met_tests,
    load_test_values,
)
from .needs import NeedRow, get_need, list_needs, visible_needs
from .projects import (
    PartyRow,
    get_party,
    get_project,
    list_participations,
    list_parties,
    list_party_choices,
    list_sectors,
    load_sector_names,
    visible_projects,
)
