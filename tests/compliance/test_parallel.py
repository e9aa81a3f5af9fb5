"""Two users log a gift to the same person at the same moment: both count for the limit of the year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Event

import sqlalchemy as sa

from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftKind, GiftState
from crm.compliance.services import save_gift
from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.reference.models import GiftLimit
from tests.factories import person
from tests.mailings.test_parallel import PATIENCE, in_parallel

VALUES = {
    "direction": GiftDirection.by_us,
    "kind": GiftKind.gift,
    "given_on": date(2026, 3, 2),
    "organization_id": None,
    "description": "Tea set",
    "purpose": "Spring Festival",
    "amount": Decimal(5),
    "currency": "USD",
    "occasion_id": None,
}


def test_gifts_logged_at_once_are_both_counted(peopled, clock):
    with peopled.app_context():
        db.session.add(GiftLimit(from_on=date(2026, 1, 1), usd=Decimal(50), per_year=1))
        zhao_id = person("Zhao", "Jianguo").id
        db.session.commit()
    saved, both = Event(), Event()

    def save(name: str) -> None:
        actor = load_actor(db.session.scalars(sa.select(User).where(User.email == f"{name}@demo.example")).one())
        save_gift(actor, VALUES | {"person_id": zhao_id, "user_id": actor.id})

    def save_first() -> None:
        save("anna")
        saved.set()
        both.wait(timeout=PATIENCE)

    def save_second() -> None:
        assert saved.wait(timeout=60)
        save("clara")
        both.set()

    assert in_parallel(peopled, save_first, save_second) == []
    with peopled.app_context():
        states = db.session.scalars(sa.select(Gift.state).order_by(Gift.id)).all()
        assert states == [GiftState.not_needed, GiftState.needs_approval]
