"""Exported values that follow from others: an import stores only what differs from them."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.opportunities.models import Opportunity, StageRates
from crm.projects.models import Need
from crm.projects.services import add_project, save_need
from tests.factories import client_of, organization, team_id_of
from tests.imports.conftest import ImportFlow


@pytest.mark.parametrize(("has_own_rates", "percent", "stored"), [(False, 5, None), (True, 5, 5), (True, 35, None)])
def test_probability_is_stored_if_it_is_not_the_default_of_the_team(anna, people, has_own_rates, percent, stored):
    client_of("Inland", "Tri-Valley", counselor=people["anna"])
    if has_own_rates:
        row = StageRates(team_id=team_id_of("Inland"), at=clock.now(), by_id=people["anna"].id)
        row.percents, row.counts = {"matched": 35}, {"matched": [10, 30]}
        db.session.add(row)
    db.session.commit()
    text = f"Opportunity,Client,Probability (%)\nMeters,Tri-Valley,{percent}\n"
    ImportFlow(anna, text, kind="opportunities").confirm()
    opportunity = db.session.scalars(sa.select(Opportunity)).one()
    assert (opportunity.probability, opportunity.chance) == (stored, percent)


def test_need_of_a_project_and_an_organization_is_exported_with_both(anna, actor, people):
    plant, buyer = add_project(actor("anna"), {"name": "Water plant"}), organization("Huadong Water")
    values = {"title": "Meters", "project_id": plant.id, "organization_id": buyer.id}
    need = save_need(actor("anna"), values)
    db.session.commit()
    exported = anna.get("/projects/needs/?as=csv").data
    row = next(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))
    assert (row["project"], row["organization"]) == ("Water plant", "Huadong Water")
    need.uid, need.archived_at = new_uid(), clock.now()
    db.session.commit()
    ImportFlow(anna, exported, kind="needs").confirm()
    again = db.session.scalars(sa.select(Need).where(Need.id != need.id)).one()
    assert (again.project_id, again.organization_id) == (plant.id, buyer.id)
