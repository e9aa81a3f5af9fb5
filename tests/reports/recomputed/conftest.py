"""Random records that all tests of a seed share: creating them takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, current_app

from crm.reports.params import FILE_ROWS, build_context, default_context
from tests.fixtures.apps import app_with
from tests.laws.sampling import IS_FULL, TURN
from tests.reports.lookups import get_report
from tests.reports.random_records import add_random_records

SEEDS = (1, 2) if IS_FULL else (1 + TURN % 2,)
"""Each normal run takes one, the other one with the next commit."""


@pytest.fixture(scope="session", params=SEEDS)
def app(request, databases, engine) -> Iterator[Flask]:
    """Return an application with random records in its database."""
    with app_with(databases, engine, lambda people: add_random_records(people, request.param)) as app:
        yield app


@pytest.fixture
def report(people, actor, clock):
    """Return a function that builds a report over random data, and Clara's teams.

    By default for Clara in the current period; with `is_past` in the period before, with `by` of one counselor.
    """

    def build(name: str, reader: str = "clara", *, by: str | None = None, is_past: bool = False):
        definition = get_report(name)
        context = default_context(definition, actor(reader), FILE_ROWS)
        scope = replace(context.scope, counselor_id=people[by].id) if by else context.scope
        period = context.period.previous if is_past else context.period
        context = build_context(definition, scope, period, FILE_ROWS)
        with current_app.test_request_context():
            return definition.build(context), context

    build.teams = set(actor("clara").team_ids)
    return build
