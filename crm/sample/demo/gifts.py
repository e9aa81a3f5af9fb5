"""Gifts of the demo: within the limits, above them, approved, rejected and waiting, given and received."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftKind, GiftState
from crm.people.policy import OfficialKind

from .demo_records import DemoRecords

D, K, S, O = GiftDirection, GiftKind, GiftState, OfficialKind  # noqa: E741 - named in each row below
BUREAU, HUAYUE = "Suzhou Digital City Bureau", "Huayue Municipal Engineering Group"


class GiftSpec(NamedTuple):
    """A gift: whose, to or from whom, what, its value and status. `days` from today, `show` a key of the demo's shows."""

    direction: GiftDirection
    kind: GiftKind
    days: int
    by: str
    person: str
    organization: str
    official: OfficialKind
    description: str
    purpose: str
    amount: str
    currency: str
    usd: str
    state: GiftState = GiftState.not_needed
    show: str = ""
    note: str = ""


ZHAO = ("Zhao Jianguo", BUREAU, O.official)
WANG = ("Wang Xiaoming", HUAYUE, O.state_owned)
LI = ("Li Hui", HUAYUE, O.state_owned)
PORT = ("Wang Guodong", "Ningbo Port Bureau", O.official)
GIFTS = (
    GiftSpec(D.by_us, K.gift, -300, "anna", *WANG, "Box of almonds", "Spring Festival", "32", "USD", "32"),
    GiftSpec(D.by_us, K.gift, -160, "shen", *PORT, "Framed photo of the port", "Trade mission", "180", "CNY", "25.20"),
    GiftSpec(D.to_us, K.gift, -160, "shen", *PORT, "Ship model", "Trade mission", "300", "CNY", "42.00"),
    GiftSpec(
        D.by_us,
        K.meal,
        -75,
        "anna",
        *LI,
        "Lunch for two",
        "Visit to Riverside",
        "84",
        "USD",
        "84",
        S.approved,
        "reverse",
    ),
    GiftSpec(D.by_us, K.gift, -74, "anna", *ZHAO, "Book on Riverside", "Visit to Riverside", "38", "USD", "38"),
    GiftSpec(
        D.by_us,
        K.entertainment,
        -40,
        "shen",
        *ZHAO,
        "Concert tickets",
        "After the meeting at the bureau",
        "1200",
        "CNY",
        "168.00",
        S.rejected,
        note="Entertainment of officials isn't allowed. The tickets were returned.",
    ),
    GiftSpec(D.to_us, K.gift, -20, "anna", *WANG, "Silk scarf", "Signing of the framework", "260", "CNY", "36.40"),
    GiftSpec(
        D.by_us,
        K.meal,
        -6,
        "shen",
        *ZHAO,
        "Dinner for four",
        "Preparing the fair booth",
        "640",
        "CNY",
        "89.60",
        S.needs_approval,
        "suzhou",
    ),
    GiftSpec(
        D.by_us,
        K.gift,
        -2,
        "anna",
        *WANG,
        "Wine from Temecula",
        "Mid-Autumn Festival",
        "65",
        "USD",
        "65",
        S.needs_approval,
    ),
)


def create(demo: DemoRecords) -> None:
    writer = demo.writer
    for spec in GIFTS:
        is_decided = spec.state.is_decided
        writer.inserter.add(
            Gift,
            direction=spec.direction,
            kind=spec.kind,
            given_on=demo.workday(spec.days),
            person_id=demo.people[spec.person].id,
            organization_id=demo.organizations[spec.organization].id,
            official=spec.official,
            user_id=writer.users[spec.by],
            description=spec.description,
            purpose=spec.purpose,
            amount=Decimal(spec.amount),
            currency=spec.currency,
            usd=Decimal(spec.usd),
            occasion_id=demo.shows[spec.show] if spec.show else None,
            state=spec.state,
            decided_by_id=writer.users["dora"] if is_decided else None,
            decided_at=demo.moment(spec.days + 1) if is_decided else None,
            decision_note=spec.note or None,
        )
