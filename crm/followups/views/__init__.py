"""Pages of follow-ups (`index`), the actions on one (`actions`), and the check of a day while it is chosen."""

from . import actions, day_check, index
from .bp import bp

__all__ = ["actions", "bp", "day_check", "index"]
