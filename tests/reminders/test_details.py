"""Details in emails: participants, positions, shared office hours, important notes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core.i18n.formats import as_read_by
from crm.core.mail.messages import render_mail
from crm.followups.services import add_follow_up
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState, InteractionType
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.opportunities.queries import load_opportunities
from crm.people.models import Person
from crm.people.policy import DisplayOrder
from crm.reminders.blocks import blocks_for
from crm.reminders.details import load_follow_up_facts, load_meeting_facts
from crm.reminders.hours import describe_shared_hours
from crm.reminders.queries import readers
from tests.factories import affiliation, client_of, organization, person, reachable, representation
from tests.factories.opportunities import make_opportunity

MORNING = datetime(2026, 12, 8, 15, 0, tzinfo=UTC)  # 07:00 in Los Angeles, a Tuesday in winter
TODAY = date(2026, 12, 8)


@pytest.fixture
def anna(session, actor, clock):
    """Return the counselor who gets the emails."""
    clock.set(MORNING)
    with as_read_by(actor("anna")):
        yield actor("anna")


def zhou(**facts: object) -> Person:
    name = {"family_native": "周", "given_native": "立民", "display_order": DisplayOrder.family_first}
    return person("Zhou", "Limin", zone="Asia/Shanghai", **name, **facts)


def facts_of(anna, **values: object):
    about = values.pop("about", [])
    row = add_follow_up(anna, {"title": "Ask", "due_on": TODAY, **values}, about=[a.id for a in about])
    return load_follow_up_facts(anna, row, MORNING)


def contact(anna, subject: str, wall: datetime, parties: list[PartyValues], **values: object) -> Interaction:
    defaults = {"subject": subject, "wall": wall, "zone": "America/Los_Angeles", "state": InteractionState.planned}
    return log_interaction(anna, defaults | values, InteractionDetails(parties=parties))


@pytest.mark.parametrize(
    ("day", "reminder"),
    [
        (0, "Shared office hours with Shanghai: 5:00 PM to 6:00 PM your time."),
        (3, ""),  # Saturday there
        (210, ""),  # no shared hour in summer
    ],
)
def test_digest_shows_shared_office_hours(anna, day, reminder):
    assert describe_shared_hours(anna, MORNING + timedelta(days=day)) == reminder


def test_shared_hours_in_the_past_are_omitted(anna):
    assert describe_shared_hours(anna, datetime(2026, 12, 9, 2, 0, tzinfo=UTC)) == ""


def test_follow_up_email_shows_position_and_important_note(anna):
    tri = client_of("Inland", "Tri-Valley Sensors")
    rep_person = zhou(read_first="NNN not signed: no drawings.", address_as="周经理")
    reachable(rep_person, wechat="zhou_lm", phone="+86 138 0000 0000")
    affiliation(rep_person, organization("Zhou Trading"), title="Manager")
    representation(client_of("Inland", "Another"), rep_person)
    representation(tri, rep_person)
    reminder = facts_of(anna, promised_to_id=rep_person.id, about=[tri])
    assert (reminder.native, reminder.person, reminder.relation) == (
        "周立民",
        "Zhou Limin",
        "China rep of Tri-Valley Sensors",
    )
    assert sorted(reminder.contact_points) == ["+86 138 0000 0000", "WeChat zhou_lm"]
    assert reminder.good_time == "today 5:00 PM-6:00 PM = Wed 9:00 AM-10:00 AM Shanghai"
    assert reminder.warnings == ["NNN not signed: no drawings"]


def test_position_or_else_linked_organization_is_shown(anna):
    tri = client_of("Inland", "Tri-Valley Sensors")
    stranger, buyer = zhou(), person("Lu", "Min", organization=organization("Huadong Water"), title="Purchasing")
    assert facts_of(anna, promised_to_id=stranger.id, about=[tri]).relation == "Tri-Valley Sensors"
    assert facts_of(anna, promised_to_id=buyer.id, about=[tri]).relation == "Purchasing, Huadong Water"


@pytest.mark.parametrize(
    ("kind", "source"), [(InteractionType.call, "call, 20 min"), (InteractionType.wechat, "WeChat, 20 min")]
)
def test_follow_up_email_shows_its_source_interaction(anna, kind, source):
    talk = contact(anna, "Samples", datetime(2026, 12, 3, 9), [], type=kind, minutes=20)
    row = add_follow_up(anna, {"title": "Ask", "due_on": TODAY}, source_id=talk.id)
    assert load_follow_up_facts(anna, row, MORNING).promised == f"You've owed this since Tue, Dec 8 ({source})."
    talk.confidential = True
    assert load_follow_up_facts(anna, row, MORNING).promised == "You've owed this since Tue, Dec 8."


def test_follow_up_email_counts_days_in_stage_like_the_board(anna):
    row = make_opportunity(client_of("Inland"), "Level sensors")
    row.stage_since = MORNING - timedelta(days=12) + timedelta(hours=3)
    assert facts_of(anna, about=[row]).opportunity == "Level sensors, Matched, 12 days in stage"
    assert load_opportunities(anna, [row.id])[row.id].days == 12


def test_interactions_in_the_digest_show_participants(anna):
    bureau = organization("Ningbo Port Bureau")
    tom, rosa, wang = person("Alvarez", "Tom"), person("Delgado", "Rosa"), zhou()
    contact(anna, "Redwood, call", datetime(2026, 12, 7, 14), [PartyValues(tom.id)])
    contact(anna, "At the Ningbo Port Bureau", datetime(2026, 12, 8, 10), [PartyValues(wang.id, bureau.id)])
    contact(anna, "Meters", datetime(2026, 12, 8, 11), [PartyValues(wang.id, bureau.id)], place="Room 2")
    many = [PartyValues(tom.id), PartyValues(rosa.id), PartyValues(label="engineers", count=2)]
    contact(anna, "Delta", datetime(2026, 12, 8, 12), many)
    blocks = blocks_for(readers([anna.id])[0], MORNING)
    assert [(i.title, i.native, i.second) for b in blocks for i in b.items] == [
        ("At the Ningbo Port Bureau", "周立民", "Zhou Limin"),
        ("Meters", "周立民", "Zhou Limin, Ningbo Port Bureau\xa0· Room 2"),
        ("Delta", "", "Tom Alvarez, Rosa Delgado and 1 more"),
        ("Redwood, call", "", "Tom Alvarez\xa0· yesterday 2:00 PM"),
    ]


def test_interaction_planned_in_our_zone_shows_theirs_too(anna):
    wang = zhou()
    contact(anna, "Brief", datetime(2026, 12, 8, 17), [PartyValues(label="engineers", count=2), PartyValues(wang.id)])
    contact(anna, "Did we meet", datetime(2026, 12, 7, 17), [PartyValues(wang.id)])
    late = contact(anna, "Tomorrow", datetime(2026, 12, 9, 17), [PartyValues(wang.id)])
    row = add_follow_up(anna, {"title": "Price", "due_wall": datetime(2026, 12, 8, 17)}, about=[wang.id])
    their = {i.title: (i.when, i.second) for b in blocks_for(readers([anna.id])[0], MORNING) for i in b.items}
    assert their == {
        "Brief": ("5:00 PM = Wed 9:00 AM Shanghai", "2 engineers, Zhou Limin"),
        "Price": ("5:00 PM = Wed 9:00 AM Shanghai", "Zhou Limin"),
        "Did we meet": ("", "Zhou Limin\xa0· yesterday 5:00 PM = Tue 9:00 AM Shanghai"),
    }
    assert load_meeting_facts(anna, late.id).when == "5:00 PM = Thu 9:00 AM Shanghai"
    reminder = load_follow_up_facts(anna, row, MORNING + timedelta(hours=10, minutes=20))
    assert reminder.reason == "assigned to you, was due at 5:00 PM = Wed 9:00 AM Shanghai"
    reminder = load_follow_up_facts(anna, row, MORNING + timedelta(hours=10))
    assert reminder.reason == "assigned to you, due today at 5:00 PM = Wed 9:00 AM Shanghai"


def test_interaction_planned_in_their_zone_shows_one_time(anna):
    wang = zhou()
    contact(anna, "Brief", datetime(2026, 12, 9, 9), [PartyValues(wang.id)], zone="Asia/Shanghai")
    items = [i for b in blocks_for(readers([anna.id])[0], MORNING) for i in b.items]
    assert [(i.when, i.second) for i in items] == [("5:00 PM = Wed 9:00 AM Shanghai", "Zhou Limin")]


def test_text_of_a_follow_up_email_has_its_due_time_and_one_blank_line_between_parts(anna, app):
    tri = client_of("Inland", "Tri-Valley Sensors")
    rep_person = zhou(read_first="No drawings.", address_as="周经理")
    reachable(rep_person, wechat="zhou_lm")
    values = {"due_on": None, "due_wall": datetime(2026, 12, 8, 17), "zone": "America/Los_Angeles"}
    facts = facts_of(anna, promised_to_id=rep_person.id, about=[tri], **values)
    context = {"details": facts, "answers_path": "/a/x", "reply_to": ""}
    text = render_mail("followup_due", "en", **context).text
    assert text.partition("\n\nAnswer")[0].splitlines() == [
        "Due Tue, Dec 8, 5:00 PM = Wed 9:00 AM Shanghai",
        "You've owed this since Tue, Dec 8.",
        "",
        "周立民 Zhou Limin, Tri-Valley Sensors. Address as: 周经理.",
        "WeChat zhou_lm",
        "",
        "Good time to call: today 5:00 PM-6:00 PM = Wed 9:00 AM-10:00 AM Shanghai.",
        "Important: No drawings.",
    ]
    assert "\n\n\n" not in text


def test_email_about_a_meeting_shows_where_the_participants_work_and_how_to_reach_them(anna):
    rep_person = zhou(address_as="周经理")
    affiliation(rep_person, organization("Lotus Bridge"), title="Manager")
    reachable(rep_person, wechat="zhou_lm", phone="+86 138 0000 0000")
    meeting = contact(anna, "Samples", datetime(2026, 12, 9, 9), [PartyValues(rep_person.id)])
    (participant,) = load_meeting_facts(anna, meeting.id).participants
    assert participant.name == "周立民 Zhou Limin, Lotus Bridge. Address as: 周经理"
    assert sorted(participant.contact_points) == ["+86 138 0000 0000", "WeChat zhou_lm"]
    mail = render_mail("meeting_tomorrow", "en", details=load_meeting_facts(anna, meeting.id), covered=[])
    assert "+86 138 0000 0000" in mail.text.split("周经理")[1]
    assert '<a href="tel:+8613800000000">' in mail.html
