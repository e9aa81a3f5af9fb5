"""Pages of follow-ups (`listed`) and the answers to one (`answers`)."""

from . import answers, listed
from .bp import bp

__all__ = ["answers", "bp", "listed"]
