"""Invitations by email: sent to chosen people, updated and canceled by themselves, read by three parsers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email import message_from_bytes
from email.policy import SMTP

import ics
import pytest
import sqlalchemy as sa
import vobject

from crm.core.errors import Invalid
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import Audience, MailState
from crm.feeds.jobs import update_invitations
from crm.feeds.queries.subjects import list_invitees, load_interaction, load_meeting
from crm.feeds.services import invite
from crm.interactions.policy import InteractionState
from crm.interactions.services import (
    InteractionDetails,
    change_interaction,
    log_interaction,
    move_interaction,
)
from crm.interactions.services.resolve import load_details
from crm.invitations.models import CalendarInvitation
from crm.invitations.queries import find_invitation
from crm.people.models import Person
from crm.shows.policy import MeetingState
from crm.shows.services import save_meeting, save_show, set_meeting_state
from tests.factories import client_of, make_confidential, person, prime
from tests.factories.records import reachable
from tests.feeds.conftest import event_of, send
from tests.records.lookups import undo_last

LA = "America/Los_Angeles"


def test_people_with_an_address_and_staff_can_be_invited(anna, call):
    invitees = list_invitees(anna, load_interaction(anna, call.id))
    assert [(one.name, one.address) for one in invitees] == [
        ("Zhou Limin", "zhou@example.cn"),
        ("Clara Whitfield", "clara@demo.example"),
    ]


def test_invitation_is_one_email_each_that_three_parsers_read(anna, call, emails, session):
    send(anna, call, "Please bring the samples.")
    (zhou, subject, text), (clara, *_rest) = sorted(emails(), reverse=True)
    assert (zhou, clara) == ("zhou@example.cn", "clara@demo.example")
    assert subject == "Invitation: Price; samples, Thu, Mar 12"
    starts_at = datetime(2026, 3, 13, 0, tzinfo=UTC)
    event, second, (third,) = event_of(text), vobject.readOne(text).vevent, ics.Calendar(text).events
    assert {event.decoded("DTSTART").astimezone(UTC), second.dtstart.value.astimezone(UTC)} == {starts_at}
    assert third.begin.datetime == starts_at
    assert {str(event["SUMMARY"]), second.summary.value, third.name} == {"Price; samples"}
    assert {str(event["UID"]), second.uid.value, third.uid} == {find_invitation(f"record:{call.id}").uid}
    assert (event["SEQUENCE"], str(event["ORGANIZER"])) == (0, "mailto:anna@demo.example")
    assert sorted(str(one) for one in event["ATTENDEE"]) == ["mailto:clara@demo.example", "mailto:zhou@example.cn"]
    assert str(event["DESCRIPTION"]) == "Please bring the samples."
    audiences = dict(session.execute(sa.select(Mail.address, Mail.audience)).all())
    assert audiences == {"zhou@example.cn": Audience.outside, "clara@demo.example": Audience.staff}


def test_guest_who_reads_chinese_gets_chinese_texts(anna, call, session):
    zhou = session.scalars(sa.select(Person).where(Person.family_native == "周")).one()
    zhou.mail_language = "zh_Hans"
    session.flush()
    send(anna, call)
    call.state = InteractionState.canceled
    session.commit()
    update_invitations()
    stmt = sa.select(Mail).where(Mail.address == "zhou@example.cn").options(sa.orm.undefer("*")).order_by(Mail.id)
    invited, canceled = session.scalars(stmt)
    assert invited.subject == "邀请：Price; samples，3月12日 周四"
    text = message_from_bytes(invited.mime, policy=SMTP).get_body(("plain",)).get_content()
    assert "Anna Reyes 邀请您参加以下会面。" in text
    assert "3月12日 周四 17:00 – 17:45 (洛杉矶)" in text
    assert "请在日历中答复" in text
    assert canceled.subject == "已取消：Price; samples，3月12日 周四"


def test_nothing_is_sent_while_nothing_changes(anna, call, emails, session):
    send(anna, call)
    session.commit()
    update_invitations()
    call.notes = "More"
    session.commit()
    update_invitations()
    assert len(emails()) == 2


def test_rescheduled_appointment_is_updated_with_the_same_identifier(anna, call, emails, session):
    send(anna, call)
    moved = move_interaction(call, datetime(2026, 3, 13, 18))
    session.commit()
    update_invitations()
    update_invitations()
    sent = [(subject, event_of(text)) for address, subject, text in emails() if address == "zhou@example.cn"]
    assert [subject for subject, _event in sent] == [
        "Invitation: Price; samples, Thu, Mar 12",
        "Updated: Price; samples, Fri, Mar 13",
    ]
    first, second = (event for _subject, event in sent)
    assert first["UID"] == second["UID"]
    assert (second["SEQUENCE"], second.decoded("DTSTART").hour) == (1, 18)
    assert find_invitation(f"record:{moved.id}").sequence == 1


@pytest.mark.parametrize("is_rescheduled", [False, True], ids=["changed", "rescheduled"])
def test_guests_get_the_update_though_more_people_are_invited_before_it(anna, call, emails, session, is_rescheduled):
    subject = load_interaction(anna, call.id)
    (zhou,) = [one for one in list_invitees(anna, subject) if one.address == "zhou@example.cn"]
    invite(anna, subject, [zhou])
    if is_rescheduled:
        row = move_interaction(call, datetime(2026, 3, 13, 18))
    else:
        row = change_interaction(anna, call, {"wall": datetime(2026, 3, 13, 18)}, load_details(call))
    subject = load_interaction(anna, row.id)
    (clara,) = [one for one in list_invitees(anna, subject) if one.address == "clara@demo.example"]
    invite(anna, subject, [clara])
    session.commit()
    update_invitations()
    sent = [(address, subject, event_of(text)) for address, subject, text in emails()]
    assert [(address, subject, event["SEQUENCE"]) for address, subject, event in sent] == [
        ("zhou@example.cn", "Invitation: Price; samples, Thu, Mar 12", 0),
        ("zhou@example.cn", "Updated: Price; samples, Fri, Mar 13", 1),
        ("clara@demo.example", "Invitation: Price; samples, Fri, Mar 13", 1),
    ]
    assert len({str(event["UID"]) for *_rest, event in sent}) == 1
    assert find_invitation(f"record:{row.id}").record_id == row.id


def test_canceled_appointment_is_canceled_once(anna, call, emails, session):
    send(anna, call)
    call.state = InteractionState.canceled
    session.commit()
    update_invitations()
    update_invitations()
    _address, subject, text = emails()[-1]
    assert len(emails()) == 4
    assert subject == "Canceled: Price; samples, Thu, Mar 12"
    event = event_of(text)
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 1)
    assert "METHOD:CANCEL" in text


def test_invitation_after_a_cancellation_has_a_higher_number(anna, call, emails, session):
    send(anna, call)
    call.state = InteractionState.canceled
    session.commit()
    update_invitations()
    call.state = InteractionState.planned
    session.commit()
    send(anna, call)
    assert event_of(emails()[-1][2])["SEQUENCE"] == 2


def test_past_and_untimed_appointments_and_nobody_are_refused(anna, call, session, clock):
    subject = load_interaction(anna, call.id)
    with pytest.raises(Invalid, match="Choose at least one person"):
        invite(anna, subject, [])
    call.time_known = False
    with pytest.raises(Invalid, match="Only planned appointments"):
        send(anna, call)
    call.time_known = True
    clock.set(datetime(2026, 3, 13, 0, 45, tzinfo=UTC))
    with pytest.raises(Invalid, match="already over"):
        send(anna, call)
    assert session.scalars(sa.select(CalendarInvitation)).all() == []


def test_person_whom_the_user_may_not_see_is_not_offered(anna, people, actor, session):
    hidden = make_confidential(
        person("Sun", "Li", organization=client_of("Inland", "Secret Works", counselor=actor("clara")))
    )
    reachable(hidden, email="sun@example.cn")
    values = {"state": InteractionState.planned, "wall": datetime(2026, 3, 12, 17), "zone": LA, "subject": "Call"}
    row = log_interaction(anna, values, InteractionDetails())
    assert list_invitees(anna, load_interaction(anna, row.id)) == []


def test_meeting_at_a_show(anna, emails, session):
    day = date(2026, 3, 20)
    show = save_show(anna, {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": day, "ends_on": day})
    lu = reachable(person("Lu", "Hua"), email="lu@example.cn")
    values = {"day": day, "time": time(9, 30), "minutes": 30, "people": [lu.id], "staff": [anna.id], "table": "14"}
    row = save_meeting(anna, show, values | {"client_id": None, "host_id": prime("Jiangchuan").id})
    subject = load_meeting(anna, row.id)
    invite(anna, subject, list_invitees(anna, subject))
    set_meeting_state(anna, row, MeetingState.canceled)
    session.commit()
    update_invitations()
    assert [(address, subject) for address, subject, _text in emails()] == [
        ("lu@example.cn", "Invitation: Fair, Fri, Mar 20"),
        ("lu@example.cn", "Canceled: Fair, Fri, Mar 20"),
    ]
    assert "table 14" in emails()[0][2]


def test_undo_of_another_change_leaves_invitations_to_be_sent(client, anna, session):
    day = date(2026, 3, 20)
    show = save_show(anna, {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": day, "ends_on": day})
    lu = reachable(person("Lu", "Hua"), email="lu@example.cn")
    values = {"day": day, "time": time(9, 30), "minutes": 30, "people": [lu.id], "staff": [anna.id]}
    row = save_meeting(anna, show, values | {"client_id": None, "host_id": prime("Jiangchuan").id})
    subject = load_meeting(anna, row.id)
    invite(anna, subject, list_invitees(anna, subject))
    session.commit()
    web = client.login_as("anna")
    url = f"/bulk/cells/{show.id}?list=shows&fields=note"
    assert web.post(url, data={"note": "Bring adapters", "version": show.version}).status_code == 200
    assert undo_last(web).status_code == 303
    assert (show.note, session.scalars(sa.select(Mail.state)).all()) == (None, [MailState.pending])
