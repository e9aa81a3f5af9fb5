"""An email that waited, or whose record was hidden since, is rendered again before it is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.core.clock import now
from crm.core.data.base import db, reading
from crm.core.data.identity import Membership, Team, User
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.claim import ClaimedMail, claim_due
from crm.core.mail.outbox.policy import AttemptOutcome
from crm.core.mail.outbox.put import put_mail
from crm.core.mail.outbox.refresh import refresh_mail
from crm.organizations.models import Organization
from tests.core.mail.outbox.outbox_app import Office
from tests.fixtures.clock import Clock

NEW = RenderedMail("New\nsubject" + "x" * 400, "New\x00 text", "<p>New</p>", "reply@center.example", {"1": 7})
SUBJECT = ("New subject" + "x" * 400)[:300]


class Desk:
    """An email to Anna of the team Inland about a firm of the team, claimed by a sender."""

    def __init__(self, office: Office) -> None:
        self.office, self.renderings = office, 0
        inland, bay = Team(name="Inland"), Team(name="Bay")
        db.session.add_all([inland, bay])
        db.session.flush()
        self.anna = User(email="anna@center.example", name="Anna Reyes", created_at=now())
        db.session.add(self.anna)
        db.session.flush()
        db.session.add(Membership(user_id=self.anna.id, team_id=inland.id))
        self.firm = Organization(name="Mill", label="Mill", team_id=inland.id)
        self.other = Organization(name="Port", label="Port", team_id=bay.id)
        db.session.add_all([self.firm, self.other])
        db.session.commit()

    def put(self, key: str, **values: Any) -> None:
        rendered = RenderedMail("Old", "Old text", "", numbered={"1": 5})
        put_mail("test_note", rendered, dedupe_key=key, **{"to": self.anna, "record": self.firm} | values)
        db.session.commit()

    def claim(self) -> tuple[str, ClaimedMail]:
        claim = claim_due(db.engine, timedelta(minutes=1))
        return claim.worker, claim.mails[0]

    def refresh(self, worker: str, mail: ClaimedMail, rendered: RenderedMail | None = NEW) -> ClaimedMail | None:
        def render(_session: Session, _mail: ClaimedMail) -> RenderedMail | None:
            self.renderings += 1
            return rendered

        db.session.rollback()
        with reading():
            result = refresh_mail(db.session(), worker, mail, render)
            db.session.rollback()
        return result


@pytest.fixture
def desk(office: Office, clock: Clock):
    with office.app.app_context():
        desk = Desk(office)
        clock.forward(days=1)
        yield desk


def test_email_that_waited_is_sent_with_its_present_words(desk: Desk, office: Office, clock: Clock) -> None:
    desk.put("a")
    desk.put("other")
    worker, mail = desk.claim()
    before, other = office.mail("a"), office.mail("other")
    clock.forward(minutes=1)
    assert desk.refresh(worker, mail) is mail
    assert desk.renderings == 0
    clock.forward(seconds=1)
    assert desk.refresh(worker, mail, None) is None
    same = RenderedMail("Old", "Old text", "<p>another</p>", "", {"1": 5})
    assert desk.refresh(worker, mail, same) is mail
    assert office.attempts("a") == []
    for change in ({"subject": "Other"}, {"text": "Other"}, {"numbered": None}):
        assert desk.refresh("another worker", mail, same._replace(**change)) is not mail
    assert (office.mail("a").subject, office.mail("a").mime, office.attempts("a")) == ("Old", before.mime, [])
    refreshed = desk.refresh(worker, mail)
    after = office.mail("a")
    assert (refreshed.subject, refreshed.mime, refreshed.id) == (SUBJECT, after.mime, mail.id)
    assert (after.subject, after.text, after.numbered, after.confidential) == (SUBJECT, "New text", {"1": 7}, False)
    assert (after.message_id, after.date) == (before.message_id, before.date)
    assert before.message_id.encode() in after.mime
    assert b"Reply-To: reply@center.example" in after.mime
    assert b"Anna Reyes" in after.mime
    assert office.attempts("a") == [(AttemptOutcome.updated, "")]
    assert (office.mail("other").subject, office.mail("other").mime) == ("Old", other.mime)


def test_email_is_sent_as_it_is_if_only_a_visible_record_was_changed(desk: Desk, clock: Clock) -> None:
    clock.forward(days=1)
    desk.firm.name = "New name"
    db.session.commit()
    desk.put("a")
    worker, mail = desk.claim()
    assert desk.refresh(worker, mail) is mail
    assert desk.renderings == 0


@pytest.mark.parametrize("kind", ["confidential", "other team"])
@pytest.mark.parametrize(("seconds", "is_rendered"), [(60, True), (61, False)])
def test_email_is_rendered_again_if_a_record_was_hidden_about_when_it_was_made(
    desk: Desk, office: Office, clock: Clock, kind, seconds, is_rendered
) -> None:
    record = desk.firm if kind == "confidential" else desk.other
    if kind == "confidential":
        record.confidential, record.counselor_id = True, desk.anna.id
    record.name = "New name"
    db.session.commit()
    clock.forward(seconds=seconds)
    desk.put("a", confidential=False)
    worker, mail = desk.claim()
    office.change("a", confidential=False)
    assert (desk.refresh(worker, mail) is not mail, desk.renderings) == (is_rendered, int(is_rendered))
    assert office.mail("a").confidential is (is_rendered and kind == "confidential")
