"""Pages of funding, by subject."""

from .bp import bp

__all__ = ["bp"]

from crm.funding import leaving  # noqa: F401 - registers itself

from . import assistance, awards, filing, month, period_lock, quality  # noqa: F401 - routes
