"""What the sample data derives is what the features compute: dates, names, tokens, timelines, next ids."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.followups.dates import wrong_next_steps
from crm.interactions.children import InteractionChildren
from crm.interactions.dates import find_wrong_last_dates, refresh_links
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.services.log import name_interaction
from crm.opportunities.models import Opportunity
from crm.organizations.models import Organization
from crm.organizations.services import refresh_organization_name
from crm.people.models import Person
from crm.people.services import refresh_person_name
from crm.reference.queries import load_rates
from tests.sample.conftest import MORNING

pytestmark = pytest.mark.engine_in_turn


def test_derived_dates_are_those_the_features_compute(office):
    assert wrong_next_steps() == []
    assert find_wrong_last_dates() == []


@pytest.mark.parametrize(
    ("kind", "name_again"),
    [
        (Organization, refresh_organization_name),
        (Person, refresh_person_name),
        (Interaction, lambda row: name_interaction(InteractionChildren(row))),
    ],
)
def test_names_and_tokens_are_those_the_services_give(office, kind, name_again):
    def names_of(row):
        return row.label, row.native_label, row.sort_key, set(row.tokens.split())

    rows = db.session.scalars(sa.select(kind).order_by(kind.id.desc()).limit(150)).all()
    rows += db.session.scalars(sa.select(kind).order_by(kind.id).limit(100)).all()
    before = {row.id: names_of(row) for row in rows}
    for row in rows:
        name_again(row)
    assert {row.id: names_of(row) for row in rows} == before


def test_timelines_are_those_the_service_derives(office):
    def links():
        stmt = sa.select(InteractionLink.record_id, InteractionLink.stated)
        return sorted(db.session.execute(stmt.where(InteractionLink.interaction_id == row.id)).all())

    for row in db.session.scalars(sa.select(Interaction).order_by(Interaction.id).limit(60)).all():
        before = links()
        children = InteractionChildren(row)
        refresh_links(children)
        children.add()
        assert links() == before


def test_amounts_of_opportunities_can_be_added_up_in_dollars(office):
    currencies = set(db.session.scalars(sa.select(Opportunity.__table__.c.currency)))
    assert currencies == set(load_rates(MORNING.date()))


def test_new_records_count_on_after_the_seed(office):
    organization = Organization(name="Afterwards")
    db.session.add(organization)
    db.session.flush()
    assert db.session.scalar(sa.select(sa.func.max(Record.id))) == organization.id
