"""What users set about their reminders, who covers for whom, and which users get reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.identity import Membership
from crm.reminders.kinds import load_kinds
from crm.reminders.models import Cover, ReminderOffset, ReminderSetting
from crm.reminders.policy import Offset
from crm.reminders.queries import readers
from crm.reminders.queries.covers import list_active_covers, list_all_covers, list_covers
from crm.reminders.queries.days_off import list_digest_exceptions
from crm.reminders.queries.offsets import find_offset, load_offsets
from crm.reminders.queries.readers import load_settings
from crm.reminders.services import set_enabled_kinds, set_offset, set_timing
from tests.factories import team_id_of

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)
TODAY = date(2026, 3, 10)


def test_kinds_are_stored_where_they_differ_from_the_default(people, session):
    anna, dora = people["anna"].id, people["dora"].id
    first = next(kind for kind in load_kinds() if kind.is_default)
    second = next(kind for kind in load_kinds() if not kind.is_default)
    kinds = [first, second]
    set_enabled_kinds(dora, [second.code], kinds)
    for codes, settings in (
        ([second.code], {first.code: False, second.code: True}),
        ([first.code], {}),
        ([], {first.code: False}),
        ([first.code, second.code], {second.code: True}),
    ):
        set_enabled_kinds(anna, codes, kinds)
        assert load_settings(anna) == settings
    row = session.get(ReminderSetting, (anna, second.code))
    row.enabled = False
    set_enabled_kinds(anna, [first.code, second.code], kinds)
    assert (row.enabled, load_settings(dora)) == (True, {first.code: False, second.code: True})
    set_enabled_kinds(anna, [], [first])
    assert load_settings(anna) == {first.code: False, second.code: True}


def test_offset_of_an_item_is_set_changed_and_removed(people, session):
    anna, dora = people["anna"].id, people["dora"].id
    set_offset(anna, "record:1", None)
    for user_id, key, offset in (
        (anna, "record:1", Offset.hour_1),
        (anna, "record:2", Offset.day_1),
        (dora, "record:1", Offset.at_time),
        (anna, "record:1", Offset.minutes_15),
    ):
        set_offset(user_id, key, offset)
    assert load_offsets([anna], ["record:1", "record:3"]) == {(anna, "record:1"): Offset.minutes_15}
    assert (find_offset(dora, "record:1"), find_offset(dora, "record:2")) == (Offset.at_time, None)
    set_offset(anna, "record:1", None)
    rows = session.execute(sa.select(ReminderOffset.user_id, ReminderOffset.subject_key)).all()
    assert set(rows) == {(anna, "record:2"), (dora, "record:1")}


def test_readers_are_active_users_with_their_own_teams_and_choices(people, session):
    anna, shen = people["anna"].id, people["shen"].id
    people["boris"].active = False
    kind = next(kind for kind in load_kinds() if kind.is_default)
    set_enabled_kinds(anna, [], [kind])
    set_timing(anna, meeting_offset=Offset.hour_1, followup_offset=Offset.day_1)
    set_timing(anna, meeting_offset=Offset.day_1, followup_offset=Offset.at_time)
    session.add(Membership(user_id=anna, team_id=team_id_of("Bay"), position=-1))
    session.flush()
    all_readers = readers()
    assert [reader.actor.id for reader in all_readers] == sorted(x.id for x in people.values() if x.active)
    by_id = {reader.actor.id: reader for reader in readers([shen, anna, people["boris"].id])}
    assert by_id.keys() == {anna, shen}
    for reader in (by_id[anna], next(x for x in all_readers if x.actor.id == anna)):
        assert (reader.actor.first_team_id, reader.settings) == (team_id_of("Bay"), {kind.code: False})
        assert (reader.meeting_offset, reader.followup_offset) == (Offset.day_1, Offset.at_time)
    assert (by_id[shen].settings, by_id[shen].meeting_offset) == ({}, Offset.minutes_15)


@pytest.fixture
def add_cover(people, session):
    """Return a function that adds a cover for some days, counted from today."""

    def add(user: str, colleague: str, first: int, last: int) -> int:
        days = {"from_on": TODAY + first * DAY, "to_on": TODAY + last * DAY, "created_at": NOW}
        row = Cover(user_id=people[user].id, colleague_id=people[colleague].id, **days)
        session.add(row)
        session.flush()
        return row.id

    return add


def test_covers_are_in_effect_by_the_calendar_of_the_user_who_is_away(people, add_cover, session):
    future, past = add_cover("anna", "dora", 3, 4), add_cover("anna", "dora", -5, -1)
    last_day, of_shen = add_cover("anna", "clara", -1, 0), add_cover("shen", "anna", 1, 2)
    other = add_cover("dora", "clara", 0, 0)
    add_cover("anna", "boris", 0, 9), add_cover("boris", "anna", 0, 9)
    people["boris"].active = False
    session.flush()
    assert [row.id for row in list_covers(people["anna"].id, NOW)] == [last_day, of_shen, future]
    assert [row.id for row in list_all_covers(NOW)] == [last_day, other, of_shen, future]
    assert [row.id for row in list_active_covers(NOW)] == [last_day, other]
    evening = datetime(2026, 3, 11, 6, 59, tzinfo=UTC)
    assert [row.id for row in list_active_covers(evening)] == [last_day, other, of_shen]
    assert [row.id for row in list_active_covers(evening + timedelta(minutes=1))] == [of_shen]
    assert past not in {row.id for row in list_all_covers(NOW - DAY + timedelta(hours=17))}
    assert past in {row.id for row in list_all_covers(NOW - DAY)}


def test_next_five_days_that_differ_from_the_week_are_named(people):
    reader = readers([people["anna"].id])[0]
    extra = {TODAY + DAY: False, date(2026, 3, 14): True}
    sentences = list_digest_exceptions(replace(reader, extra_days=extra), NOW)
    assert sentences[:2] == ["Wed, Mar 11: no digest", "Sat, Mar 14: digest, because it's a make-up workday"]
    assert sentences[2] == "Mon, May 25: no digest (Memorial Day)"
    assert len(sentences) <= 5
