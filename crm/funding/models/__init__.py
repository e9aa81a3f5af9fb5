"""Tables of funding, by subject."""

from .assistance import Assistance, Referral
from .awards import Award, AwardReport, Goal
from .rules import FunderRule

__all__ = ["Assistance", "Award", "AwardReport", "FunderRule", "Goal", "Referral"]
