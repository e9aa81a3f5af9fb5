"""What the pipeline report counts; each statement is compiled once."""

from .changes import LOST, OTHER, WON, ReportedChange, count_changes, list_changes
from .gifts import (
    GiftSum,
    RecipientSum,
    ReportedGift,
    count_confidential_gifts,
    list_recipients,
    list_reported_gifts,
    sum_gifts,
)
from .losses import LossKey, LostOpportunity, list_losses, sum_losses
from .names import load_names, scope_users
from .officials import OfficialRow, count_official_meetings, list_officials, load_tour_ends
from .opportunities import RESTING, count_hidden, sum_by_close, sum_by_counselor, sum_by_stage, sum_signed
from .past import sum_past
from .scope import Scope
from .waiting import (
    FollowUpCount,
    LeadCount,
    OverdueFollowUp,
    StuckRow,
    count_leads,
    count_overdue_follow_ups,
    has_no_opportunity,
    is_lead_overdue,
    list_overdue_follow_ups,
    list_overdue_in_stage,
    overdue_conditions,
)

__all__ = [
    "LOST",
    "OTHER",
    "RESTING",
    "WON",
    "FollowUpCount",
    "GiftSum",
    "LeadCount",
    "LossKey",
    "LostOpportunity",
    "OfficialRow",
    "OverdueFollowUp",
    "RecipientSum",
    "ReportedChange",
    "ReportedGift",
    "Scope",
    "StuckRow",
    "count_changes",
    "count_confidential_gifts",
    "count_hidden",
    "count_leads",
    "count_official_meetings",
    "count_overdue_follow_ups",
    "has_no_opportunity",
    "is_lead_overdue",
    "list_changes",
    "list_losses",
    "list_officials",
    "list_overdue_follow_ups",
    "list_overdue_in_stage",
    "list_recipients",
    "list_reported_gifts",
    "load_names",
    "load_tour_ends",
    "overdue_conditions",
    "scope_users",
    "sum_by_close",
    "sum_by_counselor",
    "sum_by_stage",
    "sum_gifts",
    "sum_losses",
    "sum_past",
    "sum_signed",
]
