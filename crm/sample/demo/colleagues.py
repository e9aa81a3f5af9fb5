"""Questions between colleagues of the demo, and who covers for whom."""

from __future__ import annotations

from typing import NamedTuple

from crm.referrals.models import Referral
from crm.referrals.policy import ReferralState
from crm.reminders.models import Cover

from .demo_records import DemoRecords


class QuestionSpec(NamedTuple):
    """A question: of whom, to whom, how many days ago, about which opportunity or client, and the answer."""

    asker: str
    colleague: str
    days: int
    opportunity: str
    client: str
    question: str
    answer: str = ""


QUESTIONS = (
    QuestionSpec(
        "anna",
        "dora",
        -1,
        "level",
        "",
        "Huadong asks for the drawings of the level sensor. May we send them before the NNN is signed?",
    ),
    QuestionSpec(
        "shen",
        "anna",
        -2,
        "",
        "Tri-Valley Sensors",
        "Zhou wants to show two sensors at his office. Can Tri-Valley lend them until March?",
    ),
    QuestionSpec(
        "anna",
        "shen",
        -6,
        "",
        "Tri-Valley Sensors",
        "Who at Huadong decides about the test, Director Wang or Ms. Lu?",
        "Ms. Lu writes the report, Director Wang signs. Send the price to both.",
    ),
)


def create(demo: DemoRecords) -> None:
    """Create the questions, and a cover in two weeks."""
    users = demo.writer.users
    for spec in QUESTIONS:
        demo.writer.inserter.add(
            Referral,
            from_id=users[spec.asker],
            to_id=users[spec.colleague],
            record_id=(
                demo.opportunities[spec.opportunity] if spec.opportunity else demo.organizations[spec.client].id
            ),
            question=spec.question,
            answer=spec.answer or None,
            state=ReferralState.answered if spec.answer else ReferralState.open,
            asked_at=demo.moment(spec.days),
            closed_at=demo.moment(spec.days + 1) if spec.answer else None,
        )
    demo.writer.inserter.add(
        Cover,
        user_id=users["anna"],
        colleague_id=users["dora"],
        from_on=demo.workday(14),
        to_on=demo.workday(18),
        created_at=demo.moment(-3),
    )
