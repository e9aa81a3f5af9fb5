"""What the page of a record shows of this record, and not of another one."""

from __future__ import annotations

from datetime import date

from crm.core.data.base import db
from crm.desk.queries import CadenceRow, load_record_summary
from crm.followups.enums import Tier
from crm.followups.services import set_cadence
from crm.records.services import set_tags, star
from tests.factories import client_of, make_confidential, organization, reachable


def test_each_record_shows_its_own_cadence_star_tags_and_addresses(people, actor):
    anna = actor("anna")
    mine, other = client_of("Inland", "Tri-Valley", counselor=people["anna"]), organization("Huayue")
    for record, tier, days, tag in ((mine, Tier.a, None, "water"), (other, Tier.b, 45, "metering")):
        set_cadence(record, tier, days, date(2026, 3, 10))
        set_tags(record, tag)
        reachable(record, email=f"{tag}@firm.example")
    star(anna, mine, on=True)
    db.session.flush()
    shown = [load_record_summary(anna, record) for record in (mine, other)]
    assert [s.cadence for s in shown] == [CadenceRow(Tier.a, None), CadenceRow(Tier.b, 45)]
    assert [s.starred for s in shown] == [True, False]
    assert [s.tags for s in shown] == [["water"], ["metering"]]
    assert [[point.raw for point in s.points] for s in shown] == [["water@firm.example"], ["metering@firm.example"]]
    assert [(s.counselor, s.team) for s in shown] == [(people["anna"].name, "Inland"), (None, None)]


def test_a_star_is_ones_own(people, actor):
    organization = client_of("Inland", counselor=people["anna"])
    star(actor("anna"), organization, on=True)
    db.session.flush()
    assert [load_record_summary(actor(name), organization).starred for name in ("anna", "dora")] == [True, False]


def test_a_record_without_a_cadence_has_none_and_names_its_readers(people, actor):
    set_cadence(organization("Huayue"), Tier.a, None, date(2026, 3, 10))
    firm = make_confidential(client_of("Inland", counselor=people["anna"]), people["dora"], people["clara"])
    shown = load_record_summary(actor("anna"), firm)
    assert (shown.cadence, shown.readers) == (
        CadenceRow(None, None),
        sorted([people["dora"].name, people["clara"].name]),
    )
