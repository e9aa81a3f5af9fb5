"""Deactivated users get no new records; their past interactions can be imported."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from crm.accounts.services.users import deactivate_user
from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.imports import jobs
from crm.imports.services import slices
from crm.interactions.models import Interaction, InteractionStaff
from crm.organizations.models import Organization
from tests.imports.conftest import ImportFlow, list_labels
from tests.imports.slicing import PEOPLE, confirm_import


@pytest.fixture
def dora(people):
    """Return a deactivated user of anna's team."""
    people["dora"].active = False
    db.session.flush()
    return people["dora"]


def test_a_follow_up_of_a_deactivated_user_is_refused(anna, dora):
    rows = f"Call,2026-12-10,{dora.email}\nWrite,2026-12-10,anna@demo.example\n"
    flow = ImportFlow(anna, "title,due,counselor\n" + rows, "follow-ups.csv", kind="followups")
    assert f"{dora.name} is deactivated. Choose an active user." in flow.page
    flow.confirm(do="import_valid")
    assert flow.counts == (1, 0, 0, 1)
    assert list(db.session.scalars(sa.select(FollowUp.title))) == ["Write"]


def test_long_import_of_a_user_deactivated_meanwhile_is_not_written(anna, people, small_slices):
    flow = confirm_import(anna, PEOPLE)
    deactivate_user(people["anna"], None)
    db.session.commit()
    with capture_logs() as lines:
        jobs.write_imports()
    assert (flow.run.state, list_labels("person")) == ("failed", [])
    assert [line["problem"] for line in lines if line["event"] == "import_refused"] == [
        "Anna Reyes was deactivated before the import was written. Nothing was imported."
    ]


def test_long_import_of_a_user_deactivated_while_it_is_written_is_undone(anna, people, small_slices, monkeypatch):
    def deactivate(_seconds: float) -> None:
        if people["anna"].active:
            deactivate_user(people["anna"], people["clara"])
            db.session.commit()

    flow = confirm_import(anna, PEOPLE)
    monkeypatch.setattr(slices, "pause_for_writers", deactivate)
    jobs.write_imports()
    db.session.expire_all()
    assert (flow.run.state, list_labels("person"), list_labels("organization")) == ("failed", [], [])
    assert "Anna Reyes was deactivated" in flow.run.options["problem"]


def test_organization_of_a_deactivated_user_is_imported_without_a_counselor(anna, dora):
    flow = ImportFlow(anna, f"Name,Counselor\nHuadong Water,{dora.name}\n", "firms.csv", kind="organizations")
    assert f"{dora.name} is deactivated. Choose an active user. “Counselor” was left blank." in flow.page
    flow.confirm()
    assert db.session.scalars(sa.select(Organization)).one().counselor_id is None


def test_a_planned_interaction_with_a_deactivated_user_is_refused_and_a_past_one_is_not(anna, dora):
    rows = f"2020-05-04,Before,{dora.email},Li Hui\n2099-05-04,After,{dora.email},Li Hui\n"
    flow = ImportFlow(anna, "Date,Subject,Staff,People\n" + rows, "log.csv", kind="interactions")
    assert f"{dora.name} is deactivated. Choose an active user." in flow.page
    flow.confirm(do="import_valid")
    stmt = sa.select(Interaction.subject, InteractionStaff.user_id).join_from(Interaction, InteractionStaff)
    assert db.session.execute(stmt).all() == [("Before", dora.id)]
