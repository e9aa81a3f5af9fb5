"""Why an opportunity is discussed in a review. Pure."""

from __future__ import annotations

from crm.core.words import LabeledEnum, _l


class ReviewTopic(LabeledEnum):
    """A reason to discuss an opportunity, the most urgent first; `question` is the heading of its section."""

    question: object

    overdue = "overdue", _l("Overdue next step"), _l("Which next steps are overdue?")
    stuck = "stuck", _l("Overdue in stage"), _l("What is stuck?")
    no_step = "no_step", _l("No next step"), _l("What has no next step?")
    slipped = "slipped", _l("Slipped"), _l("Which close dates slipped?")
    lost = "lost", _l("Lost"), _l("What was lost?")
    signed = "signed", _l("Signed"), _l("What was signed?")
    moved = "moved", _l("Moved"), _l("What moved to another stage?")
    new = "new", _l("New"), _l("What is new?")

    def __init__(self, _code: str, _label: object, question: object) -> None:
        self.question = question
