"""Fills an empty database with the sample data of a size."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from crm.accounts.demo import make_demo_people
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.core.data.summaries import rebuild_sums
from crm.core.search.search import rebuild
from crm.followups.dates import next_steps_of
from crm.interactions.dates import load_last_dates
from crm.matching.models import ProductMatch
from crm.matching.services import rebuild_keys, rebuild_matches, refresh_records
from crm.projects.models import Need
from crm.records.services import rebuild_access
from crm.reference.models import Funder, LostReason, Rate, Sector
from crm.reference.services import load_lists

from .demo import create_demo
from .demo.funding import file_first_months
from .demo.mailings import LOGGED, send_first_mailing
from .generators.activity import ActivityGenerator
from .generators.generated import GeneratedRecords
from .generators.leads import LeadGenerator
from .generators.market import Market
from .generators.opportunities import OpportunityGenerator
from .generators.people import PeopleGenerator
from .generators.products import ProductGenerator
from .rows.inserter import SampleInserter, analyze, drop_indexes, make_indexes
from .rows.writer import RecordWriter
from .western_names import FAMILY, GIVEN

SEED = 20_261_204


class Size(NamedTuple):
    """How many records of each kind there are, including the demo records."""

    organizations: int
    people: int
    interactions: int
    followups: int
    opportunities: int
    projects: int
    needs: int
    products: int
    days: int = 365
    counselors: int = 0


SIZES = {
    "small": Size(220, 400, 2_500, 600, 120, 30, 90, 300),
    "100k": Size(50_000, 100_000, 250_000, 50_000, 10_000, 1_000, 5_000, 20_000, 1_100, 36),
    "1m": Size(200_000, 1_000_000, 2_000_000, 300_000, 50_000, 5_000, 20_000, 100_000, 1_800, 120),
}


RATES = ((1900, "0.1402"), (400, "0.1374"), (200, "0.1389"), (9, "0.1391"))
"""Exchange rates of the yuan: how many days ago, and US dollars."""
MATCHED_NEEDS = 100
"""Needs whose matches are computed in large sizes."""


class DatabaseNotEmpty(Exception):
    """The database has records already."""


def seed(name: str, report: Callable[[str], None] = lambda _text: None) -> None:
    """Fill the database and commit. Raises DatabaseNotEmpty if it has a record."""
    if db.session.scalar(sa.select(sa.exists(sa.select(Record.id)))):
        raise DatabaseNotEmpty
    size = SIZES[name]
    rng = random.Random(SEED)
    now = clock.now()
    users = make_demo_people()
    users["shen"].language = "zh_Hans"
    load_lists()
    for days, usd in RATES:
        on = now.date() - timedelta(days=days)
        db.session.add(Rate(currency="CNY", on=on, usd=Decimal(usd), source="Sample data"))
    users |= _colleagues(size.counselors, rng, now)
    lists = _lists()
    connection = db.session.connection()
    indexes = drop_indexes(connection, _big_tables()) if name != "small" else []
    writer = RecordWriter(SampleInserter(connection, rng), users, lists, now)
    writer.keeps_history = name == "small"
    _fill(writer, size, report)
    report("dates, indexes, search")
    writer.inserter.settle_counters()
    if indexes:
        make_indexes(connection, indexes)
        # What follows reads all records: without statistics it takes the wrong indexes.
        analyze(connection)
    rebuild(connection)
    rebuild_access()
    rebuild_sums()
    derive_dates(writer.inserter)
    _add_matches(name)
    if name == "small":
        file_first_months()
        send_first_mailing()
    db.session.commit()
    analyze(db.session.connection())
    db.session.commit()


def _add_matches(name: str) -> None:
    """Compute the matches: in large sizes of some needs, because they have the same products hundreds of times.

    Each is as old as the newer of its records: otherwise all of them would be new.
    """
    if name == "small":
        rebuild_matches()
    else:
        rebuild_keys()
        refresh_records(db.session.scalars(sa.select(Need.id).order_by(Need.id).limit(MATCHED_NEEDS)).all(), ())
    need_at, product_at = (
        sa.select(Record.created_at).where(Record.id == column).correlate(ProductMatch).scalar_subquery()
        for column in (ProductMatch.need_id, ProductMatch.product_id)
    )
    later = sa.case((need_at > product_at, need_at), else_=product_at)
    db.session.execute(sa.update(ProductMatch).values(found_at=later), execution_options={"synchronize_session": False})


def _fill(writer: RecordWriter, size: Size, report: Callable[[str], None]) -> None:
    generated = GeneratedRecords(counselors=_counselors(writer))
    generator = PeopleGenerator(writer, generated, size.days)
    counts = create_demo(generator)
    report("organizations and people")
    generator.organizations(size.organizations - counts["organization"])
    generator.people(size.people - counts["person"])
    report("products, projects and opportunities")
    market = Market(generator)
    products, leads = ProductGenerator(market), LeadGenerator(market)
    products.add_products(size.products - counts["product"])
    products.add_representations(max(12, size.organizations // 12))
    leads.add_projects(size.projects - counts["project"])
    leads.add_needs(size.needs - counts["need"])
    OpportunityGenerator(market).add_opportunities(size.opportunities - counts["opportunity"])
    report("interactions and follow-ups")
    activity = ActivityGenerator(generator)
    mailed = LOGGED if size is SIZES["small"] else 0
    activity.add_interactions(size.interactions - counts["interaction"] - mailed)
    activity.add_follow_ups(size.followups - counts["followup"])
    writer.inserter.flush()


def _lists() -> dict[str, dict[str, int]]:
    def by(code: sa.orm.InstrumentedAttribute[str], id: sa.orm.InstrumentedAttribute[int]) -> dict[str, int]:
        return dict(db.session.execute(sa.select(code, id).order_by(id)).all())

    return {
        "teams": by(Team.name, Team.id),
        "sectors": by(Sector.code, Sector.id),
        "funders": by(Funder.code, Funder.id),
        "lost_reasons": by(LostReason.code, LostReason.id),
    }


def _colleagues(count: int, rng: random.Random, now: datetime) -> dict[str, User]:
    """Add counselors, who can't sign in, for the large sizes: seven people don't know a hundred thousand."""
    teams = {team.name: team for team in db.session.scalars(sa.select(Team))}
    users = {}
    for position in range(count):
        name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
        code = f"c{position:03}"
        users[code] = User(email=f"{code}@demo.example", name=name, created_at=now)
    db.session.add_all(users.values())
    db.session.flush()
    for position, user in enumerate(users.values()):
        team = tuple(teams.values())[position % len(teams)]
        db.session.add(Membership(user_id=user.id, team_id=team.id))
    db.session.flush()
    return users


def _counselors(writer: RecordWriter) -> dict[str, list[str]]:
    """Return the counselors of each team; set the first team of each."""
    counselors = {"Inland": ["anna", "anna", "dora", "clara"], "Bay": ["boris"], "Valley": ["shen"]}
    for position, code in enumerate(name for name in writer.users if name.startswith(("c0", "c1"))):
        team = tuple(writer.teams)[position % len(writer.teams)]
        counselors[team].append(code)
        writer.first_team[code] = writer.teams[team]
    return counselors


def _big_tables() -> list[sa.Table]:
    """Return the tables of records and their child rows."""
    tables: list[sa.Table] = list(db.metadata.sorted_tables)
    roots = {table.name for table in tables if any(fk.column.table.name == "record" for fk in table.foreign_keys)}
    roots |= {"record"}
    child_tables = [t for t in tables if any(fk.column.table.name in roots for fk in t.foreign_keys)]
    return [Record.__table__, *(t for t in child_tables if t.name != "record")]  # type: ignore[list-item]


def derive_dates(sheets: SampleInserter) -> None:
    """Write the dates that lists sort by, from the same queries that check them."""
    for record_id, last in load_last_dates().items():
        sheets.add(
            RecordDates,
            record_id=record_id,
            team_key=0,
            last_interaction_at=last.last_interaction_at,
            last_reached_at=last.last_reached_at,
        )
        sheets.insert_if_many()
    for (record_id, team_id), day in next_steps_of().items():
        sheets.add(RecordDates, record_id=record_id, team_key=team_id, next_follow_up_on=day)
        sheets.insert_if_many()
    sheets.flush()
