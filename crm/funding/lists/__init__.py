"""Lists of funding: what goals count, missing data, assistance, and referrals to partners."""

from .assistance import ASSISTANCE
from .counted import COUNTED_CLIENTS, COUNTED_SESSIONS
from .gaps import CLIENT_GAPS, SESSION_GAPS
from .referrals import PARTNER_REFERRALS

__all__ = [
    "ASSISTANCE",
    "CLIENT_GAPS",
    "COUNTED_CLIENTS",
    "COUNTED_SESSIONS",
    "PARTNER_REFERRALS",
    "SESSION_GAPS",
]
