"""Custom reports equal an independent computation in plain Python over exported rows, for random data."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from flask import current_app

from crm.calendars import add_months
from crm.core.data.base import db
from crm.core.lists.grouped import sum_groups
from crm.core.lists.grouping import list_groupings, list_measures
from crm.followups.models import FollowUp
from crm.impact.models import Milestone
from crm.interactions.models import Interaction, InteractionClient, InteractionStaff, InteractionTime
from crm.opportunities.models import Opportunity
from crm.organizations.models import Client, Organization, OrganizationRoleLink, OrganizationSector
from crm.reports.custom.build import build_custom_report
from crm.reports.custom.question import parse_query
from tests.factories import sector
from tests.reports.lookups import table
from tests.reports.random_records import Row, add_random_records, counted, export_rows, local_day, plain_rows
from tests.reports.random_results import add_milestones

SEEDS = (1, 2)
PAIRS = 12
Values = Callable[[Row], list[Any]]


@pytest.fixture(params=SEEDS)
def reader(request, people, actor):
    """Add random records, counties and sectors; return the actor who reads them."""
    random = Random(request.param)
    add_random_records(people, request.param)
    add_milestones(people, request.param)
    sectors = [sector("Water tech"), sector("Energy")]
    for row in db.session.query(Organization).all():
        row.city = random.choice(["Irvine", "Ōsaka", "苏州", None])
        client = db.session.get(Client, row.id) or Client(organization_id=row.id)
        client.county = random.choice(["Orange", "San Diego", None])
        db.session.add(client)
        for one in random.sample(sectors, random.randint(0, 2)):
            db.session.merge(OrganizationSector(organization_id=row.id, sector_id=one.id))
    for row in db.session.query(Milestone).all():
        row.country = random.choice(["CN", "VN", None])
    db.session.flush()
    db.session.expire_all()
    return actor("clara")


def _days(name: str, read: Callable[[Row], Any]) -> dict[str, Values]:
    """Return the keys of a day by month, quarter, year and federal fiscal year (October to September)."""

    def by(write: Callable[[Any], str]) -> Values:
        return lambda row: [write(day) if (day := read(row)) is not None else None]

    return {
        f"{name}.month": by(lambda day: f"{day:%Y-%m}"),
        f"{name}.quarter": by(lambda day: f"{day.year}-Q{1 + (day.month - 1) // 3}"),
        f"{name}.year": by(lambda day: str(day.year)),
        f"{name}.fiscal": by(lambda day: f"FY{add_months(day.replace(day=1), 3).year}"),
    }


def _of(name: str) -> Values:
    return lambda row: [row[name] or None]


def _moment(name: str) -> Callable[[Row], Any]:
    return lambda row: local_day(row[name]) if row[name] else None


def _linked(rows: list[Row], own: str, other: str) -> Callable[[Any], list[Any]]:
    """Return the different values that rows of a table link to a record; None for none."""
    links: dict[Any, set[Any]] = {}
    for row in rows:
        if row[other] is not None:
            links.setdefault(row[own], set()).add(row[other])
    return lambda own_id: sorted(links.get(own_id, {None}), key=str)


def _opportunities(_teams: set[int | None]) -> dict[str, Values]:
    counties = {row["organization_id"]: row["county"] for row in plain_rows(Client)}
    sectors = _linked(plain_rows(OrganizationSector), "organization_id", "sector_id")
    return {
        "stage": _of("stage"),
        "waiting": _of("waiting_for"),
        "path": _of("path"),
        "counselor": _of("counselor_id"),
        "team": _of("team_id"),
        "client": _of("client_id"),
        "amount.currency": _of("currency"),
        "county": lambda row: [counties.get(row["client_id"]) or None],
        "sectors": lambda row: sectors(row["client_id"]),
        **_days("close", lambda row: row["close_on"]),
        **_days("since", _moment("stage_since")),
        **_days("created", _moment("created_at")),
    }


def _interactions(_teams: set[int | None]) -> dict[str, Values]:
    staff = _linked(plain_rows(InteractionStaff), "interaction_id", "user_id")
    funders = _linked(plain_rows(InteractionClient), "interaction_id", "funder_id")
    return {
        "kind": _of("what"),
        "state": _of("state"),
        "inquiry": lambda row: [row["is_inquiry"]],
        "staff": lambda row: staff(row["id"]),
        "funder": lambda row: funders(row["id"]),
        **_days("date", _moment("at")),
    }


def _milestones(_teams: set[int | None]) -> dict[str, Values]:
    return {
        "what": _of("what"),
        "status": _of("status"),
        "country": _of("country"),
        "client": _of("client_id"),
        **_days("on", lambda row: row["on"]),
        **_days("confirmed", lambda row: row["confirmed_on"]),
    }


def _follow_ups(_teams: set[int | None]) -> dict[str, Values]:
    return {"side": _of("side"), "state": _of("state"), "counselor": _of("counselor_id")} | _days(
        "due_on", lambda row: row["due_on"]
    )


def _organizations(_teams: set[int | None]) -> dict[str, Values]:
    roles = _linked(plain_rows(OrganizationRoleLink), "organization_id", "role")
    sectors = _linked(plain_rows(OrganizationSector), "organization_id", "sector_id")
    return {
        "city": _of("city"),
        "team": _of("team_id"),
        "roles": lambda row: roles(row["id"]),
        "sectors": lambda row: sectors(row["id"]),
    }


def _minutes(kind: str) -> Callable[[Row], Any]:
    sums: dict[int, int] = {}
    for row in plain_rows(InteractionTime):
        sums[row["interaction_id"]] = sums.get(row["interaction_id"], 0) + row[kind]
    return lambda row: sums.get(row["id"])


KINDS: dict[str, tuple[type[Any], Callable[..., dict[str, Values]]]] = {
    "opportunities": (Opportunity, _opportunities),
    "interactions": (Interaction, _interactions),
    "milestones": (Milestone, _milestones),
    "followups": (FollowUp, _follow_ups),
    "organizations": (Organization, _organizations),
}


def _number(name: str) -> Callable[[Row], Any]:
    """Return how to read a number of a row, and with its currency."""
    if name.endswith("_minutes"):
        return _minutes(name.removesuffix("_minutes"))
    return lambda row: row[name]


def _recompute(rows: list[Row], by: list[Values], name: str) -> dict[Any, tuple[int, Decimal, int]]:
    """Return count, sum and number of values by the keys and the currency."""
    read = _number(name) if name else lambda _row: 0
    groups: dict[Any, tuple[int, Decimal, int]] = {}
    for row in rows:
        for keys in product(*(values(row) for values in by)):
            place = keys, row["currency"] if name == "amount" else ""
            count, total, filled = groups.get(place, (0, Decimal(), 0))
            value = read(row)
            groups[place] = count + 1, total + Decimal(value or 0), filled + (value is not None)
    return groups


@pytest.mark.parametrize("kind", KINDS)
def test_groups_and_sums_equal_a_recomputation(reader, kind):
    entity, list_values = KINDS[kind]
    rows = counted(export_rows(entity), {*reader.team_ids, None})
    values = list_values(reader.team_ids)
    random = Random(7)
    singles = [(name,) for name in values]
    pairs = [tuple(random.sample(list(values), 2)) for _n in range(PAIRS)]
    with current_app.test_request_context():
        question = parse_query(kind, "", reader)
    groupings = {grouping.name: grouping for grouping in list_groupings(question.listing, reader)}
    measures = {"": None} | {measure.name: measure for measure in list_measures(question.listing, reader)}
    measures = {name: measure for name, measure in measures.items() if name not in ("chance", "slips")}
    assert len(rows) > 10
    wrong = []
    for names, (number, measure) in product([(), *singles, *pairs], measures.items()):
        chosen = [groupings[name] for name in names]
        groups = sum_groups(question.listing, reader, question.counted, chosen, measure)
        result = {(group.keys, group.currency): (group.records, group.total, group.filled) for group in groups}
        if result != _recompute(rows, [values[name] for name in names], number):
            wrong.append((names, number))
    assert wrong == []


def test_report_shows_the_recomputed_groups_and_totals(reader):
    rows = counted(export_rows(Opportunity), {*reader.team_ids, None})
    with current_app.test_request_context():
        question = parse_query("opportunities", "by=stage&by2=path", reader)
        report = build_custom_report(question, reader)
    stages = {row["stage"] for row in rows}
    expected = {}
    paths = sorted({row["path"] for row in rows}, key=lambda path: list(type(path)).index(path))
    for stage in stages:
        own = [row for row in rows if row["stage"] is stage]
        expected[str(stage)] = [len(own), *(sum(row["path"] is path for row in own) for path in paths)]
    expected["Total"] = [len(rows), *(sum(row["path"] is path for row in rows) for path in paths)]
    assert table(report, "groups") == expected
    assert report.tiles[0].value == str(len(rows))


def test_average_is_over_the_records_with_a_value_in_each_currency(reader):
    rows = [row for row in counted(export_rows(Milestone), {*reader.team_ids, None}) if row["what"]]
    with current_app.test_request_context():
        question = parse_query("milestones", "by=status&measure=average:amount", reader)
        section = build_custom_report(question, reader).sections[0]
    expected = {}
    for row in rows:
        own = expected.setdefault((str(row["status"]), row["currency"]), [])
        own.append(row["amount"])
    assert {(line[0].value, line[1].value): (line[2].value, line[3].value) for line in section.rows} == {
        key: (len(amounts), _average([amount for amount in amounts if amount is not None]))
        for key, amounts in expected.items()
    }


def _average(amounts: list[Decimal]) -> Decimal | None:
    return (sum(amounts, Decimal()) / len(amounts)).quantize(Decimal("0.01")) if amounts else None
