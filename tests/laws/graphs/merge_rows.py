"""Rows that the plans of random graphs don't create: duplicates, tags, contact details, bookmarks, figures."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.followups.models import Cadence
from crm.followups.services import add_follow_up
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.merging.policy import KINDS
from crm.opportunities.services import add_opportunity
from crm.organizations.models import Alias, Client, DatedFact, Ownership
from crm.organizations.policy import FactKind
from crm.people.models import Relation
from crm.people.policy import Exclusivity, RelationKind
from crm.people.services import save_representation
from crm.products.services import save_product
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, save_party
from crm.records.models import ContactPoint, Evidence, Recent, Star
from crm.records.policy import ContactMedium
from crm.records.services import set_tags
from crm.shows.services import save_participant, save_show
from tests.factories import client_of, organization, person
from tests.laws.dataset import NOW
from tests.laws.graphs.database import GraphDatabase

WORDS = ("alpha", "beta", "gamma")


def add_rows(world: GraphDatabase, rng: Random) -> None:
    """Add what the plans don't create: duplicates, tags, contact details, bookmarks, other names and figures."""
    act_as(db.session(), None, ChangeSource.shell)
    _add_duplicates(world, rng)
    records = list(db.session.scalars(sa.select(Record).where(Record.kind.in_(KINDS)).order_by(Record.id)))
    for record in records:
        set_tags(record, ", ".join(rng.sample(WORDS, rng.randint(0, 2))))
        _add_bookmarks(world, record, rng)
        if record.kind in ("person", "organization"):
            _add_details(record, rng)
        if record.kind == "organization":
            _add_organization_rows(record, records, rng)
        if record.kind in ("project", "opportunity") and rng.random() < 0.5:
            db.session.add(Evidence(record_id=record.id, test=rng.choice(WORDS), on=NOW.date(), at=NOW))
        if record.kind == "person":
            other = rng.choice([one for one in records if one.kind == "person"])
            if other is not record:
                db.session.add(Relation(person_id=record.id, other_id=other.id, kind=rng.choice(list(RelationKind))))
    db.session.commit()


def _add_duplicates(world: GraphDatabase, rng: Random) -> None:
    """Add three open records of each kind, and interactions and follow-ups that have several of them."""
    counselor_id = world.users["anna"].id
    clients = [client_of("Inland", f"Twin {word}", counselor=counselor_id) for word in WORDS]
    companies = [organization(f"Firm {word}") for word in WORDS]
    people = [person("Twin", word, organization=rng.choice(clients + companies)) for word in WORDS * 2]
    projects = [add_project(SYSTEM, {"name": f"Plant {word}"}) for word in WORDS]
    days = {"starts_on": NOW.date(), "ends_on": NOW.date()}
    shows = [save_show(SYSTEM, {"name": f"Expo {word}", **days}) for word in WORDS]
    products = [save_product(SYSTEM, {"client_id": clients[0].id, "name": f"Filter {word}"}) for word in WORDS]
    for word, show, project in zip(WORDS, shows, projects, strict=True):
        values = {"client_id": clients[0].id, "title": word, "buyer_id": rng.choice(companies).id}
        linked = {"project_id": rng.choice(projects).id, "product_id": rng.choice(products).id}
        add_opportunity(SYSTEM, values | linked | {"buyer_contact_id": rng.choice(people).id})
        save_participant(show, {"record_id": rng.choice(clients).id})
        save_party(project, {"organization_id": rng.choice(companies).id, "role": ProjectRole.prime})
        reps = {"person_id": rng.choice(people).id, "organization_id": rng.choice(companies).id}
        save_representation(SYSTEM, {"client_id": rng.choice(clients).id, "exclusive": Exclusivity.yes, **reps})
        _log(rng, people, clients, rng.sample([*projects, *shows, *products], 2))
        about = [record.id for record in rng.sample([*people, *clients, *projects], 3)]
        due = {"title": word, "due_on": NOW.date(), "counselor_id": counselor_id, "promised_by_id": people[0].id}
        add_follow_up(SYSTEM, due, about=about)


def _log(rng: Random, people: list[Any], clients: list[Any], about: list[Any]) -> None:
    parties = [PartyValues(person_id=row.id) for row in rng.sample(people, 3)]
    for_clients = [ClientMinutes(row.id, contact=20) for row in rng.sample(clients, 2)]
    details = InteractionDetails(parties=parties, clients=for_clients, about=[row.id for row in about])
    log_interaction(SYSTEM, {"wall": NOW.replace(tzinfo=None), "zone": "UTC", "team_id": clients[0].team_id}, details)


def _add_bookmarks(world: GraphDatabase, record: Record, rng: Random) -> None:
    user_ids = [user.id for user in world.users.values()]
    for cls in (Star, Recent):
        existing = set(db.session.scalars(sa.select(cls.user_id).where(cls.record_id == record.id)))
        ids = set(rng.sample(user_ids, rng.randint(0, 2))) - existing
        db.session.add_all(cls(record_id=record.id, user_id=user_id, at=NOW) for user_id in ids)


def _add_details(record: Record, rng: Random) -> None:
    for word in rng.sample(WORDS, rng.randint(0, 2)):
        point = ContactPoint(
            record_id=record.id, medium=ContactMedium.email, raw=f"{word}@x.example", value=f"{word}@x.example"
        )
        db.session.add(point)
    if rng.random() < 0.3 and db.session.get(Cadence, record.id) is None:
        db.session.add(Cadence(record_id=record.id, every_days=rng.choice((None, 30)), counts_from=NOW.date()))


def _add_organization_rows(record: Record, records: list[Record], rng: Random) -> None:
    db.session.add_all(Alias(organization_id=record.id, name=word) for word in rng.sample(WORDS, rng.randint(0, 2)))
    fact = DatedFact(organization_id=record.id, kind=rng.choice(list(FactKind)), number=5, as_of=NOW.date(), source="x")
    db.session.add(fact)
    owner = rng.choice([one for one in records if one.kind == "organization"])
    db.session.add(Ownership(organization_id=record.id, owner_id=owner.id, share=rng.choice((None, 51))))
    client = db.session.get(Client, record.id)
    if client is not None:
        client.naics, client.wish = rng.choice((None, "332911", "334512")), rng.choice((None, "Sell", "Buy"))
