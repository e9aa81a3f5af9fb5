"""Add, change and confirm milestones; send surveys and take their answers."""

from . import dependents
from .confirmations import report_impact
from .milestones import add_milestone, change_milestone, refresh_milestone_name
from .surveys import (
    SurveyPreview,
    accept_answer,
    cancel_survey,
    decline_answer,
    preview_survey,
    save_answer,
    send_again,
    send_survey,
)

__all__ = [
    "SurveyPreview",
    "accept_answer",
    "add_milestone",
    "cancel_survey",
    "change_milestone",
    "decline_answer",
    "dependents",
    "preview_survey",
    "refresh_milestone_name",
    "report_impact",
    "save_answer",
    "send_again",
    "send_survey",
]
