"""Custom reports equal an independent computation in plain Python over exported rows, for random data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from flask import Flask, current_app

from crm.core.data.record import Record
from crm.core.lists.grouped import sum_groups
from crm.core.lists.grouping import list_measures
from crm.core.policy import Role
from crm.impact.models import Milestone
from crm.opportunities.models import Opportunity
from crm.reports.custom.build import build_custom_report
from crm.reports.custom.figures import load_figures
from crm.reports.custom.kinds import KINDS
from crm.reports.custom.question import list_choices, parse_query
from tests.fixtures.apps import app_with
from tests.reports.custom.expected_groups import Values
from tests.reports.custom.expected_numbers import read_number
from tests.reports.custom.expected_parts import ExpectedPartGroups, export_kind, is_visible_part
from tests.reports.lookups import table
from tests.reports.random_parts import add_random_parts
from tests.reports.random_records import Row, add_random_records, counted, export_rows, plain_rows
from tests.reports.random_results import add_milestones, add_shows
from tests.reports.random_values import add_random_market

pytestmark = pytest.mark.engine_in_turn

READERS = ((1, "clara"), (2, "anna"))
"""Seeds of the data, and who reads them: a manager and a counselor."""
PAIRS = 6
AMOUNTS = ("amount", "cost", "approved", "spent", "match")


@pytest.fixture(scope="module", params=READERS)
def seed_and_name(request) -> tuple[int, str]:
    return request.param


@pytest.fixture(scope="module")
def app(seed_and_name, databases, engine) -> Iterator[Flask]:
    """Return an application with random records of all kinds in its database."""
    seed = seed_and_name[0]

    def add_rows(people):
        for add in (add_random_records, add_milestones, add_shows, add_random_market, add_random_parts):
            add(people, seed)

    with app_with(databases, engine, add_rows) as app:
        yield app


@pytest.fixture
def reader(seed_and_name, actor, clock):
    """Return the actor who reads the records."""
    return actor(seed_and_name[1])


def _is_visible(row: Row, reader: Any) -> bool:
    in_teams = row["team_id"] in {*reader.team_ids, None}
    is_managed = in_teams and reader.role is Role.manager and not row["without_managers"]
    is_own = row["counselor_id"] == reader.id or is_managed
    return is_own if row["confidential"] else in_teams


def _recompute(rows: list[Row], by: list[Values], name: str) -> dict[Any, tuple[int, Decimal, int]]:
    """Return count, sum and number of values by the keys and the currency."""
    read = read_number(name) if name else lambda _row: 0
    groups: dict[Any, tuple[int, Decimal, int]] = {}
    for row in rows:
        for keys in product(*(values(row) for values in by)):
            place = keys, (row["currency"] or "") if name in AMOUNTS else ""
            count, total, filled = groups.get(place, (0, Decimal(), 0))
            value = read(row)
            groups[place] = count + 1, total + Decimal(value or 0), filled + (value is not None)
    return groups


def test_groups_and_sums_of_every_kind_equal_a_recomputation(reader):
    visible_ids = {row["id"] for row in plain_rows(Record) if _is_visible(row, reader)}
    random, wrong = Random(7), []
    for kind in KINDS:
        exported = [row for row in export_kind(kind.name, visible_ids) if row["archived_at"] is None]
        rows = counted(exported, {*reader.team_ids, None})
        values = getattr(ExpectedPartGroups(visible_ids), kind.name)()
        with current_app.test_request_context():
            question = parse_query(kind.name, "", reader)
        groupings = {grouping.name: grouping for grouping in list_choices(question.listing, reader)}
        measures = {"": None} | {measure.name: measure for measure in list_measures(question.listing, reader)}
        assert groupings.keys() == values.keys(), kind.name
        assert len(rows) > 8, kind.name
        pairs = [random.sample(list(values), 2) for _n in range(PAIRS)]
        choices = [(names, random.choice(list(measures))) for names in ([], *([name] for name in values), *pairs)]
        for names, number in choices + [([], number) for number in measures]:
            chosen = [groupings[name] for name in names]
            groups = sum_groups(question.listing, reader, question.counted, [chosen], measures[number])[0]
            result = {(group.keys, group.currency): (group.records, group.total, group.filled) for group in groups}
            if result != _recompute(rows, [values[name] for name in names], number):
                wrong.append((kind.name, names, number))
        hidden = [x for x in exported if x["confidential"] and is_visible_part(kind.name, x, visible_ids)]
        if load_figures(question, reader).confidential != len(hidden):
            wrong.append((kind.name, "confidential", len(hidden)))
    assert wrong == []


@pytest.mark.parametrize("seed_and_name", READERS[:1], indirect=True)
def test_sums_of_rows_columns_and_all_equal_their_own_statements(reader):
    random, wrong = Random(3), []
    for kind in KINDS:
        with current_app.test_request_context():
            question = parse_query(kind.name, "", reader)
        listing = question.listing
        names = [grouping.name for grouping in list_choices(listing, reader)]
        linked = [grouping.name for grouping in list_choices(listing, reader) if grouping.links is not None]
        measures = [
            "",
            *(f"&measure=sum:{measure.name}" for measure in list_measures(listing, reader) if measure.can_sum),
        ]
        pairs = [random.sample(names, 2) for _n in range(3)] + [(name, names[0]) for name in linked]
        for first, second in [*pairs, *((y, x) for x, y in pairs)]:
            if first == second:
                continue
            with current_app.test_request_context():
                chosen = parse_query(kind.name, f"by={first}&by2={second}{random.choice(measures)}", reader)
            figures = load_figures(chosen, reader)
            measure = chosen.number.measure if chosen.number else None
            for part, sums in (([], figures.totals), ([0], figures.rows), ([1], figures.columns)):
                groupings = [chosen.groupings[i] for i in part]
                groups = sum_groups(listing, reader, chosen.counted, [groupings], measure)[0]
                if {(group.keys, group.currency): group for group in groups if group.records} != sums:
                    wrong.append((kind.name, first, second, part))
    assert wrong == []


@pytest.mark.parametrize("seed_and_name", READERS[:1], indirect=True)
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


@pytest.mark.parametrize("seed_and_name", READERS[:1], indirect=True)
def test_average_is_over_the_records_with_a_value_in_each_currency(reader):
    rows = counted(export_rows(Milestone), {*reader.team_ids, None})
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
