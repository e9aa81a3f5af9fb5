"""A meeting is as confidential as the employers of its people, whose secrets its note may have."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.people.models import Affiliation
from crm.shows.models import MeetingEmployer
from crm.shows.queries import agenda
from crm.shows.services import save_meeting, save_show
from tests.factories import affiliation, client_of, make_confidential, organization, person
from tests.fixtures.people import make_people
from tests.shows.conftest import DAY

BEFORE = "0080"
PAST = date(2026, 1, 15)


@pytest.fixture
def secret(actor):
    """Return a client that only anna, its counselor, sees."""
    return make_confidential(client_of("Inland", "Quiet Harbor", counselor=actor("anna")))


@pytest.fixture
def guest(secret):
    """Return a person without a team of their own, who works at the confidential client and at an open firm."""
    guest = person("Lu", "Hua")
    affiliation(guest, organization("Open Works"))
    affiliation(guest, secret)
    return guest


def count_by(actor, name, show):
    return sum(map(len, agenda(actor(name), show.id).values()))


def test_meeting_with_someone_from_a_confidential_client_is_hidden(actor, trade_show, meet, guest):
    meet(people=[guest.id])
    assert [count_by(actor, name, trade_show) for name in ("anna", "dora", "admin")] == [1, 0, 0]


def test_meeting_planned_before_the_employer_became_confidential_is_hidden(actor, trade_show, meet):
    employer = client_of("Inland", "Quiet Harbor", counselor=actor("anna"))
    guest = person("Lu", "Hua")
    affiliation(guest, organization("Open Works"))
    affiliation(guest, employer)
    meet(people=[guest.id])
    assert count_by(actor, "dora", trade_show) == 1
    make_confidential(employer)
    assert [count_by(actor, name, trade_show) for name in ("anna", "dora")] == [1, 0]


def test_meeting_planned_by_someone_who_does_not_see_the_employer_stays_open(actor, trade_show, meet, guest):
    created = meet("dora", people=[guest.id])
    assert count_by(actor, "dora", trade_show) == 1
    values = {"day": DAY, "time": time(11), "people": [guest.id]}
    save_meeting(actor("anna"), trade_show, values, created)
    assert [count_by(actor, name, trade_show) for name in ("anna", "dora")] == [1, 0]


def test_meeting_stays_hidden_after_the_person_has_another_employer(actor, trade_show, meet, guest, secret):
    created = meet(people=[guest.id])
    position = db.session.scalars(sa.select(Affiliation).where(Affiliation.organization_id == secret.id)).one()
    position.main = False
    values = {"day": DAY, "time": time(11), "people": [guest.id]}
    save_meeting(actor("anna"), trade_show, values, created)
    assert [count_by(actor, name, trade_show) for name in ("anna", "dora")] == [1, 0]


def test_meeting_opens_when_the_person_is_removed(actor, trade_show, meet, guest):
    created = meet(people=[guest.id])
    save_meeting(actor("anna"), trade_show, {"day": DAY, "time": time(11), "people": []}, created)
    assert count_by(actor, "dora", trade_show) == 1


def test_undo_of_a_removed_person_hides_the_meeting_again(client, actor, trade_show, meet, guest, show_records):
    created, anna = meet(people=[guest.id]), client.login_as("anna")
    data = {"day": "12/09/2026", "time": "10:30 AM", "minutes": "30", "host_id": show_records.host.id}
    answer = anna.post(f"/shows/meetings/{created.id}", data=data | {"version": created.version})
    assert (answer.status_code, count_by(actor, "dora", trade_show)) == (303, 1)
    undo = re.search(r'action="([^"]+)" data-undo>', anna.get(answer.headers["Location"]).text)[1]
    anna.post(undo)
    assert [count_by(actor, name, trade_show) for name in ("anna", "dora")] == [1, 0]


def test_existing_meetings_get_the_employers_of_today_and_of_their_day(new_app):
    with new_app().app_context():
        make_people()
        former, current, later = (organization(name) for name in ("Former", "Current", "Later"))
        side = client_of("Inland", "Side")
        expected = {former.id, current.id}
        guest = person("Lu", "Hua")
        affiliation(guest, former, from_on=date(2025, 1, 1), to_on=date(2026, 1, 31))
        affiliation(guest, later, from_on=date(2026, 2, 1), to_on=date(2026, 2, 20))
        affiliation(guest, current)
        affiliation(guest, side, main=False)
        show = save_show(SYSTEM, {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": PAST, "ends_on": PAST})
        save_meeting(SYSTEM, show, {"day": PAST, "time": time(10), "people": [guest.id], "client_id": side.id})
        db.session.commit()
        db.session.remove()
        downgrade(revision=BEFORE)
        upgrade()
        employers = set(db.session.scalars(sa.select(MeetingEmployer.organization_id)))
        db.session.remove()
        db.engine.dispose()
    assert employers == expected
