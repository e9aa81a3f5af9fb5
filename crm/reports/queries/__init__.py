"""What the reports count; each statement is compiled once."""

from .activity import (
    Activity,
    ActivityTotals,
    ClientActivity,
    FunderActivity,
    StaffActivity,
    TeamActivity,
    count_long_term_clients,
    load_activity,
    load_activity_totals,
)
from .changes import LOST, WON, ReportedChange, count_changes, list_changes
from .choices import list_dashboard, list_subscriptions, load_choices
from .counties import CountyClients, list_counties, sum_counties
from .credits import CreditedResults, count_credits
from .follow_ups import OpenFollowUps, count_confidential_follow_ups, count_open_follow_ups, is_of_age, open_conditions
from .forecast import Slip, list_slips, sum_expected, sum_signed_by_month, sum_slipped
from .funnel import FunnelStep, load_funnel
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
from .opportunities import RESTING, count_hidden, sum_active, sum_by_close, sum_by_counselor, sum_signed
from .parts import load_labels, load_sector_names, sum_open_by, sum_parts
from .past import sum_past
from .relationships import QuietRecord, SingleContact, VacantRole, list_quiet, list_single_contacts, list_vacant_roles
from .results import list_results
from .review import (
    Agenda,
    ReviewRow,
    describe_review,
    find_last_review,
    get_review,
    list_review_items,
    list_reviews,
    load_agenda,
)
from .scope import Scope
from .shows import ReportedShow, list_shows, sum_shows
from .stuck import StuckKey, StuckSum, sum_stuck
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
from .workshops import list_workshops

__all__ = [
    "LOST",
    "RESTING",
    "WON",
    "Activity",
    "ActivityTotals",
    "Agenda",
    "ClientActivity",
    "CountyClients",
    "CreditedResults",
    "FollowUpCount",
    "FunderActivity",
    "FunnelStep",
    "GiftSum",
    "LeadCount",
    "LossKey",
    "LostOpportunity",
    "OfficialRow",
    "OpenFollowUps",
    "OverdueFollowUp",
    "QuietRecord",
    "RecipientSum",
    "ReportedChange",
    "ReportedGift",
    "ReportedShow",
    "ReviewRow",
    "Scope",
    "SingleContact",
    "Slip",
    "StaffActivity",
    "StuckKey",
    "StuckRow",
    "StuckSum",
    "TeamActivity",
    "VacantRole",
    "count_changes",
    "count_confidential_follow_ups",
    "count_confidential_gifts",
    "count_credits",
    "count_hidden",
    "count_leads",
    "count_long_term_clients",
    "count_official_meetings",
    "count_open_follow_ups",
    "count_overdue_follow_ups",
    "describe_review",
    "find_last_review",
    "get_review",
    "has_no_opportunity",
    "is_lead_overdue",
    "is_of_age",
    "list_changes",
    "list_counties",
    "list_dashboard",
    "list_losses",
    "list_officials",
    "list_overdue_follow_ups",
    "list_overdue_in_stage",
    "list_quiet",
    "list_recipients",
    "list_reported_gifts",
    "list_results",
    "list_review_items",
    "list_reviews",
    "list_shows",
    "list_single_contacts",
    "list_slips",
    "list_subscriptions",
    "list_vacant_roles",
    "list_workshops",
    "load_activity",
    "load_activity_totals",
    "load_agenda",
    "load_choices",
    "load_funnel",
    "load_labels",
    "load_names",
    "load_sector_names",
    "load_tour_ends",
    "open_conditions",
    "overdue_conditions",
    "scope_users",
    "sum_active",
    "sum_by_close",
    "sum_by_counselor",
    "sum_counties",
    "sum_expected",
    "sum_gifts",
    "sum_losses",
    "sum_open_by",
    "sum_parts",
    "sum_past",
    "sum_shows",
    "sum_signed",
    "sum_signed_by_month",
    "sum_slipped",
    "sum_stuck",
]
