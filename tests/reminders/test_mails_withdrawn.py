"""What emails omit: confidential, hidden, disabled and archived items."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crm.core.data.history import Change, ChangeSource, act_as
from crm.core.data.record import archive_record
from crm.core.i18n.formats import as_read_by
from crm.followups.enums import Tier
from crm.followups.services import add_follow_up, reassign_follow_up, set_cadence
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.reminders.blocks import blocks_for
from crm.reminders.kinds.followup_due import KIND as FOLLOWUP_DUE
from crm.reminders.queries import readers
from tests.factories import affiliation, client_of, make_confidential, person, representation
from tests.reminders.digest_data import MORNING, TODAY, add_digest_items, html_of, turn_off

TEXTS = {
    "meeting_tomorrow": "Tomorrow's visit",
    "ending": "China rep of Tri-Valley Sensors ends",
    "going_quiet": "Quiet A",
    "overnight": "3 of 4 passed",
    "digest": "Send price",
    "assigned": "assigned you",
}
"""Texts of kinds that are on by default, for a full morning; `followup_due` has its own test."""


@pytest.mark.usefixtures("access_without_links")
def test_confidential_values_are_in_no_email(mails, anna, people, actor, session):
    organization = client_of("Inland", "Dragonfly Mining", counselor=anna)
    boss = person("Topsecret", "Boss", organization=organization, team="Inland", counselor=anna)
    make_confidential(organization)
    make_confidential(boss)
    representation(organization, counselor=anna, to_on=TODAY + timedelta(days=7))
    to_boss = {"due_on": TODAY, "promised_to_id": boss.id}
    plain = add_follow_up(anna, {"title": "Plain title"} | to_boss, about=[organization.id, boss.id])
    single = add_follow_up(anna, {"title": "Single", "mail_alone": True} | to_boss, about=[organization.id])
    assert not plain.confidential
    assert not single.confidential
    rep = person("Plainly", "Known")
    representation(organization, rep, counselor=anna)
    affiliation(rep, organization, title="Agent")
    add_follow_up(anna, {"title": "To the rep", "due_on": TODAY, "mail_alone": True, "promised_to_id": rep.id})
    values = {"wall": datetime(2026, 3, 10, 12), "state": InteractionState.planned, "subject": "Lunch"}
    with_boss = InteractionDetails(
        parties=[PartyValues(boss.id, organization.id), PartyValues(rep.id, organization.id)]
    )
    log_interaction(anna, values, with_boss)
    hidden = add_follow_up(anna, {"title": "Merger papers", "due_on": TODAY})
    make_confidential(hidden)
    values |= {"wall": datetime(2026, 3, 10, 11), "subject": "Merger talk"}
    make_confidential(log_interaction(anna, values, InteractionDetails()))
    make_confidential(log_interaction(anna, values | {"wall": datetime(2026, 3, 11, 11)}, InteractionDetails()))
    set_cadence(organization, Tier.a, None, TODAY - timedelta(days=40))
    emails = mails()
    assert set(emails) == {"digest", "followup_due", "meeting_tomorrow"}
    for mail in emails.values():
        for text in (mail.subject, mail.text, html_of(mail)):
            assert [w for w in ("Dragonfly", "Topsecret", "Merger") if w in text] == []
    assert "confidential item 1" in emails["digest"].text
    assert "Plain title" in emails["digest"].text
    assert "12:00 PM Lunch\n      Known Plainly\n" in emails["digest"].text
    assert "\nKnown Plainly.\n" in emails["followup_due"].text
    # On the page, after signing in, the same reader sees them.
    with as_read_by(anna):
        titles = [i.title + i.second for b in blocks_for(readers([anna.id])[0], MORNING) for i in b.items]
    assert any("Merger papers" in t for t in titles)
    assert any("Dragonfly Mining" in t for t in titles)


def test_hidden_records_are_in_no_email(mails, anna, people, actor, session):
    foreign = client_of("Bay", "Bay Cold Chain")
    own = add_follow_up(anna, {"title": "Ask the port", "due_on": TODAY}, about=[])
    timed = add_follow_up(anna, {"title": "Of another team", "due_wall": datetime(2026, 3, 10, 7)})
    dated = add_follow_up(anna, {"title": "Of another day", "due_on": TODAY, "mail_alone": True})
    from crm.followups.models import FollowUpAbout

    session.add(FollowUpAbout(followup_id=own.id, record_id=foreign.id))
    timed.team_id = dated.team_id = foreign.team_id
    session.flush()
    emails = mails()
    assert list(emails) == ["digest"]
    assert "Ask the port" in emails["digest"].text
    assert "Bay Cold Chain" not in emails["digest"].text
    assert "Of another" not in emails["digest"].text
    assert FOLLOWUP_DUE.find_due(readers(), MORNING) == []


def test_disabled_separate_emails_are_in_the_digest(mails, anna):
    add_follow_up(anna, {"title": "Alone", "due_on": TODAY, "mail_alone": True})
    add_follow_up(anna, {"title": "At eight", "due_wall": datetime(2026, 3, 10, 8)})
    turn_off(anna, "followup_due")
    emails = mails(MORNING + timedelta(hours=2))
    assert list(emails) == ["digest"]
    assert "Alone" in emails["digest"].text
    assert "At eight" in emails["digest"].text


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_disabled_kind_is_in_no_email(mails, anna, people, actor, session, kind):
    add_digest_items(anna, people, actor, session)
    values = {"wall": datetime(2026, 3, 11, 11), "state": InteractionState.planned, "subject": "Tomorrow's visit"}
    log_interaction(anna, values, InteractionDetails())
    assigned = add_follow_up(actor("clara"), {"title": "Handed over", "due_on": TODAY + timedelta(days=9)})
    assigned.counselor_id = people["clara"].id
    turn_off(anna, kind)
    emails = mails()
    assert [m.kind for m in emails.values() if TEXTS[kind] in m.text] == []
    assert ("digest" in emails) is (kind != "digest")


def test_assigned_records_are_listed_beside_many_other_changes(mails, anna, actor, clock, session):
    clara = actor("clara")
    clock.set(MORNING - timedelta(hours=6))
    act_as(session(), clara, ChangeSource.web)
    for n in range(12):
        assigned = add_follow_up(clara, {"title": f"Ask port {n}", "due_on": TODAY + timedelta(days=9)})
        reassign_follow_up(clara, assigned, anna.id)
    session.flush()
    facts = {"at": MORNING - timedelta(hours=5), "actor_id": clara.id, "via": ChangeSource.web, "action": "changed"}
    row = {"root_id": assigned.id, "table": "record", "row_id": str(assigned.id)}
    session.add_all(Change(**facts, **row, diff={"label": ["before", str(n)]}) for n in range(1001))
    digest = mails()["digest"]
    for body in (digest.text, html_of(digest)):
        assert (body.count("assigned you: Ask port"), "And 2 more" in body) == (10, True)


def test_archived_follow_up_cancels_its_email(mails, anna, session):
    from crm.core.mail.outbox.kinds import KINDS

    row = add_follow_up(anna, {"title": "At seven", "due_wall": datetime(2026, 3, 10, 7)})
    mail = mails()["followup_due"]
    assert KINDS["followup_due"].still_wanted(session, mail)
    archive_record(row, "twice")
    session.flush()
    assert not KINDS["followup_due"].still_wanted(session, mail)
