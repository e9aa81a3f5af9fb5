"""Pages of funding, by subject."""

from .bp import bp

__all__ = ["bp"]

from . import assistance, awards, month, quality  # noqa: F401 - routes
