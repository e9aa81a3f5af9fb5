"""Random values for the columns of records, by the type of the column, and random records of the market side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import Instant, db
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.impact.models import Milestone
from crm.interactions.models import Interaction
from crm.opportunities.models import Opportunity
from crm.organizations.models import Client, Organization, OrganizationSector
from crm.people.models import Person, Representation
from crm.products.models import Product
from crm.projects.models import Need, Project, ProjectSector
from crm.reference.models import Funder
from crm.shows.models import Show
from tests.factories import client_of, sector, team_id_of
from tests.factories.opportunities import reason
from tests.reports.random_records import ZONE, hide_or_archive

TEXTS = {
    "city": ["Irvine", "Ōsaka", "苏州", None],
    "country": ["CN", "VN", None],
    "county": ["Orange", "San Diego", None],
    "currency": ["USD", "CNY", "JPY"],
}
VARIED: dict[type[Any], tuple[str, ...]] = {
    Opportunity: ("buyer_id", "project_id", "second_counselor_id", "lost_reason_id", "license_gate", "waiting_since"),
    Interaction: ("reached", "is_inquiry"),
    Organization: ("city", "country", "counselor_id", "created_at"),
    Client: ("county", "status"),
    Person: ("city", "country", "counselor_id", "created_at"),
    Project: (
        *("city", "country", "counselor_id", "phase", "source_kind", "lead_stage"),
        *("stage_since", "bid_at", "heard_on", "created_at"),
    ),
    Need: ("state", "type", "needed_by"),
    Product: ("client_id", "offer", "jurisdiction", "said_by", "said_on"),
    Representation: (*("client_id", "counselor_id", "rep_kind", "basis", "exclusive", "status", "from_on", "to_on"),),
    Milestone: ("country", "funder_id", "confirmed_how", "publish", "reported_on"),
    Show: ("city", "country", "type", "starts_on", "ends_on", "cost", "currency"),
}
"""Which columns get random values."""


def set_random_values(
    random: Random, rows: Sequence[Any], names: Sequence[str], ids: Mapping[str, Sequence[int]]
) -> None:
    """Give columns of rows random values; `ids` are those to which a column can point."""
    for row in rows:
        for name in names:
            setattr(row, name, _draw(random, row.__mapper__.columns[name], ids))


def _draw(random: Random, column: Any, ids: Mapping[str, Sequence[int]]) -> Any:
    values: Sequence[Any]
    if column.name in ids:
        values = ids[column.name]
    elif column.name in TEXTS:
        return random.choice(TEXTS[column.name])
    elif isinstance(column.type, sa.Enum):
        values = list(column.type.enum_class)
    elif isinstance(column.type, sa.Boolean):
        values = (True, False)
    elif isinstance(column.type, sa.Numeric):
        values = (Decimal("0.50"), Decimal(1200), Decimal(98_000))
    elif isinstance(column.type, Instant):
        values = [clock.now() - timedelta(minutes=random.randint(-100_000, 1_000_000))]
    else:
        values = [clock.today(ZONE.key) + timedelta(days=random.randint(-700, 200))]
    return None if column.nullable and random.random() < 0.3 else random.choice(values)


def add_random_market(people: Any, seed: int) -> None:
    """Add people, projects, needs, products, China reps and shows, and vary all records, also those of clients."""
    random = Random(seed)
    clients = [client_of("Inland"), client_of("Inland", confidential=True), client_of("Bay")]
    teams = [clients[0].team_id, clients[0].team_id, team_id_of("Bay"), None]
    market = [
        row
        for n in range(20)
        for row in (
            Person(family_latin=f"Person {n}"),
            Project(name=f"Project {n}", stage_since=clock.now()),
            Need(title=f"Need {n}", organization_id=clients[0].id),
            Product(name=f"Product {n}", client_id=clients[0].id),
            Representation(client_id=clients[0].id),
            Show(name=f"Show {n}", starts_on=clock.today(ZONE.key), ends_on=clock.today(ZONE.key)),
        )
    ]
    for n, row in enumerate(market):
        row.label, row.sort_key, row.team_id = f"Row {n}", f"row {n}", random.choice(teams)
    db.session.add_all(market)
    db.session.flush()
    _vary(random, people, clients)
    for row in market:
        if row.team_id is not None:
            hide_or_archive(random, row)
    db.session.flush()
    db.session.expire_all()


def _all_rows(entity: type[Any]) -> list[Any]:
    """Return all rows of an entity in the order of its primary key."""
    return list(db.session.scalars(sa.select(entity).order_by(*entity.__table__.primary_key)))


def _vary(random: Random, people: Any, clients: Sequence[Any]) -> None:
    sectors = [sector("Water tech").id, sector("Energy").id]
    rows = {entity: _all_rows(entity) for entity in VARIED}
    for row in rows[Organization]:
        if db.session.get(Client, row.id) is None:
            rows[Client].append(Client(organization_id=row.id))
    db.session.add_all(rows[Client])
    ids = {
        "client_id": [row.id for row in clients],
        "buyer_id": [row.id for row in rows[Organization]],
        "project_id": [row.id for row in rows[Project]],
        "counselor_id": [people[name].id for name in ("anna", "clara", "boris")],
        "second_counselor_id": [people[name].id for name in ("anna", "dora")],
        "lost_reason_id": [reason("Price").id, reason("Delay").id],
        "funder_id": list(db.session.scalars(sa.select(Funder.id).order_by(Funder.id))),
    }
    for entity, names in VARIED.items():
        set_random_values(random, rows[entity], names, ids)
    for sector_id in sectors:
        for row in random.sample(rows[Organization], len(rows[Organization]) // 2):
            db.session.merge(OrganizationSector(organization_id=row.id, sector_id=sector_id))
        for row in random.sample(rows[Project], len(rows[Project]) // 2):
            db.session.merge(ProjectSector(project_id=row.id, sector_id=sector_id))
    _add_last_interactions(random, [*rows[Organization], *rows[Person]])
    db.session.flush()


def _add_last_interactions(random: Random, records: Sequence[Record]) -> None:
    """Write when the last interaction with some records was, for everybody and for one team."""
    for row in records:
        for team_key in random.sample([0, team_id_of("Inland")], random.randint(0, 2)):
            moment = clock.now() - timedelta(minutes=random.randint(0, 1_000_000))
            db.session.merge(RecordDates(record_id=row.id, team_key=team_key, last_interaction_at=moment))
