"""Mailings through a real mail server: what arrives, and that interruptions send nothing twice and lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User, actor_of
from crm.core.data.jobs import JOBS, run_job
from crm.core.mail.outbox import operate
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.interactions.models import Interaction
from crm.mailings.models import Mailing, MailingRecipient
from crm.mailings.policy import MailingState
from crm.mailings.recipients import EmailText
from crm.mailings.services import send_to_one, sending, start_mailing
from tests.factories import person
from tests.factories.records import reachable
from tests.fixtures.people import make_people

pytestmark = pytest.mark.engine_in_turn

TEXTS = {"en": EmailText("News for {first_name}", "Dear {name},\n\n. a line with a dot\n\n新闻")}
ADDRESS = "Inland Trade Center\n3780 Market Street\nRiverside, CA 92501"


class Office:
    """An application that sends to the test server, with Anna and people to write to."""

    def __init__(self, app, smtp) -> None:
        self.app, self.smtp = app, smtp
        make_people()
        db.session.scalars(sa.select(Team).where(Team.name == "Inland")).one().postal_address = ADDRESS
        user = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        teams = sa.select(Membership.team_id).where(Membership.user_id == user.id)
        self.anna = actor_of(user, list(db.session.scalars(teams)))

    def people(self, count: int) -> list[int]:
        """Return the ids of people with an address each."""
        rows = [reachable(person("Row", str(n), country="US"), email=f"row{n}@example.org") for n in range(count)]
        ids = [row.id for row in rows]
        db.session.commit()
        return ids

    def start(self, count: int) -> int:
        """Start a mailing to people; return its id."""
        mailing = start_mailing(self.anna, self.people(count), TEXTS, title="News")
        mailing_id = mailing.id
        db.session.commit()
        return mailing_id

    def run(self, *jobs: str) -> list[bool]:
        """Run jobs in order; return which succeeded."""
        db.session.commit()
        db.session.remove()
        return [run_job(self.app, JOBS[job]) for job in jobs]

    def arrived(self) -> list[str]:
        """Return the addresses to which an email was delivered, sorted."""
        return sorted(address for message in self.smtp.messages for address in message.recipients)

    def count(self, table, *where) -> int:
        """Return the number of rows of a table."""
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


@pytest.fixture
def office(new_app, smtp) -> Iterator[Office]:
    app = new_app(CRM_SMTP_URL=f"{smtp.url}?tls=none" if "?" not in smtp.url else smtp.url)
    with app.app_context():
        yield Office(app, smtp)


def test_mailing_arrives_with_the_headers_to_unsubscribe(office):
    office.start(2)
    office.run("send_mailings", "send_mail", "log_sent_mailings")
    assert office.arrived() == ["row0@example.org", "row1@example.org"]
    message = office.smtp.messages[0].message
    assert message["Subject"] == "News for 0"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip("<>")
    assert url.endswith("/one-click")
    assert message["Reply-To"] == "anna@demo.example"
    assert message["From"].addresses[0].display_name.endswith(", Inland Trade Center")
    text = message.get_body(("plain",)).get_content()
    assert "Dear 0 Row,\n\n. a line with a dot\n\n新闻\n" in text.replace("\r\n", "\n")
    assert f"Unsubscribe    {url.removesuffix('/one-click')}" in text
    html = message.get_body(("html",)).get_content()
    assert url.removesuffix("/one-click") in html
    assert "Riverside, CA 92501" in html
    assert "Causeway" not in str(message)
    assert office.count(Interaction) == 2


def test_personal_email_has_no_such_headers(office):
    (person_id,) = office.people(1)
    send_to_one(office.anna, person_id, TEXTS["en"], language="en")
    office.run("send_mail", "log_sent_mailings")
    message = office.smtp.messages[0].message
    present = [name for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted") if message[name]]
    assert present == []
    assert "Riverside" not in message.get_body(("plain",)).get_content()


def test_unconfirmed_email_is_held_and_logged_only_when_it_was_delivered(office):
    office.start(1)
    office.smtp.drop(step="dot")
    office.run("send_mailings", "send_mail", "log_sent_mailings", "send_mail")
    mail = db.session.scalars(sa.select(Mail).where(Mail.kind == "mailing")).one()
    assert mail.state is MailState.uncertain
    assert office.count(Interaction) == 0
    office.smtp.accept()
    mail = db.session.scalars(sa.select(Mail).where(Mail.kind == "mailing")).one()
    operate.mark_delivered(db.session(), mail, "Clara")
    office.run("send_mail", "log_sent_mailings", "log_sent_mailings")
    assert office.count(Interaction) == 1
    assert len(office.smtp.messages) == 1


def test_refused_address_leaves_no_interaction_and_stops_no_other(office):
    office.smtp.refuse_recipient("row1@example.org")
    office.start(3)
    office.run("send_mailings", "send_mail", "log_sent_mailings")
    assert office.arrived() == ["row0@example.org", "row2@example.org"]
    assert office.count(Interaction) == 2


@pytest.mark.parametrize("fails_at", [1, 3, 4, 5])
def test_interrupted_slice_is_repeated_as_a_whole(office, monkeypatch, fails_at):
    """The transaction of a slice ends before or after all of its emails; a crash in between leaves no trace."""
    monkeypatch.setattr(sending, "SLICE", 2)
    real, calls = sending.mail_recipient, []

    def crash_once(*args, **kw):
        calls.append(args)
        mail = real(*args, **kw)
        if len(calls) == fails_at:
            raise RuntimeError("killed")
        return mail

    monkeypatch.setattr(sending, "mail_recipient", crash_once)
    mailing_id = office.start(5)
    office.run("send_mailings")
    written = office.count(Mail, Mail.kind == "mailing")
    assert written == (fails_at - 1) // 2 * 2
    assert office.count(MailingRecipient, MailingRecipient.mail_id.is_not(None)) == written
    office.run("send_mailings", "send_mail", "send_mailings", "send_mail", "log_sent_mailings")
    assert office.arrived() == [f"row{n}@example.org" for n in range(5)]
    assert office.count(Interaction) == 5
    assert db.session.get_one(Mailing, mailing_id).state is MailingState.sent


def test_two_schedulers_send_and_log_each_email_once(office):
    office.start(45)
    for job in ("send_mailings", "send_mail", "log_sent_mailings"):
        barrier = Barrier(2)

        def work(name=job, both=barrier) -> None:
            both.wait(timeout=30)
            run_job(office.app, JOBS[name])

        threads = [Thread(target=work) for _scheduler in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        office.run(job)
    assert office.arrived() == sorted(f"row{n}@example.org" for n in range(45))
    assert office.count(Interaction) == 45
    assert office.count(MailingRecipient, MailingRecipient.interaction_id.is_not(None)) == 45
