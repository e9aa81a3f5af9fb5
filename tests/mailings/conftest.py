"""A counselor with a team that has a postal address, people to write to, and templates."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.mailings.jobs import log_sent_mailings, send_mailings
from crm.mailings.models import EmailTemplate
from crm.mailings.recipients import EmailText
from crm.mailings.services import save_template
from crm.people.policy import ConsentKind
from tests.factories import affiliation, client_of, organization, person
from tests.factories.records import reachable

ADDRESS = "Inland Trade Center\n3780 Market Street, Suite 200\nRiverside, CA 92501"
TEXTS = {
    "en": EmailText("Samples for {organization}", "Dear {salutation},\n\nThe samples passed.\n\n{sender_name}"),
    "zh_Hans": EmailText("{organization} 的样品", "{salutation}，您好：\n\n样品合格。\n\n{sender_name}\n{center}"),
}


@pytest.fixture
def anna(people, actor):
    """Return Anna's actor, whose team has a postal address."""
    team = db.session.scalars(sa.select(Team).where(Team.name == "Inland")).one()
    team.postal_address = ADDRESS
    db.session.flush()
    return actor("anna")


@pytest.fixture
def team(anna):
    """Return Anna's team."""
    return db.session.get_one(Team, anna.first_team_id)


@pytest.fixture
def zhou(anna):
    """Return a person in China, with consent, who reads Chinese."""
    row = person("Zhou", "Limin", family_native="周", given_native="立民", address_as="周经理", country="CN")
    row.mail_language, row.consent = "zh_Hans", ConsentKind.card
    affiliation(row, organization("Huadong Water", native_name="华东水务", country="CN"))
    return reachable(row, email="zhou@huadong.example")


@pytest.fixture
def sam(anna):
    """Return a person at a client in the United States."""
    row = person("Miller", "Samuel", english_name="Sam", country="US", team="Inland")
    affiliation(row, client_of("Inland", "Tri-Valley Sensors", counselor=anna))
    return reachable(row, email="sam@trivalley.example", country="US")


@pytest.fixture
def template(anna) -> EmailTemplate:
    """Return a template of Anna's team in English and Chinese."""
    return save_template(anna, EmailTemplate(), {"name": "Samples", "is_shared": True}, TEXTS)


@pytest.fixture
def run(session) -> Any:
    """Return a function that runs the jobs that queue and log emails."""

    def run_jobs() -> None:
        session.commit()
        send_mailings()
        log_sent_mailings()

    return run_jobs
