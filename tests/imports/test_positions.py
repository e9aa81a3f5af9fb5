"""Several rows about one existing person: each position once, and one of them the primary one."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import Organization
from crm.people.models import Affiliation
from tests.imports.conftest import ImportFlow


def list_positions() -> list[tuple[str, bool, str | None]]:
    stmt = sa.select(Organization.label, Affiliation.main, Affiliation.title)
    stmt = stmt.join(Affiliation, Affiliation.organization_id == Organization.id)
    return [tuple(row) for row in db.session.execute(stmt.order_by(Affiliation.id))]


def test_first_of_two_new_positions_is_the_primary_one(anna):
    ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\n").confirm()
    rows = "Name,E-mail,Company,Title\nLi Hui,li@hd.cn,Huadong Water,CEO\nLi Hui,li@hd.cn,Delta Mill,Adviser\n"
    ImportFlow(anna, rows).confirm()
    assert list_positions() == [("Huadong Water", True, "CEO"), ("Delta Mill", False, "Adviser")]


def test_two_rows_about_one_position_add_it_once(anna):
    ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\n").confirm()
    rows = (
        "Name,E-mail,Company,Title,Phone\n"
        "Li Hui,li@hd.cn,Huadong Water,,021 6655 4433\nLi Hui,li@hd.cn,Huadong Water,CEO,021 6655 4434\n"
    )
    ImportFlow(anna, rows).confirm()
    assert list_positions() == [("Huadong Water", True, "CEO")]
