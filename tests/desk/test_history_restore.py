"""Restoring the former value of one field from the history, and who opened a confidential record."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.base import Base, db
from crm.core.data.history import Batch
from crm.core.data.record import Record
from crm.core.search.search import search
from crm.desk.history import load_history
from crm.desk.history_tables import RESTORABLE, labeled_columns
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import WaitingFor
from crm.opportunities.services import change_opportunity
from crm.organizations.models import Organization
from crm.people.models import Person
from tests.factories import client_of, organization, person
from tests.factories.opportunities import make_opportunity

pytestmark = pytest.mark.usefixtures("people")


def restore_values(actor, record) -> dict[str, str]:
    """Return the restorable old values by label."""
    fields = [field for entry in load_history(actor, record) for field in entry.fields if field.restore]
    return {f"{field.label}: {field.old}": field.restore for field in fields}


def changed(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
        db.session.flush()
    return row


def post(client, row, value, version=None):
    data = {
        "value": value,
        "version": version or db.session.scalar(sa.select(Record.version).where(Record.id == row.id)),
    }
    return client.post(f"/records/{row.id}/history/restore", data=data)


def test_restored_country_has_its_time_zone(client, actor):
    row = changed(person("Lin", "Mei", country="US", zone="America/Denver"), country="CN", zone="Asia/Shanghai")
    value = next(value for label, value in restore_values(actor("anna"), row).items() if label.startswith("Country"))
    assert post(client.login_as("anna"), row, value).status_code == 303
    stored = db.session.get(Person, row.id, populate_existing=True)
    assert (stored.country, stored.zone.partition("/")[0]) == ("US", "America")


def test_former_value_is_restored_with_its_search_words_and_can_be_undone(client, actor):
    row = changed(organization("Huadong Water", city="Ningbo"), name="Nanling Grid", city="Suzhou")
    values = restore_values(actor("anna"), row)
    client.login_as("anna")
    assert post(client, row, values["Name: Huadong Water"]).status_code == 303
    assert post(client, row, values["City: Ningbo"]).status_code == 303
    stored = db.session.get(Organization, row.id, populate_existing=True)
    assert (stored.name, stored.label, stored.city, stored.city_key) == (
        "Huadong Water",
        "Huadong Water",
        "Ningbo",
        "ningbo",
    )
    assert [hit.id for hit in search(actor("anna"), "huadong")] == [row.id]
    page = client.get(f"/records/{row.id}/history").text
    batches = db.session.scalars(sa.select(Batch.title).where(Batch.title.startswith("Restored")).order_by(Batch.id))
    assert list(batches) == ["Restored: Name: Huadong Water", "Restored: City: Ningbo"]
    undo = re.findall(r"/records/changes/\d+/undo", page)[-1]
    assert client.post(undo).status_code == 303
    assert db.session.get(Organization, row.id, populate_existing=True).city == "Suzhou"


def test_opportunity_waits_since_its_former_value_was_restored(client, actor, people, clock):
    row = make_opportunity(client_of("Inland"), counselor=people["anna"], waiting_for=WaitingFor.client)
    change_opportunity(actor("anna"), row, {"waiting_for": WaitingFor.prime})
    db.session.commit()
    clock.forward(days=3)
    value = next(iter(restore_values(actor("anna"), row).values()))
    assert post(client.login_as("anna"), row, value).status_code == 303
    stored = db.session.get(Opportunity, row.id, populate_existing=True)
    assert (stored.waiting_for, stored.waiting_since) == (WaitingFor.client, business_clock.now())


def test_only_differing_values_of_allowed_fields_are_offered(actor, people):
    row = changed(client_of("Inland", "Tri-Valley", counselor=people["anna"]), name="Other", website=None)
    changed(row, name="Tri-Valley", read_first="Careful", counselor_id=people["clara"].id)
    changed(row, read_first=None, website="https://a.example", parent_share=40)
    changed(row, parent_share=60)
    offered = set(restore_values(actor("anna"), row))
    assert offered == {"Name: Other", "Important note: Careful", "Parent ownership (%): 40"}
    assert set(restore_values(actor("shen"), row)) == {"Name: Other", "Important note: Careful"}


def test_share_of_another_parent_is_not_offered(client, actor):
    first, second = organization("First Mother"), organization("Second Mother")
    row = changed(organization("Daughter", parent_id=first.id, parent_share=30), parent_share=40)
    (former,) = restore_values(actor("anna"), row).values()
    row.parent_id, row.parent_share = second.id, 50
    db.session.flush()
    changed(row, parent_share=60)
    assert set(restore_values(actor("anna"), row)) == {"Parent ownership (%): 50"}
    assert post(client.login_as("anna"), row, former).status_code == 404
    changed(row, parent_id=first.id)
    labels = {"Parent ownership (%): 30", "Parent ownership (%): 40"}
    assert set(restore_values(actor("anna"), row)) == labels


def test_restore_refuses_strangers_stale_pages_and_other_fields(client, actor):
    row = changed(client_of("Inland", "Tri-Valley"), name="Other")
    other = changed(person("Zhou", "Limin"), note="Old")
    (value,) = restore_values(actor("anna"), row).values()
    assert post(client.login_as("boris"), row, value).status_code == 404
    client.login_as("anna")
    assert post(client, row, value, version=99).status_code == 409
    change_id = value.partition(".")[0]
    for wrong in ("", "x", f"{change_id}.tokens", f"{change_id}.counselor_id", "1.name"):
        assert post(client, row, wrong).status_code == 404, wrong
    assert post(client, other, value).status_code == 404
    stored = db.session.get(Organization, row.id, populate_existing=True)
    assert (stored.name, db.session.get(Person, other.id).note) == ("Other", "Old")


def test_restorable_fields_exist_and_have_labels():
    mappers = {m.polymorphic_identity: m for m in Base.registry.mappers if issubclass(m.class_, Record)}
    unknown = {
        (kind, name)
        for kind, names in RESTORABLE.items()
        for name in names
        if name not in labeled_columns()[kind] or mappers[kind].get_property(name).columns[0].foreign_keys
    }
    assert unknown == set()


def test_confidential_record_lists_who_opened_it_to_its_counselor(client, people):
    row = client_of("Inland", "Secret", confidential=True, counselor=people["anna"], readers=[people["dora"]])
    for name in ("dora", "anna", "dora"):
        client.login_as(name).get(f"/organizations/{row.id}")
    page = client.login_as("anna").get(f"/records/{row.id}/history").text
    assert "Dora Lindqvist" in page.split("Opened</h2>")[1]
    assert "Opened</h2>" not in client.login_as("dora").get(f"/records/{row.id}/history").text
