"""The email that tells a colleague of a cover: one for each cover, none about a cover that has ended."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.reminders.covers import add_cover, end_cover
from tests.mailings.test_parallel import PATIENCE, in_parallel
from tests.reminders.digest_data import MORNING, TODAY


def list_notices(session):
    stmt = sa.select(Mail.address, Mail.state).where(Mail.kind == "cover_notice").order_by(Mail.id)
    return [(address.partition("@")[0], state.value) for address, state in session.execute(stmt)]


def test_cover_that_ends_before_its_email_is_sent_is_not_announced(anna, people, session):
    people["dora"].active = people["clara"].active = True
    session.flush()
    row = add_cover(anna, people["dora"].id, TODAY, TODAY)
    end_cover(anna, row.id)
    add_cover(anna, people["clara"].id, TODAY, TODAY)
    assert list_notices(session) == [("dora", "cancelled"), ("clara", "pending")]


def test_cover_after_one_that_was_ended_is_announced(anna, people, session, clock):
    people["dora"].active = people["clara"].active = True
    session.flush()
    row = add_cover(anna, people["dora"].id, TODAY, TODAY)
    session.scalars(sa.select(Mail)).one().state = "sent"
    session.flush()
    end_cover(anna, row.id)
    clock.forward(minutes=5)
    add_cover(anna, people["clara"].id, TODAY, TODAY)
    assert list_notices(session) == [("dora", "sent"), ("clara", "pending")]


@pytest.mark.parametrize(("days", "is_sent"), [(1, True), (2, False)])
def test_cover_that_is_over_is_not_announced(anna, people, session, clock, days, is_sent):
    people["dora"].active = True
    session.flush()
    add_cover(anna, people["dora"].id, TODAY, TODAY + timedelta(days=1))
    clock.set(MORNING + timedelta(days=days))
    mail = session.scalars(sa.select(Mail)).one()
    assert KINDS[mail.kind].still_wanted(session, mail) is is_sent


def test_two_requests_for_the_same_days_add_one_cover(peopled):
    both = Barrier(2)

    def add():
        stmt = sa.select(User).where(User.email.in_(["anna@demo.example", "dora@demo.example"])).order_by(User.email)
        anna, dora = db.session.scalars(stmt)
        actor = load_actor(anna)
        with suppress(BrokenBarrierError):
            both.wait(timeout=PATIENCE)
        add_cover(actor, dora.id, date(2030, 1, 2), date(2030, 1, 5))

    errors = in_parallel(peopled, add, add)
    assert [str(error) for error in errors] == [
        "Choose other days. A colleague already covers for you on some of these."
    ]
