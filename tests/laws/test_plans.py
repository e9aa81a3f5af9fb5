"""Query plans of frequent lists: rows are read in order from an index for every user, without full scans or sorts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import pytest
from psycopg import RawCursor

from crm.core.data.pipeline import SEPARATOR
from tests.laws.application import ApplicationUnderTest

PART = "(WITH part("
"""How each statement begins that was executed together with others on SQLite."""
Parameters = Sequence[object] | Mapping[str, object]
HOT = (
    "/people/",
    "/organizations/",
    "/followups/",
    "/interactions/",
    "/opportunities/",
    "/funding/assistance/",
    "/funding/referrals/",
)
BIG = (
    "record",
    "person",
    "organization",
    "followup",
    "interaction",
    "opportunity",
    "interaction_link",
    "record_dates",
    "assistance",
    "partner_referral",
)


def list_page_statements(application: ApplicationUnderTest, viewer: str, path: str) -> list[tuple[str, object]]:
    """Return the statements by which a page reads its rows, in order and limited to a page."""
    application.count(viewer, path)
    rows = [(s, p) for s, p in application.statements if "ORDER BY" in s and "LIMIT" in s and "AS row_id" in s]
    assert rows, path
    return rows


def find_slow_steps(lines: list[str]) -> list[str]:
    """Return the lines that sort, and those that scan a large table."""
    sorts = [x for x in lines if re.search(r"TEMP B-TREE FOR ORDER BY|^\s*(?:->)?\s*(?:Incremental )?Sort\b", x)]
    return sorts + [x for x in lines if re.fullmatch(rf"SCAN (?:{'|'.join(BIG)})", x.strip())]


def plan(application: ApplicationUnderTest, statement: str, parameters: object) -> list[str]:
    """Return the lines of a plan."""
    on_sqlite = application.connection.dialect.name == "sqlite"
    with application.rolled_back():
        driver: Any = application.connection.connection.driver_connection
        cursor = RawCursor(driver) if isinstance(parameters, list) else driver.cursor()
        if not on_sqlite:
            # A few rows are always scanned and sorted; with these off, the planner shows the index it would use.
            for access_case in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{access_case} = off")
            # The server of the tests joins tables as written; an installation also compares other orders.
            for limit in ("join_collapse_limit", "from_collapse_limit"):
                cursor.execute(f"SET LOCAL {limit} = 8")
        cursor.execute(("EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN ") + statement, parameters)
        return [str(row[-1]) for row in cursor.fetchall()]


@pytest.mark.parametrize("viewer", ["anna", "nora"])
@pytest.mark.parametrize("path", HOT)
def test_frequent_list_is_read_in_order_from_an_index(application, viewer, path):
    for statement, parameters in list_page_statements(application, viewer, path):
        lines = plan(application, statement, parameters)
        assert find_slow_steps(lines) == [], "\n".join([statement, *lines])


def test_a_position_in_a_list_is_found_by_the_index(application):
    """Interactions begin at now: rows before that position aren't read one by one."""
    for statement, parameters in list_page_statements(application, "anna", "/interactions/"):
        text = "\n".join(plan(application, statement, parameters))
        assert re.search(r"ix_interaction_at \(at<\?\)|Index Cond: \(ROW\(at, id\) < ROW", text), text


def test_attendance_of_a_period_is_found_by_the_dates_of_shows(application):
    """Attendees of one day are sorted by their ids; those of other days aren't read."""
    for statement, parameters in list_page_statements(application, "anna", "/shows/attendance/?from=2026-01-01"):
        text = "\n".join(plan(application, statement, parameters))
        assert {"ix_show_starts_on", "ix_show_going_show_id"} <= set(re.findall(r"ix_show\w+", text)), text


def parts_of(statement: str, parameters: Parameters) -> list[tuple[str, Parameters]]:
    """Return the statements that were executed together (`run_together`), each with its parameters."""
    if isinstance(parameters, Mapping):
        texts = statement.split(SEPARATOR)
        return list(zip(texts, parameters.values(), strict=True)) if len(texts) > 1 else []
    texts = [f"SELECT {PART}{text.rstrip(', ')}" for text in statement.split(PART)[1:]]
    rest = iter(parameters)
    return [(text, tuple(islice(rest, text.count("?")))) for text in texts]


def test_palette_reads_recent_records_in_order_from_an_index(application):
    application.count("anna", "/search?q=Zq")
    executed = [part for statement, parameters in application.statements for part in parts_of(statement, parameters)]
    (statement,) = [(s, p) for s, p in executed if "DISTINCT" in s and "followup_about" in s]
    lines = plan(application, *statement)
    assert find_slow_steps(lines) == [], "\n".join([statement[0], *lines])
    assert sum("ix_record_counselor" in line for line in lines) == 2


@pytest.mark.parametrize("viewer", ["anna", "nora"])
def test_today_reads_no_large_table_completely(application, viewer):
    if application.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's plans for a few rows don't show it")
    lines = _plan_of_today(application, viewer)
    complete = {line: text for line, text in lines.items() if re.match(rf"SCAN (?:{'|'.join(BIG)})\b", line)}
    assert complete == {}


def test_today_reads_only_changes_since_last_evening(application):
    if application.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's plans for a few rows don't show it")
    changes = [line for line in _plan_of_today(application, "anna") if re.search(r"\bchange\b", line)]
    assert changes
    assert [line for line in changes if not re.search(r"ix_change_(at|user_named|batch_id|root_id_id)\b", line)] == []


def test_today_reads_only_changes_that_may_name_a_user(application):
    """An import writes thousands of other changes in a night."""
    application.count("anna", "/")
    parts = [part for executed in application.statements for part in parts_of(*executed)]
    (statement,) = [part for part in parts if "uff20" in part[0]]
    assert "ix_change_user_named" in "\n".join(plan(application, *statement))


def test_postgresql_expects_few_matches_since_a_moment_that_it_does_not_know(application):
    """It then keeps one plan of a long statement of Today instead of planning it each time."""
    dialect: Any = application.connection.dialect
    if dialect.name == "sqlite" or dialect.server_version_info < (16,):
        pytest.skip("SQLite keeps its plans, and PostgreSQL 15 doesn't show a plan without values")
    application.count("anna", "/")
    parts = [text for executed in application.statements for text, _parameters in parts_of(*executed)]
    (statement,) = [text for text in parts if "product_match.found_at > " in text]
    with application.rolled_back():
        cursor = application.connection.connection.cursor()
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {statement}")
        lines = [str(row[0]) for row in cursor.fetchall()]
    expected = [int(row[1]) for line in lines if (row := re.search(r"Scan .*\bproduct_match\b.* rows=(\d+) ", line))]
    assert expected, "\n".join(lines)
    assert max(expected) <= 10, "\n".join(lines)


EVENT_INDEXES = {"opportunity_change": "ix_opportunity_change_", "attachment": "ix_attachment_record_id"}
"""By which index a page reads the events of its timeline; PostgreSQL reads stages by field if there are few rows."""


@pytest.mark.parametrize("query", ["", "?tab=files", "?find=x", "?older=2027-01-01T00:00:00%2B00:00~1~1"])
def test_events_of_a_timeline_are_read_from_indexes(application, query):
    organization = application.dataset.of("organization", "inland")
    application.count("nora", application.ask("nora", "GET", f"/records/{organization.id}").location + query)
    tables = []
    for executed in application.statements:
        for statement, parameters in parts_of(*executed):
            if match := re.search(r"FROM (opportunity_change|attachment) JOIN record\b", statement):
                tables.append(match[1])
                lines = plan(application, statement, parameters)
                assert EVENT_INDEXES[match[1]] in "\n".join(lines), "\n".join([statement, *lines])
    assert set(tables) == set(EVENT_INDEXES) - ({"opportunity_change"} if "files" in query else set())


REPORT_INDEXES = {
    "counties": ("ix_interaction_state_at",),
    "follow-ups": ("ix_followup_state_id",),
    "funnel": ("ix_opportunity_change_case",),
    "officials": ("ix_affiliation_person_id", "ix_interaction_party_interaction_id"),
    "relationships": ("ix_interaction_party_interaction_id",),
}
"""The indexes from which reports read what they count, without the rows themselves; others depend on statistics."""


def _plan_of_report(application: ApplicationUnderTest, report: str) -> list[str]:
    """Return the lines of the plans of all statements of a report."""
    if application.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's plans for a few rows don't show it")
    application.count("anna", f"/reports/{report}")
    parts = [
        part
        for statement, parameters in application.statements
        for part in parts_of(statement, parameters) or [(statement, parameters)]
    ]
    return [line for part in parts if part[0].startswith(("SELECT", "WITH")) for line in plan(application, *part)]


@pytest.mark.parametrize("report", REPORT_INDEXES)
def test_reports_count_from_indexes(application, report):
    lines = _plan_of_report(application, report)
    indexes = {match[1] for line in lines if (match := re.search(r"USING COVERING INDEX (\w+)", line))}
    assert set(REPORT_INDEXES[report]) <= indexes, "\n".join(lines)


def test_goals_look_up_the_minutes_of_their_sessions(application):
    """SQLite would otherwise read the minutes of all interactions, as soon as it has statistics."""
    if application.connection.dialect.name != "sqlite":
        pytest.skip("only SQLite joins in this order")
    application.count("anna", "/reports/goals")
    assert any("counted CROSS JOIN interaction_time" in statement for statement, _parameters in application.statements)


def test_review_looks_up_the_next_step_of_an_opportunity_once(application):
    lines = _plan_of_report(application, "review")
    # Once for all open opportunities, and once for those that the page shows.
    assert sum(line.startswith("SEARCH record_dates") for line in lines) == 2, "\n".join(lines)


def _plan_of_today(application: ApplicationUnderTest, viewer: str) -> dict[str, str]:
    """Return the lines of the plans of all statements of Today, each with its statement."""
    application.count(viewer, "/")
    parts = [part for executed in application.statements for part in parts_of(*executed)]
    return {line: text for text, parameters in parts for line in plan(application, text, parameters)}


def test_sort_in_a_plan_is_detected(application):
    lines = plan(application, "SELECT id FROM record ORDER BY archived_why LIMIT 3", ())
    assert re.search("TEMP B-TREE FOR ORDER BY|Sort", " ".join(lines))
