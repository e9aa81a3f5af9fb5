"""Add and change projects, their parties and needs, and move leads."""

from .leads import mark_lead_test, move_lead
from .needs import save_need, set_need_state
from .new_leads import add_lead
from .projects import add_project, change_project, change_projects, remove_party, save_party
from .screening import has_unscreened_parties
