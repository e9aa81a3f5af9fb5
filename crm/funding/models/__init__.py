"""Tables of funding, by subject."""

from .rules import FunderRule

__all__ = ["FunderRule"]
