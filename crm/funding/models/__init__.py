"""Tables of funding, by subject."""

from .assistance import Assistance, PartnerReferral
from .awards import Award, AwardGoal, AwardReport
from .filing import CountedAssistance, CountedSession, FiledCorrection, FiledReport
from .intake import IntakeAnswers
from .rules import FunderRule

__all__ = [
    "Assistance",
    "Award",
    "AwardGoal",
    "AwardReport",
    "CountedAssistance",
    "CountedSession",
    "FiledCorrection",
    "FiledReport",
    "FunderRule",
    "IntakeAnswers",
    "PartnerReferral",
]
