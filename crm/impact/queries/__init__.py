"""Queries about milestones and surveys; each starts from what the actor may see."""

from .chain import ChainPart, ChainStep, load_chains
from .milestones import (
    MilestoneRow,
    get_milestone,
    list_milestones,
    list_milestones_of,
    visible_milestones,
)
from .surveys import PlanRow, SurveyRow, get_plan, get_survey, list_plans_of, list_surveys_of
