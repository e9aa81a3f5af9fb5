"""Questions between colleagues of the demo, who covers for whom, and the check-ins of a China rep."""

from __future__ import annotations

from typing import NamedTuple

from crm.checkins.models import CheckIn, CheckInPlan
from crm.checkins.policy import CheckInState
from crm.notifications.policy import CHECK_IN, MENTIONED
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
        "Who at Huadong decides on the test, Director Wang or Ms. Lu?",
        "Ms. Lu writes the report, Director Wang signs. Send the price to both.",
    ),
)
CHECK_IN_ANSWER = "四个样品三个合格。华东水务下周开会，希望我们报两百个的价格，并寄一份中文说明书。"


def create(demo: DemoRecords) -> None:
    """Create the questions, a cover in two weeks, and two check-ins."""
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
    _add_check_ins(demo)
    rep = demo.reps["Tri-Valley Sensors"]
    demo.add_notification("anna", CHECK_IN, rep, demo.moment(-2), path=f"/people/reps/{rep}/check-ins")
    for interaction_id, moment in demo.mentions:
        demo.add_notification("anna", MENTIONED, interaction_id, moment, by="shen")


def _add_check_ins(demo: DemoRecords) -> None:
    """Add the check-ins of Zhou Limin: an answer that waits, and one without an answer."""
    add, rep = demo.writer.inserter.add, demo.reps["Tri-Valley Sensors"]
    add(CheckInPlan, representation_id=rep, started_on=demo.day(-90), stopped_at=None)
    for number, (days, answer) in enumerate(((-40, ""), (-3, CHECK_IN_ANSWER))):
        add(
            CheckIn,
            representation_id=rep,
            person_id=demo.people["Zhou Limin"].id,
            month=demo.day(days).strftime("%Y-%m"),
            # Not the hash of any token: the demo has no links to these.
            token_hash=f"{number:064d}",
            address="zhou.limin@lotus-bridge.example",
            language="zh_Hans",
            sent_at=demo.moment(days),
            answer=answer or None,
            answered_at=demo.moment(days + 1) if answer else None,
            state=CheckInState.answered if answer else CheckInState.sent,
            interaction_id=None,
        )
