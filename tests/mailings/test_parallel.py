"""Emails to people from parallel requests: the daily limit holds, and an address is unsubscribed once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User, actor_of
from crm.core.errors import Invalid
from crm.mailings.models import MailingRecipient
from crm.mailings.recipients import EmailText
from crm.mailings.services import sending, start_mailing
from crm.records.models import EmailOptOut
from crm.records.opt_outs import opt_out
from tests.factories import person
from tests.factories.records import reachable

TEXTS = {"en": EmailText("News", "Hello")}
PATIENCE = 1
"""Seconds that a transaction stays open for another one, which has to wait for it."""


def in_parallel(app, *actions: Callable[[], None]) -> list[Exception]:
    """Run each action in a transaction and a thread of its own; return the errors."""
    errors: list[Exception] = []

    def work(action: Callable[[], None]) -> None:
        with app.app_context():
            try:
                action()
                db.session.commit()
            except Exception as error:  # noqa: BLE001 - the test compares them
                db.session.rollback()
                errors.append(error)

    threads = [Thread(target=work, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


@pytest.fixture
def ids(peopled) -> list[int]:
    """Return the ids of three people with an address each; Anna's team has a postal address."""
    with peopled.app_context():
        db.session.scalars(sa.select(Team).where(Team.name == "Inland")).one().postal_address = "Center\nRiverside"
        rows = [reachable(person("Row", str(n), country="US"), email=f"row{n}@example.org") for n in range(3)]
        db.session.commit()
        return [row.id for row in rows]


def test_parallel_mailings_share_the_daily_limit(peopled, ids, monkeypatch):
    monkeypatch.setitem(peopled.config, "CRM_MAILING_PER_DAY", 5)
    both, real_count = Barrier(2), sending.count_left_today

    def count_and_wait(actor):
        remaining = real_count(actor)
        with suppress(BrokenBarrierError):
            both.wait(timeout=PATIENCE)
        return remaining

    monkeypatch.setattr(sending, "count_left_today", count_and_wait)

    def start() -> None:
        user = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        teams = sa.select(Membership.team_id).where(Membership.user_id == user.id)
        start_mailing(actor_of(user, list(db.session.scalars(teams))), ids, TEXTS, title="News")

    errors = in_parallel(peopled, start, start)
    assert [type(error) for error in errors] == [Invalid]
    assert "2 more emails" in str(errors[0])
    with peopled.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(MailingRecipient)) == 3


def test_address_unsubscribed_twice_at_once_is_stopped_once(peopled):
    both = Barrier(2)

    def stop() -> None:
        opt_out(["Lu@example.org"])
        with suppress(BrokenBarrierError):
            both.wait(timeout=PATIENCE)

    assert in_parallel(peopled, stop, stop) == []
    with peopled.app_context():
        assert list(db.session.scalars(sa.select(EmailOptOut.address))) == ["lu@example.org"]
