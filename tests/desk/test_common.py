"""What the page of a record shows of this record, and not of another one."""

from __future__ import annotations

from datetime import date

from crm.core.data.base import db
from crm.desk.queries import CadenceRow, load_record_summary
from crm.followups.enums import Tier
from crm.followups.services import set_cadence
from crm.records.services import set_tags, star
from tests.factories import client_of, make_confidential, organization, reachable


def test_summary_has_the_records_own_cadence_star_tags_and_addresses(people, actor):
    anna = actor("anna")
    own, other = client_of("Inland", "Tri-Valley", counselor=people["anna"]), organization("Huayue")
    for record, tier, days, tag in ((own, Tier.a, None, "water"), (other, Tier.b, 45, "metering")):
        set_cadence(record, tier, days, date(2026, 3, 10))
        set_tags(record, tag)
        reachable(record, email=f"{tag}@company.example")
    star(anna, own, on=True)
    db.session.flush()
    summary = [load_record_summary(anna, record) for record in (own, other)]
    assert [s.cadence for s in summary] == [CadenceRow(Tier.a, None), CadenceRow(Tier.b, 45)]
    assert [s.starred for s in summary] == [True, False]
    assert [s.tags for s in summary] == [["water"], ["metering"]]
    assert [[point.raw for point in s.points] for s in summary] == [
        ["water@company.example"],
        ["metering@company.example"],
    ]
    assert [(s.counselor, s.team) for s in summary] == [(people["anna"].name, "Inland"), (None, None)]


def test_star_belongs_to_its_user(people, actor):
    organization = client_of("Inland", counselor=people["anna"])
    star(actor("anna"), organization, on=True)
    db.session.flush()
    assert [load_record_summary(actor(name), organization).starred for name in ("anna", "dora")] == [True, False]


def test_summary_without_a_cadence_names_readers(people, actor):
    set_cadence(organization("Huayue"), Tier.a, None, date(2026, 3, 10))
    company = make_confidential(client_of("Inland", counselor=people["anna"]), people["dora"], people["clara"])
    summary = load_record_summary(actor("anna"), company)
    assert (summary.cadence, summary.readers) == (
        CadenceRow(None, None),
        sorted([people["dora"].name, people["clara"].name]),
    )
