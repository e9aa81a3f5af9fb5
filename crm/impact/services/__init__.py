"""Add, change and confirm milestones; send surveys and take their answers."""

from . import dependents
from .confirmations import report_impact
from .milestones import add_milestone, change_milestone
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
