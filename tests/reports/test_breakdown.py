"""The pipeline by group: which groups the page shows."""

from __future__ import annotations

from flask import current_app

from crm.core.data.base import db
from crm.reports import breakdown, queries
from crm.reports.params import build_context, default_context
from tests.factories import client_of, organization
from tests.factories.opportunities import make_opportunity
from tests.reports.lookups import get_report


def test_page_loads_the_names_of_the_largest_groups_only(people, actor, monkeypatch):
    client = client_of("Inland", counselor=people["anna"])
    amounts = {"Small": 100, "Large": 900, "Middle": 500}
    buyers = {label: organization(label, country="CN") for label in amounts}
    for label, amount in amounts.items():
        make_opportunity(client, label, amount=amount, buyer_id=buyers[label].id, path="direct_sale")
    db.session.flush()
    loaded = []

    def load(viewer, ids):
        loaded.extend(ids)
        return load_labels(viewer, ids)

    load_labels = queries.load_labels
    monkeypatch.setattr(queries, "load_labels", load)
    monkeypatch.setattr(breakdown, "LEAST_ROWS", 1)
    definition = get_report("breakdown")
    default = default_context(definition, actor("anna"))
    with current_app.test_request_context():
        report = definition.build(build_context(definition, default.scope, default.period, 2, "prime"))
    section = report.sections[0]
    assert [row[0].text for row in section.rows] == ["Large", "Middle"]
    assert section.note == "The first 2 are shown. XLSX and CSV have all."
    assert loaded == [buyers["Large"].id, buyers["Middle"].id]
