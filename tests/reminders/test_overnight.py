"""The digest block of what colleagues logged overnight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm.core import clock as business_clock
from crm.core.data.history import ChangeSource, act_as
from crm.interactions.services import InteractionDetails, log_interaction
from crm.reminders.blocks import blocks_for
from tests.factories import client_of
from tests.reminders.digest_data import MORNING

MONDAY = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
"""07:30 in Los Angeles, the day after daylight saving began."""


FRIDAY_EVENING = datetime(2026, 3, 7, 2, 0, tzinfo=UTC)
"""18:00 on Friday in Los Angeles."""


def test_overnight_starts_at_six_pm_of_the_last_working_day(anna, reader, actor, session):
    organization, clara = client_of("Inland", counselor=anna), actor("clara")
    logged = {"wall": datetime(2026, 3, 2, 9, 0), "zone": "America/Los_Angeles"}
    moments = {
        "before": FRIDAY_EVENING - timedelta(minutes=1),
        "at six": FRIDAY_EVENING,
        "on Sunday": FRIDAY_EVENING + timedelta(days=2),
    }
    act_as(session(), clara, ChangeSource.web)
    for subject, moment in moments.items():
        with business_clock.frozen(moment):
            log_interaction(clara, logged | {"subject": subject}, InteractionDetails(about=[organization.id]))
            session.flush()
    act_as(session(), anna, ChangeSource.web)
    with business_clock.frozen(FRIDAY_EVENING + timedelta(hours=1)):
        log_interaction(anna, logged | {"subject": "her own"}, InteractionDetails(about=[organization.id]))
        session.flush()
    with business_clock.frozen(MONDAY):
        overnight = [b for b in blocks_for(reader, MONDAY) if b.code == "overnight"]
    assert {item.title for block in overnight for item in block.items} == {"at six", "on Sunday"}


def test_overnight_leaves_out_what_colleagues_log_in_the_readers_office_hours(anna, reader, actor, session):
    organization, clara = client_of("Inland", counselor=anna), actor("clara")
    logged = {"wall": datetime(2026, 3, 2, 9, 0), "zone": "America/Los_Angeles"}
    nine, six = datetime(2026, 3, 10, 16, 0, tzinfo=UTC), datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
    moments = {
        "before nine": nine - timedelta(minutes=1),
        "at nine": nine,
        "before six": six - timedelta(minutes=1),
        "at six": six,
    }
    act_as(session(), clara, ChangeSource.web)
    for subject, moment in moments.items():
        with business_clock.frozen(moment):
            log_interaction(clara, logged | {"subject": subject}, InteractionDetails(about=[organization.id]))
            session.flush()
    act_as(session(), anna, ChangeSource.web)
    with business_clock.frozen(six + timedelta(hours=1)):
        overnight = [b for b in blocks_for(reader, six + timedelta(hours=1)) if b.code == "overnight"]
    assert {item.title for block in overnight for item in block.items} == {"before nine", "at six"}


def test_overnight_of_a_day_off_has_the_whole_day(anna, reader, actor, session):
    organization, clara = client_of("Inland", counselor=anna), actor("clara")
    saturday_noon = datetime(2026, 3, 14, 19, 0, tzinfo=UTC)
    act_as(session(), clara, ChangeSource.web)
    with business_clock.frozen(saturday_noon):
        logged = {"wall": datetime(2026, 3, 2, 9, 0), "zone": "America/Los_Angeles", "subject": "on Saturday"}
        log_interaction(clara, logged, InteractionDetails(about=[organization.id]))
        session.flush()
        overnight = [b for b in blocks_for(reader, saturday_noon + timedelta(hours=1)) if b.code == "overnight"]
    assert [item.title for block in overnight for item in block.items] == ["on Saturday"]


def test_overnight_after_a_holiday_starts_on_the_working_day_before_it(anna, reader, actor, session):
    organization, clara = client_of("Inland", counselor=anna), actor("clara")
    act_as(session(), clara, ChangeSource.web)
    for subject, moment in (("on Thursday", datetime(2026, 2, 13, 3, 0)), ("on Friday", datetime(2026, 2, 14, 3, 0))):
        with business_clock.frozen(moment.replace(tzinfo=UTC)):
            values = {"wall": datetime(2026, 2, 2, 9, 0), "zone": "America/Los_Angeles", "subject": subject}
            log_interaction(clara, values, InteractionDetails(about=[organization.id]))
            session.flush()
    day_after = datetime(2026, 2, 17, 15, 30, tzinfo=UTC)
    with business_clock.frozen(day_after):
        overnight = [b for b in blocks_for(reader, day_after) if b.code == "overnight"]
    assert [item.title for block in overnight for item in block.items] == ["on Friday"]


def test_overnight_has_only_interactions_with_records_of_the_reader(anna, reader, actor, session):
    own, other, clara = (
        client_of("Inland", counselor=anna),
        client_of("Inland", counselor=actor("clara")),
        actor("clara"),
    )
    act_as(session(), clara, ChangeSource.web)
    for subject, record in (("own", own), ("other", other)):
        values = {"wall": datetime(2026, 3, 2, 9, 0), "zone": "America/Los_Angeles", "subject": subject}
        with business_clock.frozen(MORNING - timedelta(hours=1)):
            log_interaction(clara, values, InteractionDetails(about=[record.id]))
            session.flush()
    with business_clock.frozen(MORNING):
        overnight = [b for b in blocks_for(reader, MORNING) if b.code == "overnight"]
    assert [item.title for block in overnight for item in block.items] == ["own"]
