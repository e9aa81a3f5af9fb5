"""Two users save gifts to the same person at the same moment: both count for the limit of the year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Event
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from crm.compliance import services
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


def save(name: str, person_id: int, day: date = VALUES["given_on"], row: Gift | None = None) -> Gift:
    actor = load_actor(db.session.scalars(sa.select(User).where(User.email == f"{name}@demo.example")).one())
    return save_gift(actor, VALUES | {"person_id": person_id, "user_id": actor.id, "given_on": day}, row)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_gift_is_edited_while_an_earlier_one_is_logged(peopled, clock, monkeypatch):
    with peopled.app_context():
        db.session.add(GiftLimit(from_on=date(2026, 1, 1), usd=Decimal(50), per_year=1))
        zhao_id = person("Zhao", "Jianguo").id
        later_id = save("anna", zhao_id).id
        db.session.commit()
    logging, editing, check_later = Event(), Event(), services._check_later

    def log_earlier() -> None:
        save("clara", zhao_id, date(2026, 2, 2))

    def check_slowly(actor, gift) -> None:
        if gift.id != later_id:
            logging.set()
            editing.wait(timeout=60)
            sleep(0.5)  # until the edit waits for this transaction
        check_later(actor, gift)

    def edit_later() -> None:
        assert logging.wait(timeout=60)
        gift = db.session.get_one(Gift, later_id)
        editing.set()
        save("anna", zhao_id, date(2026, 3, 3), gift)

    monkeypatch.setattr(services, "_check_later", check_slowly)
    # The edit is refused as one of a gift that someone else changed meanwhile; neither is ended by a deadlock.
    assert [type(error) for error in in_parallel(peopled, log_earlier, edit_later)] == [StaleDataError]
    with peopled.app_context():
        states = dict(db.session.execute(sa.select(Gift.given_on, Gift.state)).all())
        assert states == {date(2026, 2, 2): GiftState.not_needed, date(2026, 3, 2): GiftState.needs_approval}


def test_gifts_logged_at_once_are_both_counted(peopled, clock):
    with peopled.app_context():
        db.session.add(GiftLimit(from_on=date(2026, 1, 1), usd=Decimal(50), per_year=1))
        zhao_id = person("Zhao", "Jianguo").id
        db.session.commit()
    saved, both = Event(), Event()

    def save_first() -> None:
        save("anna", zhao_id)
        saved.set()
        both.wait(timeout=PATIENCE)

    def save_second() -> None:
        assert saved.wait(timeout=60)
        save("clara", zhao_id)
        both.set()

    assert in_parallel(peopled, save_first, save_second) == []
    with peopled.app_context():
        states = db.session.scalars(sa.select(Gift.state).order_by(Gift.id)).all()
        assert states == [GiftState.not_needed, GiftState.needs_approval]
