"""Rules about funders, by subject. Pure."""

from . import rights

__all__ = ["rights"]
