"""A colleague covers for a user: on Today, in the digest and by email, within the colleague's rights."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.services.reassignment import reassign_user_records
from crm.accounts.services.users import deactivate_user
from crm.core.errors import Invalid, NotFound
from crm.core.i18n.formats import as_read_by
from crm.core.mail.outbox.models import Mail
from crm.followups.services import add_follow_up
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.reminders.blocks import blocks_for
from crm.reminders.covers import add_cover, end_cover
from crm.reminders.jobs import plan_reminders
from crm.reminders.kinds.followup_due import KIND as FOLLOWUP_DUE
from crm.reminders.models import Cover
from crm.reminders.queries import readers
from crm.shows.services import save_meeting, save_show
from tests.factories import client_of, make_confidential
from tests.reminders.digest_data import MORNING, TODAY

LATER = MORNING + timedelta(hours=4)  # 11:30 in Los Angeles


@pytest.fixture
def clara(anna, people, actor):
    people["clara"].active = people["dora"].active = True
    return actor("clara")


@pytest.fixture
def dora(clara, actor):
    """Return a colleague of anna's team, who isn't a manager."""
    return actor("dora")


def covered(actor, moment: datetime = MORNING) -> list[tuple[str, str]]:
    reader = readers([actor.id])[0]
    with as_read_by(reader.actor):
        items = [item for block in blocks_for(reader, moment) if block.code == "cover" for item in block.items]
    return [(item.title, item.second) for item in items]


def subjects(session, address: str) -> list[str]:
    stmt = sa.select(Mail.subject).where(Mail.address == address, Mail.kind == "followup_due").order_by(Mail.id)
    return list(session.scalars(stmt))


def test_colleague_sees_appointments_and_follow_ups_on_the_days_of_the_cover(anna, dora):
    values = {"state": InteractionState.planned, "zone": "America/Los_Angeles", "wall": datetime(2026, 3, 10, 11)}
    log_interaction(anna, values | {"subject": "Delta visit"}, InteractionDetails())
    add_follow_up(anna, {"title": "HS note", "due_on": TODAY})
    add_cover(anna, dora.id, TODAY, TODAY)
    assert [title for title, _second in covered(dora)] == ["Delta visit", "HS note"]
    assert all(second.startswith("for Anna Reyes") for _title, second in covered(dora))
    assert covered(anna) == []
    assert covered(dora, MORNING + timedelta(days=1)) == []
    assert covered(dora, MORNING - timedelta(days=1)) == []


def test_colleague_sees_meetings_at_shows_among_the_appointments(anna, dora):
    values = {"state": InteractionState.planned, "zone": "America/Los_Angeles", "wall": datetime(2026, 3, 10, 11)}
    log_interaction(anna, values | {"subject": "Delta visit"}, InteractionDetails())
    days = {"starts_on": TODAY - timedelta(days=1), "ends_on": TODAY}
    show = save_show(anna, {"name": "Water Fair", "zone": "America/Los_Angeles", **days})
    client, secret = client_of("Inland", "ClearAir", counselor=anna), client_of("Inland", "Secretive", counselor=anna)
    make_confidential(secret)
    common = {"day": TODAY, "minutes": 30, "people": [], "staff": [anna.id]}
    for hour, day, with_client in ((10, TODAY, client), (12, TODAY, secret), (9, TODAY - timedelta(days=1), client)):
        save_meeting(
            anna, show, common | {"day": day, "time": time(hour), "table": str(hour), "client_id": with_client.id}
        )
    add_cover(anna, dora.id, TODAY, TODAY)
    assert [title for title, _second in covered(dora)] == ["ClearAir", "Delta visit"]


def test_colleague_sees_only_what_their_rights_allow(anna, dora):
    hidden = add_follow_up(anna, {"title": "Secret note", "due_on": TODAY})
    make_confidential(hidden)
    add_cover(anna, dora.id, TODAY, TODAY)
    assert covered(dora) == []


def test_email_at_a_time_goes_to_the_colleague_once(anna, dora, session, clock):
    add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, 11)})
    hidden = add_follow_up(anna, {"title": "Call Wu", "due_wall": datetime(2026, 3, 10, 11)})
    make_confidential(hidden)
    add_cover(anna, dora.id, TODAY, TODAY)
    session.commit()
    clock.set(LATER)
    plan_reminders()
    plan_reminders()
    assert subjects(session, "dora@demo.example") == ["Today: Call Zhou"]
    assert subjects(session, "anna@demo.example") == ["Today: a confidential item"]
    assert FOLLOWUP_DUE.find_due(readers(), LATER) == []
    stmt = sa.select(Mail).where(Mail.address == "dora@demo.example", Mail.kind == "followup_due")
    mail = session.scalars(stmt.options(sa.orm.undefer("*"))).one()
    assert "you cover for Anna Reyes" in mail.text
    assert FOLLOWUP_DUE.still_wanted(readers([dora.id])[0], mail)
    end_cover(anna, session.scalars(sa.select(Cover.id)).one())
    assert not FOLLOWUP_DUE.still_wanted(readers([dora.id])[0], mail)


@pytest.mark.parametrize("ended", [False, True])
def test_separate_email_of_a_day_goes_to_the_colleague_instead_of_the_digest(anna, dora, session, clock, ended):
    row = add_follow_up(anna, {"title": "HS note", "due_on": TODAY, "mail_alone": True})
    add_cover(anna, dora.id, TODAY, TODAY)
    session.commit()
    clock.set(MORNING - timedelta(hours=8))
    (planned,) = FOLLOWUP_DUE.plan(anna, row, MORNING - timedelta(hours=8))
    clock.set(MORNING)
    if ended:
        end_cover(anna, session.scalars(sa.select(Cover.id)).one())
        session.commit()
    plan_reminders()
    plan_reminders()
    addresses = ["anna@demo.example"] if ended else ["dora@demo.example"]
    assert session.scalars(sa.select(Mail.address).where(Mail.kind == "followup_due")).all() == addresses
    assert planned.name == "Dora Lindqvist"
    assert session.scalar(sa.select(sa.func.count()).where(Mail.kind == "digest")) == 0


def test_explanation_of_a_follow_up_names_the_colleague_before_and_after_the_email(anna, dora, session, clock):
    row = add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, 11)})
    hidden = add_follow_up(anna, {"title": "Call Wu", "due_wall": datetime(2026, 3, 10, 11)})
    make_confidential(hidden)
    add_cover(anna, dora.id, TODAY, TODAY)
    session.commit()
    covers = "Dora Lindqvist covers for Anna Reyes then and gets the email."
    due = "A reminder is due. The email will be created when the scheduler next runs."
    before, at_hidden = (FOLLOWUP_DUE.explain(anna, one.id, LATER).reasons for one in (row, hidden))
    assert before[-2:] == [covers, due]
    assert (covers in at_hidden, at_hidden[-1]) == (False, due)
    clock.set(LATER)
    plan_reminders()
    assert FOLLOWUP_DUE.explain(anna, row.id, LATER).reasons[-1] == covers
    assert due not in FOLLOWUP_DUE.explain(anna, hidden.id, LATER).reasons


def test_email_after_the_cover_goes_to_the_user_again(anna, dora, session, clock):
    add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, 11)})
    add_cover(anna, dora.id, TODAY - timedelta(days=3), TODAY - timedelta(days=1))
    session.commit()
    clock.set(LATER)
    plan_reminders()
    assert subjects(session, "anna@demo.example") == ["Today: Call Zhou"]
    assert subjects(session, "dora@demo.example") == []


def test_colleague_is_notified(anna, dora, session):
    add_cover(anna, dora.id, TODAY, TODAY + timedelta(days=3))
    mail = session.scalars(sa.select(Mail)).one()
    assert mail.address == "dora@demo.example"
    assert mail.subject == "You cover for Anna Reyes from Tue, Mar 10 to Fri, Mar 13"


@pytest.mark.parametrize(
    ("from_on", "to_on", "message"),
    [
        (date(2026, 3, 12), date(2026, 3, 11), "on or after the first day"),
        (date(2026, 3, 1), date(2026, 3, 2), "Enter today or a later date"),
        (date(2026, 3, 10), date(2027, 6, 1), "up to a year"),
        (date(2026, 3, 22), date(2026, 3, 24), "covers for you on some of these"),
    ],
)
def test_wrong_days_are_refused(anna, dora, session, from_on, to_on, message):
    add_cover(anna, dora.id, date(2026, 3, 20), date(2026, 3, 22))
    with pytest.raises(Invalid, match=message):
        add_cover(anna, dora.id, from_on, to_on)
    assert session.scalar(sa.select(sa.func.count()).select_from(Cover)) == 1


def test_oneself_and_inactive_users_are_refused(anna, people):
    for user_id in (anna.id, people["boris"].id, None):
        with pytest.raises(Invalid, match="active colleague"):
            add_cover(anna, user_id, TODAY, TODAY)


def test_only_both_users_end_a_cover(anna, dora, clara):
    row = add_cover(anna, dora.id, TODAY, TODAY)
    with pytest.raises(NotFound):
        end_cover(clara, row.id)
    end_cover(dora, row.id)
    assert covered(dora) == []


def test_cover_is_added_and_ended_on_its_page(client, anna, dora, session, clock):
    clock.set(MORNING)
    session.commit()
    client.login_as("anna")
    data = {"colleague_id": dora.id, "from_on": "2026-03-11", "to_on": "2026-03-12"}
    form = client.get("/profile/cover").text
    assert ("Dora Lindqvist</option>" in form, "Anna Reyes</option>" in form) == (True, False)
    assert client.post("/profile/cover", data=data).status_code == 303
    assert "Dora Lindqvist covers for you" in client.get("/profile/cover").text
    assert client.post("/profile/cover", data=data).status_code == 422
    client.login_as("dora")
    assert "You cover for Anna Reyes" in client.get("/profile/cover").text
    (cover_id,) = session.scalars(sa.select(Cover.id))
    client.login_as("clara")
    assert client.post(f"/profile/cover/{cover_id}/end").status_code == 404
    client.login_as("dora")
    assert client.post(f"/profile/cover/{cover_id}/end").status_code == 303
    assert session.scalars(sa.select(Cover.id)).all() == []


def test_new_owner_covers_in_the_place_of_a_colleague_who_leaves(session, anna, clara, people):
    boris, dora = people["boris"], people["dora"]
    boris.active = True
    for user in (anna, clara):
        add_cover(user, dora.id, TODAY, TODAY + timedelta(days=2))
    deactivate_user(dora, boris)
    rows = session.scalars(sa.select(Cover).order_by(Cover.user_id)).all()
    assert [(row.user_id, row.colleague_id) for row in rows] == [(anna.id, boris.id), (clara.id, boris.id)]
    notices = sa.select(Mail.address).where(Mail.kind == "cover_notice", Mail.address == boris.email)
    assert len(session.scalars(notices).all()) == 2
    # The one for the new owner ends, and isn't counted.
    assert deactivate_user(boris, people["clara"]) == 1
    rows = session.scalars(sa.select(Cover)).all()
    assert [(row.user_id, row.colleague_id) for row in rows] == [(anna.id, clara.id)]


def test_active_colleague_keeps_covering_when_records_are_reassigned(session, anna, people):
    dora, clara = people["dora"], people["clara"]
    dora.active = clara.active = True
    client_of("Inland", "Tri-Valley", counselor=dora)
    add_cover(anna, dora.id, TODAY, TODAY + timedelta(days=2))
    assert reassign_user_records(dora, clara) == 1
    assert session.scalars(sa.select(Cover.colleague_id)).all() == [dora.id]
