"""People outside read the name of the center in emails and on their pages, also if only the team has one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
import sqlalchemy as sa
from flask import current_app

from crm.checkins.jobs import send_check_ins
from crm.checkins.services import start_check_ins
from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.mail.outbox.encryption import readable_text
from crm.core.mail.outbox.models import Mail
from crm.core.policy import SYSTEM
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.feeds.services import invite
from crm.impact.services import send_survey
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from tests.checkins.lookups import MARCH
from tests.factories import client_of, person, representation
from tests.factories.records import reachable

CENTER = "Inland Trade Center"
PERIOD = {"period_from": date(2025, 9, 10), "period_to": date(2026, 3, 10)}


@pytest.fixture
def team(people, session):
    """Return the team Inland with a postal address; neither the center nor the sender has a setting."""
    assert current_app.config["CRM_CENTER_NAME"] == "Causeway"
    row = session.scalars(sa.select(Team).where(Team.name == "Inland")).one()
    row.postal_address = f"{CENTER}\n1 Main Street"
    session.flush()
    return row


@pytest.fixture
def tri_valley(team, people):
    return client_of("Inland", "Tri-Valley Sensors", counselor=people["anna"])


def read_mail() -> tuple[str, str]:
    mail = db.session.scalars(sa.select(Mail).options(sa.orm.undefer("*")).order_by(Mail.id.desc())).first()
    return mail.subject, readable_text(mail)


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_survey_and_its_page_name_the_center(client, tri_valley, monkeypatch, language):
    monkeypatch.setattr("crm.impact.services.surveys.new_token", lambda: "one")
    rosa = reachable(person("Ortega", "Rosa", organization=tri_valley), email="rosa@example.org")
    send_survey(SYSTEM, {"client_id": tri_valley.id, "person_id": rosa.id, "language": language, **PERIOD})
    subject, text = read_mail()
    assert (CENTER in subject, text.count(CENTER), "Causeway" in subject + text) == (True, 2, False)
    for path in ("/milestones/survey/one", "/milestones/survey/unknown"):
        page = client.get(path).text
        assert (CENTER in page, "Causeway" in page) == (path.endswith("one"), False)


def test_check_in_and_its_pages_name_the_center(client, tri_valley, actor, clock, session, monkeypatch):
    clock.set(MARCH - timedelta(days=10))
    monkeypatch.setattr("crm.checkins.services.new_token", lambda: "one")
    zhou = reachable(person("Zhou", "Limin", zone="Asia/Shanghai", country="CN"), email="zhou@example.cn")
    start_check_ins(actor("anna"), representation(tri_valley, zhou, counselor=actor("anna")))
    session.commit()
    clock.set(MARCH)
    send_check_ins()
    _subject, text = read_mail()
    assert (CENTER in text, "Causeway" in text) == (True, False)
    for path in ("/check-in/one", "/check-in/one/stop"):
        page = client.get(path).text
        assert (path, CENTER in page, "Causeway" in page) == (path, True, False)
    assert "Causeway" not in client.get("/check-in/unknown").text
    assert "Causeway" not in client.get("/unsubscribe/unknown").text


@pytest.mark.parametrize(
    ("sender", "name"),
    [("Causeway <crm@example.org>", CENTER), ("Inland Empire <crm@example.org>", "Inland Empire")],
)
def test_invitation_comes_from_the_center(team, actor, clock, sender, name, monkeypatch):
    monkeypatch.setitem(current_app.config, "CRM_MAIL_FROM", sender)
    zhou = reachable(person("Zhou", "Limin"), email="zhou@example.cn")
    values = {"state": InteractionState.planned, "wall": datetime(2026, 3, 12, 17), "zone": "America/Los_Angeles"}
    details = InteractionDetails([PartyValues(zhou.id)])
    row = log_interaction(actor("anna"), values | {"minutes": 45, "subject": "Price"}, details)
    subject = load_interaction(actor("anna"), row.id)
    invite(actor("anna"), subject, list_invitees(actor("anna"), subject))
    mail = db.session.scalars(sa.select(Mail).options(sa.orm.undefer("*"))).one()
    assert message_from_bytes(mail.mime, policy=SMTP)["From"].addresses[0].display_name == name
    assert (CENTER in mail.text, "Causeway" in mail.text) == (True, False)
