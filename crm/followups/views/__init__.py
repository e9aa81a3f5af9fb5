"""Pages of follow-ups (`index`) and the actions on one (`actions`)."""

from . import actions, index
from .bp import bp

__all__ = ["actions", "bp", "index"]
