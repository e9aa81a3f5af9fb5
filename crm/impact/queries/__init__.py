"""Queries about milestones and surveys; each starts from what the actor may see."""

from .chain import ChainPart, ChainStep, load_chains
from .milestones import (
    MilestoneRow,
    get_milestone,
    list_milestones,
    list_milestones_of,
    visible_milestones,
)
from .surveys import (
    PlanRow,
    SurveyRow,
    find_survey_of_link,
    get_plan,
    get_survey,
    list_plans_of,
    list_surveys_of,
    visible_surveys,
)

__all__ = [
    "ChainPart",
    "ChainStep",
    "MilestoneRow",
    "PlanRow",
    "SurveyRow",
    "find_survey_of_link",
    "get_milestone",
    "get_plan",
    "get_survey",
    "list_milestones",
    "list_milestones_of",
    "list_plans_of",
    "list_surveys_of",
    "load_chains",
    "visible_milestones",
    "visible_surveys",
]
