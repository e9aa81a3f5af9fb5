"""Pages of funding, by subject."""

from .bp import bp

__all__ = ["bp"]

from . import assistance, awards, filing, month, quality  # noqa: F401 - routes
