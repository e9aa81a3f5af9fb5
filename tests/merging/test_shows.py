"""What a merge of two shows keeps."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.merging.preview import build_preview
from crm.merging.queries import build_plan
from crm.reference.models import Funder
from crm.shows.models import ShowParticipant
from crm.shows.policy import Attendance, ShowKind
from crm.shows.services import save_participant, save_show
from tests.factories import person
from tests.merging.lookups import merge

DAY = date(2026, 3, 5)


@pytest.fixture
def funder():
    row = Funder(code="STEP", name="State Trade Expansion Program")
    db.session.add(row)
    db.session.flush()
    return row


def workshop(name: str, **more):
    values = {"name": name, "type": ShowKind.workshop, "starts_on": DAY, "ends_on": DAY}
    return save_show(SYSTEM, values | {"zone": "America/Los_Angeles"} | more)


def test_funder_whose_goals_count_the_attendees_stays(clara, actor, funder):
    first, second = workshop("Export basics"), workshop("Export Basics", funder_id=funder.id)
    shen = actor("shen")
    assert ("Funder", funder.name) in build_preview(clara, build_plan(clara, first, second, {})).facts
    assert funder.name not in str(build_preview(shen, build_plan(shen, first, second, {})))
    merge(clara, first, second)
    assert first.funder_id == funder.id


def test_participant_who_attended_once_has_attended(clara):
    show, other = workshop("Export basics"), workshop("Export Basics")
    people = [person("Zhou", "Limin"), person("Chou", "Li-min")]
    for row, attendance in zip(people, (Attendance.no_show, Attendance.attended), strict=True):
        save_participant(show, {"record_id": row.id, "attendance": attendance})
    save_participant(other, {"record_id": people[0].id, "attendance": Attendance.invited})
    merge(clara, *people)
    going = db.session.scalars(sa.select(ShowParticipant).where(ShowParticipant.show_id == show.id))
    assert [(row.record_id, row.attendance) for row in going] == [(people[0].id, Attendance.attended)]
    merge(clara, other, show)
    assert [row.attendance for row in db.session.scalars(sa.select(ShowParticipant))] == [Attendance.attended]
