"""An application with people and no records, in which graphs are built and rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.ops.health import write_heartbeat
from crm.desk.models import HiddenWelcome
from crm.mailings.models import EmailTemplate, EmailTemplateText
from tests.fixtures.apps import dispose, make_app
from tests.fixtures.databases import Databases
from tests.fixtures.people import make_people
from tests.laws.application import ApplicationUnderTest, build_application
from tests.laws.dataset import NOW, Dataset


def _people_alone() -> Dataset:
    """Create people without first steps on Today, a recent heartbeat (pages report a missing one), and templates."""
    write_heartbeat(db.session(), NOW)
    users = make_people()
    db.session.add_all(HiddenWelcome(user_id=user.id, at=NOW) for user in users.values())
    for team in db.session.scalars(sa.select(Team)).all():
        team.postal_address = f"{team.name}\nMarket Street 1"
        template = EmailTemplate(name="Samples", user_id=users["anna"].id, team_id=team.id, created_at=NOW)
        db.session.add(template)
        db.session.flush()
        text = {"subject": "Samples for {organization}", "body": "Dear {salutation}"}
        db.session.add(EmailTemplateText(template_id=template.id, language="en", **text))
    return Dataset(users=users)


@pytest.fixture(scope="session")
def _empty_application(databases: Databases, engine: str) -> Iterator[ApplicationUnderTest]:
    url = databases.clone(engine)
    app = make_app(url, databases.own)
    with build_application(app, _people_alone) as application:
        yield application
    dispose(app)
    databases.drop(url)


@pytest.fixture
def people_only(_empty_application: ApplicationUnderTest) -> Iterator[ApplicationUnderTest]:
    """Return the application with everyone signed in and no records."""
    with _empty_application.session_at_dataset_time():
        yield _empty_application
