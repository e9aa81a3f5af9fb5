"""Helpers shared by the tests of this directory."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.followups.services import add_follow_up
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.merging.queries import build_plan
from crm.merging.services import merge_records
from crm.organizations.models import Alias
from crm.records.models import Evidence
from crm.records.policy import ContactMedium, EvidenceState, PointLabel
from crm.records.services import ContactPointValues, set_points, set_tags, star
from tests.factories import affiliation, client_of, organization, person, relation


def merge(actor, a, b, **chosen):
    """Merge b into a."""
    return merge_records(actor, build_plan(actor, a, b, {f"field-{key}": side for key, side in chosen.items()}))


def screened():
    """Return the records whose parties are screened."""
    return set(db.session.scalars(sa.select(Evidence.record_id).where(Evidence.state == EvidenceState.met)))


def log(actor, *people, clients=(), organizations=(), about=()):
    """Log a call of an hour ago with these people, for these clients, about these records."""
    moment = clock.now() - timedelta(hours=1)
    values = {"wall": moment.replace(tzinfo=None), "zone": "UTC"}
    parties = [PartyValues(person_id=row.id) for row in people]
    parties += [PartyValues(organization_id=row.id, label="2 engineers") for row in organizations]
    for_clients = [ClientMinutes(row.id, contact=20, prep=10) for row in clients]
    details = InteractionDetails(parties=parties, clients=for_clients, about=[row.id for row in about])
    return log_interaction(actor, values, details)


def busy_people(actor):
    """Two people with everything that people can have, some of it the same."""
    huayue, other = organization("Huayue"), organization("Ningbo Harbor")
    a = person("Zhou", "Limin", organization=huayue, title="Engineer", city="Suzhou")
    b = person("Chou", "Li-min", organization=huayue, country="CN", read_first="Prefers WeChat")
    c = person("Gao", "Lei", organization=other)
    affiliation(b, other, title="Adviser")
    for row, emails in ((a, ("zhou@huayue.example",)), (b, ("ZHOU@huayue.example", "limin@mail.example"))):
        points = [ContactPointValues(ContactMedium.email, PointLabel.work, email) for email in emails]
        set_points(row, points, "CN")
    set_tags(a, "hvac, filters")
    set_tags(b, "filters, vip")
    relation(a, b)
    relation(c, b)
    relation(b, c)
    star(actor, a, on=True)
    star(actor, b, on=True)
    log(actor, a, b)
    log(actor, b, c)
    add_follow_up(actor, {"title": "Send drawing", "due_on": date(2026, 3, 20)}, about=[b.id])
    add_follow_up(actor, {"title": "Call", "due_on": date(2026, 3, 12), "promised_by_id": b.id}, about=[a.id, b.id])
    return a, b


def busy_clients(actor):
    """Two clients of a team with interactions, minutes, people and a parent in common."""
    parent = organization("Holding")
    a = client_of("Inland", "ClearAir Sensors", counselor=actor.id, parent_id=parent.id)
    b = client_of("Inland", "Clear Air Sensors Inc.", counselor=actor.id, city="Chino")
    staff = person("Ann", "Lee", organization=a)
    affiliation(staff, b)
    person("Bo", "Diaz", organization=b)
    db.session.add(Alias(organization_id=b.id, name="CAS"))
    b.parent_id = a.id
    log(actor, staff, clients=(a, b), organizations=(b,))
    log(actor, clients=(b,))
    log(actor, organizations=(a,), about=(b,))
    return a, b
