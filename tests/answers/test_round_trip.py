"""Reminders over a real mail server and a real mailbox: links, replies and filed emails, also the wrong ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.answers.links import AnswerLinks
from crm.answers.models import EmailAnswer
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.identity import User, actor_of
from crm.core.data.jobs import JOBS, run_job
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.inbox.models import InboxMessage
from crm.interactions.models import Interaction
from tests.factories import person
from tests.factories.records import reachable
from tests.fixtures.people import make_people, sign_in

pytestmark = pytest.mark.engine_in_turn

ADDRESS = "crm@center.example"
MORNING = datetime(2026, 3, 10, 15, tzinfo=UTC)  # 08:00 in Los Angeles, a Tuesday
TITLES = ("Ask Zhou about the samples", "HS note", "Price for 200")


class Center:
    """An application between a mail server and a mailbox, with follow-ups of Anna that are due today."""

    def __init__(self, app, smtp, imap, clock) -> None:
        self.app, self.smtp, self.imap, self.clock = app, smtp, imap, clock
        users = make_people()
        for name, user in users.items():
            user.active = name in ("anna", "boris")
        anna = actor_of(users["anna"], [1])
        reachable(person("Zhou", "Limin"), email="zhou@lotus.example")
        for number, title in enumerate(TITLES):
            add_follow_up(anna, {"title": title, "due_on": MORNING.date(), "mail_alone": number == 0})
        db.session.commit()
        self.run("plan_reminders", "send_mail")

    def run(self, *jobs: str) -> None:
        """Run jobs in order."""
        db.session.rollback()
        db.session.remove()
        assert [run_job(self.app, JOBS[job]) for job in jobs] == [True] * len(jobs)

    def received(self, subject: str) -> EmailMessage:
        """Return the last email to Anna whose subject contains a text."""
        messages = [each.message for each in self.smtp.messages if each.recipients == ["anna@demo.example"]]
        return next(each for each in reversed(messages) if subject in each["Subject"])

    def reply(self, to: str, text: str, number: int, **headers: str) -> str:
        """Deliver an email to the mailbox and read it; return what became of it."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "private@mail.example", to, "Re: reminder"
        message["Message-ID"] = f"<{number}@mail.example>"
        for name, value in headers.items():
            del message[name]
            message[name] = value
        message.set_content(text)
        self.imap.deliver(message.as_bytes())
        self.run("read_mailbox", "send_mail")
        stmt = sa.select(InboxMessage.outcome).order_by(InboxMessage.id.desc())
        return str(db.session.scalars(stmt).first().value)

    def states(self) -> dict[str, str]:
        """Return the states of the follow-ups by title."""
        db.session.rollback()
        rows = db.session.execute(sa.select(FollowUp.title, FollowUp.state)).all()
        return {title: state.value for title, state in rows}

    def count(self, *tables: type) -> list[int]:
        """Return the numbers of rows."""
        db.session.rollback()
        return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]


@pytest.fixture
def center(new_app, smtp, imap, clock) -> Iterator[Center]:
    clock.set(MORNING)
    app = new_app(CRM_SMTP_URL=smtp.url, CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    with app.app_context():
        yield Center(app, smtp, imap, clock)


def text_of(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def link_in(message: EmailMessage) -> str:
    return re.findall(r"http://localhost(/a/\w+)", text_of(message))[0]


def press(client: FlaskClient, path: str, **values: str):
    """Submit the page of a link as its button does."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    return client.post(path, data={"csrf_token": token[1] if token else "", **values})


def test_link_of_a_delivered_email_answers_once_and_only_by_its_button(center):
    message = center.received(TITLES[0])
    html = message.get_body(("html",)).get_content()
    links = set(re.findall(r'href="http://localhost(/a/[^"]+)"', html)) | {link_in(message)}
    scanner, guest = center.app.test_client(), center.app.test_client()
    before = center.count(EmailAnswer, Change)
    for path in links:
        assert [scanner.get(path).status_code, scanner.head(path).status_code] == [200, 200]
        assert scanner.post(path, data={"do": "done"}).status_code == 400
    assert (center.count(EmailAnswer, Change), center.states()[TITLES[0]]) == (before, "open")
    assert press(guest, link_in(message), do="done", note="3 of 4 passed").status_code == 303
    assert center.states()[TITLES[0]] == "done"
    assert "<h1>Done</h1>" in guest.get(link_in(message)).text
    press(guest, link_in(message), do="no-answer")
    assert center.count(EmailAnswer) == [1]


def test_reply_to_a_delivered_digest_answers_and_its_report_undoes(center):
    digest = center.received("we owe")
    numbers = {title: n for n, title in re.findall(r"^ ?(\d+)  (.+)$", text_of(digest), re.MULTILINE)}
    answers = f"{numbers[TITLES[1]]} done, {numbers[TITLES[2]]} sometime"
    assert center.reply(digest["Reply-To"], answers, 1) == "answered"
    assert center.states() == dict.fromkeys(TITLES, "open") | {TITLES[1]: "done"}
    report = center.received("1 answer saved, 1 line not clear")
    undo = re.search(r"Undo: http://localhost(\S+)", text_of(report))[1]
    press(center.app.test_client(), undo)
    assert center.states() == dict.fromkeys(TITLES, "open")
    assert center.reply(report["Reply-To"], f"{numbers[TITLES[2]]} done", 2) == "answered"
    assert center.states()[TITLES[2]] == "done"


def test_reply_and_filed_email_are_handled_once(center):
    message = center.received(TITLES[0])
    assert center.reply(message["Reply-To"], "no answer", 1) == "answered"
    assert center.reply(message["Reply-To"], "no answer", 1) == "duplicate"
    assert center.reply(message["Reply-To"], "no answer", 2) == "answered"
    assert "already answered" in text_of(center.received("not clear"))
    assert db.session.scalar(sa.select(FollowUp.tries).where(FollowUp.title == TITLES[0])) == 1
    anna = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
    copy = {"Delivered-To": AnswerLinks(anna.id, MORNING.date()).filing_address(), "From": "anna@demo.example"}
    assert center.reply("zhou@lotus.example", "Here is the price.", 3, **copy) == "filed"
    assert center.reply("zhou@lotus.example", "Here is the price.", 3, **copy) == "duplicate"
    assert center.count(Interaction) == [1]


def test_wrong_addresses_and_links_change_nothing_and_name_nothing(center):
    message = center.received(TITLES[0])
    address, path = str(message["Reply-To"]), link_in(message)
    ids = {email: i for i, email in db.session.execute(sa.select(User.id, User.email).where(User.active)).all()}
    item = db.session.scalars(sa.select(FollowUp.id).where(FollowUp.title == TITLES[0])).one()
    boris = AnswerLinks(ids["boris@demo.example"], MORNING.date())
    check_refused(center, alter_token(address), alter_token(path))
    check_refused(center, boris.reply_to(item), boris.for_item(item))
    db.session.get_one(User, ids["anna@demo.example"]).active = False
    db.session.commit()
    check_refused(center, address, path)
    db.session.get_one(User, ids["anna@demo.example"]).active = True
    db.session.commit()
    center.clock.forward(days=15)
    check_refused(center, address, path)


def alter_token(text: str) -> str:
    """Return an address or a path with another letter within its token."""
    return re.sub(r"(\w)(\w{4})(?=@|$)", lambda match: ("b" if match[1] == "a" else "a") + match[2], text, count=1)


def check_refused(center: Center, address: str, path: str) -> None:
    """Check that a reply to this address and a click on this link change nothing and that nothing names the record."""
    sent = len(center.smtp.messages)
    center.reply(address, "done", sent)
    assert center.states() == dict.fromkeys(TITLES, "open")
    assert center.count(EmailAnswer) == [0]
    emails = [text_of(each.message) + str(each.message["Subject"]) for each in center.smtp.messages[sent:]]
    assert [text for text in emails if "answer" in text and TITLES[0] in text] == []
    page = center.app.test_client().get(path)
    assert (page.status_code, TITLES[0] in page.text) == (404, False)


def test_link_is_refused_in_the_browser_of_a_colleague(center):
    path = link_in(center.received(TITLES[0]))
    client = center.app.test_client()
    sign_in(client, "boris@demo.example")
    page = client.get(path)
    assert (page.status_code, TITLES[0] in page.text) == (404, False)
    assert client.post(path, data={"do": "done"}).status_code in (400, 404)
    assert center.states()[TITLES[0]] == "open"
