"""Add, change and confirm milestones."""

from . import dependents
from .milestones import add_milestone, change_milestone, refresh_milestone_name

__all__ = ["add_milestone", "change_milestone", "dependents", "refresh_milestone_name"]
