"""Answers of guests' calendars from the mailbox: noted beside the guest, and nothing else changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.answers.links import AnswerLinks
from crm.core.clock import now
from crm.core.data.history import Change
from crm.core.mail.outbox.models import Mail
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.feeds.services import invite, refresh_invitation
from crm.inbox.policy import InboxOutcome
from crm.interactions.models import Interaction
from crm.interactions.services import move_interaction
from crm.invitations.models import CalendarGuest
from crm.invitations.policy import GuestAnswer
from crm.invitations.queries import list_declines, list_guest_rows
from crm.notifications.queries import list_notifications
from crm.people.models import Person
from crm.shows.services import save_show
from tests.factories import affiliation, client_of, make_confidential, organization, person, team_id_of
from tests.factories.records import reachable
from tests.invitations.calendars import apple, google, outlook

NO_ANSWER = ("No answer yet", "", "")


def test_answers_of_three_calendars_are_noted_in_their_order(get_mail, invitation, address, answers, session):
    assert answers() == NO_ANSWER
    assert get_mail(google(address, invitation.uid)).outcome is InboxOutcome.answered
    assert answers() == ("Accepted, Tue, Mar 10, 11:00 AM", "", "")
    assert get_mail(outlook(address, invitation.uid, comment="那周出差")).outcome is InboxOutcome.answered
    assert answers() == ("Declined, Tue, Mar 10, 11:00 AM", "", "那周出差")
    assert get_mail(apple(address, invitation.uid)).outcome is InboxOutcome.answered
    assert answers() == ("Tentative, Tue, Mar 10, 11:00 AM", "", "")
    assert get_mail(google(address, invitation.uid, stamp="20260310T172500Z")).outcome is InboxOutcome.duplicate
    assert answers()[0].startswith("Tentative")


def test_an_answer_is_no_interaction_and_changes_no_appointment(get_mail, invitation, address, call, session):
    before = session.scalars(sa.select(Interaction.id)).all(), call.at, call.version
    get_mail(outlook(address, invitation.uid))
    get_mail(outlook(address, invitation.uid, "TENTATIVE", method="COUNTER"))
    session.refresh(call)
    assert (session.scalars(sa.select(Interaction.id)).all(), call.at, call.version) == before
    assert session.scalars(sa.select(Mail.kind).distinct()).all() == ["calendar_invitation"]


def test_proposed_time_is_shown_as_text(get_mail, invitation, address, answers):
    message = get_mail(outlook(address, invitation.uid, "TENTATIVE", method="COUNTER", comment="Monday is better"))
    assert message.outcome is InboxOutcome.answered
    answer, proposal, comment = answers()
    assert (answer, comment) == ("Tentative, Tue, Mar 10, 11:00 AM", "Monday is better")
    assert proposal == "Proposes Sun, Mar 15, 7:00 PM (Los Angeles)"


def test_answer_to_an_earlier_time_is_shown_as_such(get_mail, invitation, address, call, answers, session):
    move_interaction(call, datetime(2026, 3, 13, 18))
    session.flush()
    assert refresh_invitation(invitation)
    assert get_mail(google(address, invitation.uid)).outcome is InboxOutcome.answered
    guest = session.get(CalendarGuest, (invitation.id, "zhou@example.cn"))
    assert (guest.answer, guest.answered_sequence, invitation.sequence) == (GuestAnswer.accepted, 0, 1)
    get_mail(google(address, invitation.uid, "DECLINED", sequence=1, stamp="20260310T170100Z"))
    assert (guest.answer, guest.answered_sequence) == (GuestAnswer.declined, 1)
    late = google(address, invitation.uid, "ACCEPTED", sequence=0, stamp="20260310T175900Z")
    assert get_mail(late).outcome is InboxOutcome.duplicate
    assert guest.answer is GuestAnswer.declined


def test_page_says_that_an_answer_is_about_an_earlier_time(get_mail, invitation, address, call, session, client):
    get_mail(google(address, invitation.uid))
    call.minutes = 60
    session.flush()
    refresh_invitation(invitation)
    session.commit()
    client.login_as("anna")
    page = client.get(f"/interactions/{call.id}").text
    assert "Accepted, Tue, Mar 10, 11:00 AM (for an earlier time)" in page
    assert "clara@demo.example" in page


def test_wrong_clock_of_a_guest_does_not_hold_off_later_answers(get_mail, invitation, address, answers, clock):
    get_mail(google(address, invitation.uid, stamp="20991231T000000Z"))
    clock.forward(hours=1)
    get_mail(google(address, invitation.uid, "DECLINED", stamp="20991231T000000Z"))
    assert answers()[0] == "Declined, Tue, Mar 10, 12:00 PM"


@pytest.mark.parametrize(
    "change",
    [
        lambda raw, address: raw.replace(address.encode(), _damage(address).encode()),
        lambda raw, address: raw.replace(address.encode(), b"crm@center.example"),
        lambda raw, _address: raw.replace(b"UID:interaction-", b"UID:interaction-9"),
        lambda raw, _address: raw.replace(b"mailto:zhou@example.cn", b"mailto:wang@example.cn"),
        lambda raw, _address: raw.replace(b"PARTSTAT=ACCEPTED", b"PARTSTAT=DELEGATED"),
        lambda raw, _address: raw.replace(b"METHOD:REPLY", b"METHOD:REQUEST"),
        lambda raw, _address: raw.replace(b"END:VEVENT", b"ATTENDEE:mailto:clara@demo.example\r\nEND:VEVENT"),
        lambda raw, _address: raw.replace(b"DTSTAMP:2026", b"DTSTAMP:x" + b"9" * 250_000),
    ],
)
def test_forged_and_damaged_answers_leave_no_trace(get_mail, invitation, address, answers, session, change):
    before = session.scalar(sa.select(sa.func.count()).select_from(Change))
    raw = google(address, invitation.uid).partition(b"--out\r\nContent-Type: application/ics")[0]
    message = get_mail(change(raw, address))
    assert message.outcome is not InboxOutcome.answered
    assert message.record_id is None
    assert answers() == NO_ANSWER
    assert session.scalar(sa.select(sa.func.count()).select_from(Change)) == before


def _damage(address: str) -> str:
    name, _sign, domain = address.partition("@")
    # Not the last letter, some of whose bits mean nothing.
    return f"{name[:-4]}{'b' if name[-4] == 'a' else 'a'}{name[-3:]}@{domain}"


def test_address_of_another_invitation_and_other_purposes_answer_nothing(get_mail, invitation, address, anna, answers):
    links = AnswerLinks(anna.id, datetime(2026, 3, 10, tzinfo=UTC).date())
    for other in (links.filing_address(), links.reply_to(), links.reply_to(invitation.record_id)):
        get_mail(google(other, invitation.uid))
        assert answers() == NO_ANSWER
    assert get_mail(google(address, "interaction-99999@localhost")).outcome is InboxOutcome.refused


def test_replayed_answer_changes_nothing(get_mail, invitation, address, answers, clock):
    first = google(address, invitation.uid)
    get_mail(first)
    get_mail(outlook(address, invitation.uid))
    declined = answers()
    assert get_mail(first).outcome is InboxOutcome.duplicate
    assert get_mail(first.replace(b"Message-ID: <", b"Message-ID: <again-")).outcome is InboxOutcome.duplicate
    assert answers() == declined


def test_answers_end_a_month_after_the_appointment(get_mail, invitation, address, answers, clock):
    clock.set(invitation.ends_at + timedelta(days=31))
    assert get_mail(outlook(address, invitation.uid)).outcome is InboxOutcome.refused
    assert answers() == NO_ANSWER


def test_words_and_answers_of_others_wait_for_the_organizer(get_mail, invitation, address, session, people):
    words = google(address, invitation.uid).partition(b"--in\r\nContent-Type: text/calendar")[0]
    message = get_mail(words.replace(b"Auto-Submitted: auto-generated\r\n", b"") + b"--in--\r\n--out--\r\n")
    assert (message.outcome, message.user_id) == (InboxOutcome.waiting, invitation.organizer_id)
    other = apple(address, invitation.uid).replace(b"EMAIL=zhou@example.cn", b"EMAIL=wang@example.cn")
    assert get_mail(other).outcome is InboxOutcome.waiting
    people["anna"].active = False
    session.flush()
    assert get_mail(other.replace(b"Message-ID: <", b"Message-ID: <again-")).user_id is None


def test_decline_is_behind_the_bell_of_the_organizer_only(get_mail, invitation, address, anna, actor, clock):
    get_mail(google(address, invitation.uid))
    assert list_notifications(anna) == []
    get_mail(outlook(address, invitation.uid))
    (line,) = list_notifications(anna)
    assert line.title == "Invitation declined or another time proposed: Price; samples"
    assert [line.title for line in list_notifications(actor("clara"))] == ["Invitation: Price; samples, Thu, Mar 12"]


def test_guest_whom_the_reader_may_not_see_is_not_listed(get_mail, invitation, anna, actor, session):
    client = client_of("Inland", "Secret Works", counselor=actor("clara"))
    hidden = make_confidential(person("Sun", "Li", organization=client))
    session.add(CalendarGuest(invitation_id=invitation.id, address="sun@example.cn", name="Sun", person_id=hidden.id))
    session.flush()
    addresses = [row.address for row in list_guest_rows(anna, invitation.subject_key)]
    assert sorted(addresses) == ["clara@demo.example", "zhou@example.cn"]
    assert len(list_guest_rows(actor("clara"), invitation.subject_key)) == 3


def test_address_is_hidden_from_who_may_not_see_the_contact_details(invitation, anna, actor, session):
    client = client_of("Inland", "Secret Works", counselor=actor("clara"))
    make_confidential(client)
    guest = reachable(person("Xu", "Bo"), email="xu@secretworks.example")
    affiliation(guest, organization("Port"), to_on=date(2025, 1, 1))
    affiliation(guest, client)
    row = CalendarGuest(invitation_id=invitation.id, address="xu@secretworks.example", name="Bo Xu")
    row.person_id = guest.id
    session.add(row)
    session.flush()
    for reader, address in ((anna, ""), (actor("clara"), "xu@secretworks.example")):
        rows = {row.name: row.address for row in list_guest_rows(reader, invitation.subject_key)}
        assert rows["Bo Xu"] == address


def test_guest_invited_again_keeps_the_answer(get_mail, invitation, address, anna, call, answers):
    get_mail(google(address, invitation.uid))
    subject = load_interaction(anna, call.id)
    invite(anna, subject, list_invitees(anna, subject))
    assert answers()[0].startswith("Accepted")


def test_number_above_the_invitations_holds_off_no_later_answer(get_mail, invitation, address, call, answers, session):
    get_mail(google(address, invitation.uid, "ACCEPTED", sequence=999))
    call.minutes = 60
    session.flush()
    assert refresh_invitation(invitation)
    assert answers()[0].endswith("(for an earlier time)")
    declined = google(address, invitation.uid, "DECLINED", sequence=1, stamp="20260310T175000Z")
    assert get_mail(declined).outcome is InboxOutcome.answered
    assert answers()[0].startswith("Declined")


def test_digest_names_no_guest_whom_the_organizer_may_not_see(get_mail, invitation, address, anna, people, session):
    get_mail(outlook(address, invitation.uid))
    values = {"name": "Expo", "zone": "America/Los_Angeles"}
    show = save_show(anna, values | dict.fromkeys(("starts_on", "ends_on"), date(2026, 3, 12)))
    invitation.subject_key, invitation.record_id = "meeting:1", show.id
    session.flush()
    since = now() - timedelta(days=1)
    assert [row.name for row in list_declines(anna, since)] == ["Zhou Limin"]
    zhou = session.get(Person, session.get(CalendarGuest, (invitation.id, "zhou@example.cn")).person_id)
    zhou.team_id, zhou.counselor_id = team_id_of("Bay"), people["clara"].id
    make_confidential(zhou)
    assert list_declines(anna, since) == []
