"""Random records of two teams, and the same rows as plain data for recomputing reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.followups.enums import FollowUpSide, FollowUpState
from crm.followups.models import FollowUp
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionStaff,
    InteractionTime,
)
from crm.interactions.policy import InteractionState, InteractionType
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import ACTIVE_STAGES, ChangedField, OpportunityStage, SalesPath, WaitingFor
from crm.reference.models import Funder, Rate
from tests.factories import archived, client_of, make_confidential
from tests.factories.opportunities import make_opportunity
from tests.reports.test_waiting import make_follow_up

ZONE = ZoneInfo("America/Los_Angeles")
RATES = {"USD": Decimal(1), "CNY": Decimal("0.14")}
"""The exchange rates of the data; there is none for JPY."""
Row = dict[str, Any]


def add_random_records(people: Any, seed: int) -> None:
    """Add opportunities with changes, follow-ups, and interactions with minutes."""
    random, today = Random(seed), clock.today(ZONE.key)
    db.session.add(Rate(currency="CNY", on=today - timedelta(days=400), usd=RATES["CNY"]))
    staff = [people[name] for name in ("anna", "clara", "dora")]
    clients = [client_of("Inland"), client_of("Inland"), client_of("Inland"), client_of("Bay")]
    for _n in range(50):
        _add_opportunity(random, random.choice(clients), random.choice([*staff, None]))
    for _n in range(40):
        row = make_follow_up(
            today - timedelta(days=random.randint(-20, 120)),
            random.choice(staff),
            random.choice(["Inland", "Inland", "Bay"]),
            random.choice(list(FollowUpSide)),
        )
        row.state = random.choice([FollowUpState.open, FollowUpState.open, FollowUpState.done])
        hide_or_archive(random, row)
    clients = [client_of("Inland"), client_of("Inland"), client_of("Inland", confidential=True), client_of("Bay")]
    funders = [_funder("STEP"), _funder("SBA"), None]
    for _n in range(60):
        add_interaction(random, clients, staff, funders)
    db.session.flush()
    db.session.expire_all()


def _funder(code: str) -> Funder:
    row = Funder(code=code, name=code)
    db.session.add(row)
    db.session.flush()
    return row


def add_interaction(random: Random, clients: list[Any], staff: list[Any], funders: list[Any]) -> None:
    """Add an interaction of one or two colleagues for some clients, with minutes of each colleague for each client."""
    moment = clock.now() - timedelta(hours=random.randint(0, 24 * 80))
    zone = ZoneInfo("Asia/Shanghai") if moment.hour % 2 else ZONE
    team_id = random.choice([clients[0], clients[0], clients[-1]]).team_id
    row = Interaction(
        type=random.choice(list(InteractionType)),
        state=random.choice([InteractionState.held, InteractionState.held, InteractionState.planned]),
        at=moment,
        wall=moment.astimezone(zone).replace(tzinfo=None),
        zone=zone.key,
        subject="Talk",
        label="Talk",
        team_id=team_id,
    )
    db.session.add(row)
    db.session.flush()
    colleagues = random.sample(staff, random.randint(1, 2))
    db.session.add_all([InteractionStaff(interaction_id=row.id, user_id=user.id) for user in colleagues])
    own = [client for client in clients if client.team_id == team_id]
    for client in random.sample(own, random.randint(0, min(2, len(own)))):
        funder = random.choice(funders)
        funder_id = funder.id if funder else None
        db.session.add(InteractionClient(interaction_id=row.id, client_id=client.id, funder_id=funder_id))
        for user in random.sample(colleagues, random.randint(0, len(colleagues))):
            time = InteractionTime(interaction_id=row.id, client_id=client.id, user_id=user.id)
            time.contact, time.prep, time.travel = (random.choice([0, 20, 90]) for _n in range(3))
            db.session.add(time)
        if client.confidential:
            make_confidential(row)
    hide_or_archive(random, row)


def _add_opportunity(random: Random, client: Any, counselor: Any) -> None:
    now, days = clock.now(), random.randint(0, 500)
    row = make_opportunity(
        client,
        stage=OpportunityStage.matched,
        days=days,
        counselor=counselor,
        amount=random.choice([None, 1000, 20_000, 350_000]),
        currency=random.choice(["USD", "CNY", "JPY"]),
        close_on=random.choice([None, clock.today(ZONE.key) + timedelta(days=random.randint(-150, 300))]),
        path=random.choice(list(SalesPath)),
        waiting_for=random.choice(list(WaitingFor)),
    )
    row.created_at = now - timedelta(days=days)
    _move(random, row, days)
    for _n in range(random.choice([0, 0, 1, 3])):
        _slip(random, row)
    hide_or_archive(random, row)


def _move(random: Random, row: Opportunity, days: int) -> None:
    """Move it through stages, forward, at random moments, perhaps to an end state."""
    for stage in sorted(random.sample(ACTIVE_STAGES[1:], random.randint(0, 4)), key=lambda s: s.order):
        if days < 2:
            break
        days = random.randint(0, days - 1)
        _add_stage(row, stage, days)
    if random.random() < 0.15:
        _add_stage(row, random.choice([OpportunityStage.lost, OpportunityStage.dormant]), random.randint(0, days))


def _add_stage(row: Opportunity, stage: OpportunityStage, days: int) -> None:
    moment = clock.now() - timedelta(days=days)
    change = OpportunityChange(opportunity_id=row.id, at=moment, field=ChangedField.stage.value)
    change.old, change.new = row.stage.value, stage.value
    row.stage, row.stage_since = stage, moment
    db.session.add(change)
    db.session.flush()


def _slip(random: Random, row: Opportunity) -> None:
    """Record a change of the close date; not every one is a slip."""
    old, new = (
        random.choice(["", (clock.today(ZONE.key) + timedelta(days=random.randint(-200, 200))).isoformat()])
        for _n in range(2)
    )
    if old != new:
        moment = clock.now() - timedelta(days=random.randint(0, 300))
        change = OpportunityChange(opportunity_id=row.id, at=moment, field=ChangedField.close.value, old=old, new=new)
        db.session.add(change)


def hide_or_archive(random: Random, row: Any) -> None:
    """Make some records confidential, and archive some."""
    if random.random() < 0.15:
        make_confidential(row)
    elif random.random() < 0.1:
        archived(row)


def export_rows(entity: type[Any]) -> list[Row]:
    """Return all rows of an entity as dicts of its columns, those of the record included, in the order of their ids."""
    record, table = Record.__table__, entity.__table__
    columns = [*table.c, *(c for c in record.c if c.name not in table.c)]
    stmt = sa.select(*columns).join(record, record.c.id == table.c.id).order_by(table.c.id)
    return [dict(row._mapping) for row in db.session.execute(stmt)]


def export_changes() -> list[Row]:
    """Return all changes of opportunities as dicts, in the order of their ids."""
    rows = db.session.execute(sa.select(*OpportunityChange.__table__.c).order_by(OpportunityChange.id))
    return [dict(row._mapping) for row in rows]


def counted(rows: list[Row], teams: set[int | None]) -> list[Row]:
    """Return the rows that reports count: of these teams, neither confidential nor archived."""
    return [x for x in rows if x["team_id"] in teams and not x["confidential"] and x["archived_at"] is None]


def opportunities(teams: set[int | None]) -> list[Row]:
    """Return the opportunities that reports of these teams count."""
    return counted(export_rows(Opportunity), teams)


def follow_ups(teams: set[int | None]) -> list[Row]:
    """Return the open follow-ups that someone owes and that reports of these teams count."""
    rows = counted(export_rows(FollowUp), teams)
    return [x for x in rows if x["state"] is FollowUpState.open and x["side"] in (FollowUpSide.we, FollowUpSide.they)]


def due_day(row: Row) -> date:
    """Return the day on which a follow-up is due for the readers: that of its time, or its date."""
    return local_day(row["due_at"]) if row["due_at"] else row["due_on"]


def interactions(teams: set[int | None], first: Any, last: Any) -> list[Row]:
    """Return the interactions that took place from a day to a day, both included, and that reports count."""
    rows = counted(export_rows(Interaction), teams)
    return [x for x in rows if x["state"] is InteractionState.held and first <= x["wall"].date() <= last]


def plain_rows(entity: type[Any]) -> list[Row]:
    """Return all rows of a table that isn't one of records, in the order of its primary key."""
    table = entity.__table__
    rows = db.session.execute(sa.select(*table.c).order_by(*table.primary_key))
    return [dict(row._mapping) for row in rows]


def in_usd(rows: list[Row]) -> Decimal:
    """Return the sum of the amounts that have a rate, in whole US dollars."""
    usd = sum((x["amount"] * RATES[x["currency"]] for x in rows if x["amount"] and x["currency"] in RATES), Decimal(0))
    return usd.quantize(Decimal(1))


def weighted_usd(rows: list[Row]) -> Decimal:
    """Return the sum of the amounts that have a rate, weighted by probability, in whole US dollars."""
    priced = [x for x in rows if x["amount"] and x["currency"] in RATES and x["chance"]]
    usd = sum((x["amount"] * RATES[x["currency"]] * x["chance"] / 100 for x in priced), Decimal(0))
    return usd.quantize(Decimal(1))


def usd_or_blank(rows: list[Row], add_up: Callable[[list[Row]], Decimal] = in_usd) -> Decimal | None:
    """Return the sum as files have it: None for records of which none has an amount."""
    return None if rows and all(x["amount"] is None for x in rows) else add_up(rows)


def local_day(moment: datetime) -> Any:
    """Return the day of a moment in the reader's zone."""
    return moment.astimezone(ZONE).date()


def midnight(day: Any) -> datetime:
    """Return the moment at which a day begins in the reader's zone."""
    return datetime.combine(day, time(), ZONE)
