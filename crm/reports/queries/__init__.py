"""What the reports count; each statement is compiled once."""

from .activity import (
    Activity,
    ActivityTotals,
    ClientActivity,
    FunderActivity,
    StaffActivity,
    TeamActivity,
    list_long_term_clients,
    load_activity,
    load_activity_totals,
)
from .changes import LOST, WON, ReportedChange, count_changes, list_changes
from .choices import list_dashboard, list_subscriptions, load_choices
from .counties import CountyClients, list_counties, sum_counties
from .credits import CreditedResults, count_credits
from .follow_ups import OpenFollowUps, count_confidential_follow_ups, count_open_follow_ups, is_of_age, open_conditions
from .forecast import Slip, list_slips, sum_expected, sum_signed_by_month, sum_slipped
from .funnel import FunnelStep, count_reached, load_funnel
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
from .officials import (
    OfficialMeeting,
    OfficialRow,
    count_official_meetings,
    list_official_meetings,
    load_tour_ends,
    rank_officials,
)
from .opportunities import (
    RESTING,
    count_hidden,
    sum_active,
    sum_by_close,
    sum_by_counselor,
    sum_signed,
    sum_signed_by_counselor,
)
from .parts import load_labels, load_sector_names, sum_open_by, sum_parts
from .past import sum_past
from .past_reviews import describe_review, get_review, list_review_items, list_reviews, load_last_reviews
from .relationships import QuietRecord, SingleContact, VacantRole, list_quiet, list_single_contacts, list_vacant_roles
from .results import list_results
from .review import Agenda, ReviewRow, load_agenda, load_review_rows
from .scope import Scope
from .shows import ReportedShow, list_shows, sum_shows
from .stuck import StuckKey, StuckSum, sum_stuck
from .targets import (
    SavedTarget,
    TargetAmount,
    get_target,
    list_saved_targets,
    list_target_amounts,
    list_team_members,
)
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
