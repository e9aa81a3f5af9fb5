"""An invitation over a real mail server, and its answers from a real mailbox."""

from __future__ import annotations

import sqlalchemy as sa
from icalendar import Calendar

from crm.core.data.base import db
from crm.core.data.identity import actor_of
from crm.core.data.jobs import JOBS, run_job
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.feeds.services import invite
from crm.inbox.models import InboxMessage
from crm.invitations.models import CalendarGuest
from crm.invitations.policy import GuestAnswer
from tests.fixtures.imap import ADDRESS
from tests.fixtures.people import make_people
from tests.invitations.calendars import google, outlook
from tests.invitations.conftest import make_call


def test_answers_to_the_address_in_the_sent_invitation_are_read(new_app, smtp, imap, clock):
    app = new_app(CRM_SMTP_URL=smtp.url, CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    with app.app_context():
        people = make_people()
        anna = actor_of(people["anna"], [1])
        subject = load_interaction(anna, make_call(anna, people["clara"].id, db.session).id)
        invite(anna, subject, list_invitees(anna, subject))
        db.session.commit()
    assert run_job(app, JOBS["send_mail"])
    received = [received.message for received in smtp.messages if received.recipients == ["zhou@example.cn"]]
    (part,) = [part for part in received[0].walk() if part.get_content_type() == "text/calendar"]
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    organizer = str(event["ORGANIZER"]).removeprefix("mailto:")
    assert organizer.startswith("crm+")
    assert organizer.endswith("@center.example")
    assert received[0]["Reply-To"] == "anna@demo.example"
    clock.forward(hours=1)
    imap.deliver(outlook(organizer.replace("@", "a@"), str(event["UID"])), google(organizer, str(event["UID"])))
    assert run_job(app, JOBS["read_mailbox"])
    assert run_job(app, JOBS["read_mailbox"])
    with app.app_context():
        outcomes = [each.value for each in db.session.scalars(sa.select(InboxMessage.outcome).order_by("id"))]
        assert outcomes == ["refused", "answered"]
        answers = dict(db.session.execute(sa.select(CalendarGuest.address, CalendarGuest.answer)).all())
        assert answers == {"zhou@example.cn": GuestAnswer.accepted, "clara@demo.example": None}
