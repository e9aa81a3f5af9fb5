"""Filing at the same moment: by two managers, and while assistance changes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from threading import Event

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.errors import Invalid
from crm.core.policy import SYSTEM, Actor
from crm.funding.models import Assistance, Award, FiledCorrection, FiledReport
from crm.funding.policy.filing import ReportKind
from crm.funding.queries.differences import load_differences
from crm.funding.services.assistance import remove_part, save_part
from crm.funding.services.awards import save_award
from crm.funding.services.filing import file_report
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.organizations.models import Organization
from crm.reference.models import Funder
from tests.factories import client_of, make_confidential
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


def remove(row: Assistance) -> None:
    remove_part(SYSTEM, row)


def edit(row: Assistance) -> None:
    values = {name: getattr(row, name) for name in ("client_id", "award_id", "description", "on")}
    save_part(SYSTEM, row, values | {"spent": Decimal(7000)})


def add(row: Assistance) -> None:
    values = {name: getattr(row, name) for name in ("client_id", "award_id", "description", "on")}
    save_part(SYSTEM, Assistance(), values | {"spent": Decimal(500)})


def add_for_new_client(row: Assistance) -> None:
    values = {name: getattr(row, name) for name in ("award_id", "description", "on")}
    client_id = client_of("Inland", "Delta Orchards").id
    save_part(SYSTEM, Assistance(), values | {"client_id": client_id, "spent": Decimal(500)})


def hide_client(row: Assistance) -> None:
    make_confidential(db.session.get_one(Organization, row.client_id))


@pytest.mark.parametrize("is_filed_first", [True, False])
@pytest.mark.parametrize("change", [edit, add, add_for_new_client, remove, hide_client])
def test_assistance_that_changes_while_it_is_filed_is_in_the_report_or_in_a_correction(
    peopled, clock, change, is_filed_first
):
    clock.set(datetime.fromisoformat("2026-12-08T15:36:00+00:00"))
    with peopled.app_context():
        award_id = add_award_with_session()
        client_id = client_of("Inland", "Bay Cold Chain").id
        for day in (date(2026, 11, 5), date(2026, 11, 6)):
            values = {"client_id": client_id, "award_id": award_id, "description": "Booth", "on": day}
            save_part(SYSTEM, Assistance(), values | {"spent": Decimal(7500)})
        other = {"client_id": client_of("Inland", "Open").id, "award_id": award_id, "description": "Trip"}
        save_part(SYSTEM, Assistance(), other | {"on": date(2026, 11, 7)})
        db.session.commit()
    first_is_done, both_are_done = Event(), Event()

    def file() -> None:
        file_report(actor_of("nora"), db.session.get_one(Award, award_id), PERIOD | {"kind": ReportKind.assistance})

    def edit_one() -> None:
        stmt = sa.select(Assistance).where(Assistance.client_id == client_id).order_by(Assistance.id)
        change(db.session.scalars(stmt.limit(1)).one())

    first, second = (file, edit_one) if is_filed_first else (edit_one, file)

    def begin() -> None:
        first()
        first_is_done.set()
        both_are_done.wait(timeout=PATIENCE)

    def follow() -> None:
        assert first_is_done.wait(timeout=60)
        second()
        both_are_done.set()

    assert in_parallel(peopled, begin, follow) == []
    with peopled.app_context():
        report = db.session.scalars(sa.select(FiledReport)).one()
        assert load_differences(report) == []
        corrections = db.session.scalar(sa.select(sa.func.count(FiledCorrection.id)))
        assert corrections == is_filed_first
