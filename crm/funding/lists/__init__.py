"""Lists of funding: missing data, assistance, and referrals to partners."""

from .assistance import ASSISTANCE
from .gaps import CLIENT_GAPS, SESSION_GAPS
from .referrals import PARTNER_REFERRALS

__all__ = ["ASSISTANCE", "CLIENT_GAPS", "PARTNER_REFERRALS", "SESSION_GAPS"]
