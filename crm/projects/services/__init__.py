"""Add and change projects, their parties and needs, and move leads."""

from .leads import mark_lead_test, move_lead
from .needs import save_need, set_need_state
from .new_leads import add_lead
from .projects import add_project, change_project, change_projects, remove_party, save_party
from .screening import has_unscreened_parties

__all__ = [
    "add_lead",
    "add_project",
    "change_project",
    "change_projects",
    "has_unscreened_parties",
    "mark_lead_test",
    "move_lead",
    "remove_party",
    "save_need",
    "save_party",
    "set_need_state",
]
