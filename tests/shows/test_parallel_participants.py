"""Two users add the same person to an event at the same moment: the person is on its list once."""

from __future__ import annotations

from datetime import date
from threading import Event

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.errors import Invalid
from crm.core.policy import SYSTEM
from crm.shows.attendance import add_attendees
from crm.shows.models import Show, ShowParticipant
from crm.shows.policy import Attendance, ShowKind
from crm.shows.services import save_participant, save_show
from tests.factories import person
from tests.mailings.test_parallel import PATIENCE, in_parallel


@pytest.mark.parametrize("source", ["list", "form"])
def test_person_who_is_added_twice_at_once_is_one_participant(peopled, source):
    with peopled.app_context():
        values = {"name": "Export basics", "type": ShowKind.workshop, "zone": "America/Los_Angeles"}
        show_id = save_show(SYSTEM, values | dict.fromkeys(("starts_on", "ends_on"), date(2026, 3, 5))).id
        zhou_id = person("Zhou", "Limin").id
        db.session.commit()
    added, both = Event(), Event()

    def add() -> None:
        show = db.session.get_one(Show, show_id)
        if source == "form":
            save_participant(show, {"record_id": zhou_id, "attendance": Attendance.attended})
            return
        actor = load_actor(db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one())
        add_attendees(actor, show, [zhou_id], Attendance.attended)

    def add_first() -> None:
        add()
        added.set()
        both.wait(timeout=PATIENCE)

    def add_second() -> None:
        assert added.wait(timeout=60)
        try:
            add()
        finally:
            both.set()

    errors = in_parallel(peopled, add_first, add_second)
    assert [type(error) for error in errors] == ([Invalid] if source == "form" else [])
    with peopled.app_context():
        assert db.session.scalars(sa.select(ShowParticipant.record_id)).all() == [zhou_id]
