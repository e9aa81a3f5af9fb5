"""Queries about opportunities; each starts from what the actor may see."""

from .matches import needs_team, parts_of_match
from .opportunities import (
    BUYER,
    CLIENT,
    PROJECT,
    OpportunityRow,
    days_in_stage,
    get_opportunity,
    join_names,
    load_amounts,
    load_opportunities,
    visible_opportunities,
)
from .related import (
    default_counselor,
    find_second_counselor,
    list_export_reviewers,
    list_opportunities_of,
    list_opportunity_ids_of,
    list_parts,
)
from .reported import ReportedLead, add_reported, list_reported_leads
