"""Two managers file the same sessions at the same moment: one report has them."""

from __future__ import annotations

from datetime import date, datetime
from threading import Event

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.funding.models import Award, FiledReport
from crm.funding.services.awards import save_award
from crm.funding.services.filing import file_report
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.reference.models import Funder
from tests.factories import client_of
from tests.funding.conftest import QUARTER, complete_client
from tests.mailings.test_parallel import PATIENCE, in_parallel

PERIOD = QUARTER | {"files_again": False}


def actor_of(name: str) -> Actor:
    return load_actor(db.session.scalars(sa.select(User).where(User.email == f"{name}@demo.example")).one())


def add_award_with_session() -> int:
    """Return the id of an award with a session that counts for it."""
    funder = Funder(code="STEP-P", name="State Trade Expansion Program", from_on=date(2026, 10, 1))
    db.session.add(funder)
    db.session.flush()
    client = client_of("Inland", "Tri-Valley Sensors")
    complete_client(client)
    details = InteractionDetails(clients=[ClientMinutes(client.id, 45, 0, funder_id=funder.id)])
    when = {"wall": datetime(2026, 11, 10, 9), "zone": "America/Los_Angeles"}
    log_interaction(actor_of("anna"), when | {"subject": "HS codes"}, details)
    values = {"funder_id": funder.id, "number": "STEP-26", "from_on": date(2026, 10, 1), "to_on": date(2027, 9, 30)}
    award = save_award(actor_of("nora"), values | {"location_code": 249003, "goals": [], "reports": []})
    db.session.commit()
    return award.id


def test_sessions_filed_twice_at_once_are_in_one_report(peopled, clock):
    clock.set(datetime.fromisoformat("2026-12-08T15:36:00+00:00"))
    with peopled.app_context():
        award_id = add_award_with_session()
    filed, both = Event(), Event()

    def file() -> None:
        file_report(actor_of("nora"), db.session.get_one(Award, award_id), PERIOD)

    def file_first() -> None:
        file()
        filed.set()
        both.wait(timeout=PATIENCE)

    def file_second() -> None:
        assert filed.wait(timeout=60)
        try:
            file()
        finally:
            both.set()

    errors = in_parallel(peopled, file_first, file_second)
    assert [(type(error), getattr(error, "field", "")) for error in errors] == [(Invalid, "files_again")]
    with peopled.app_context():
        assert db.session.scalar(sa.select(sa.func.count(FiledReport.id))) == 1
