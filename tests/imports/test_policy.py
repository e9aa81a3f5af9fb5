"""Visibility of imports."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.policy import SYSTEM
from crm.imports.policy import LineOutcome, RunState, may_see_run, undo_until
from tests.accounts.lookups import team_id
from tests.imports.conftest import LIST, ImportFlow


@pytest.mark.parametrize(
    ("name", "team", "is_visible"),
    [
        ("anna", "Inland", True),
        ("anna", "Bay", True),
        ("boris", "Inland", False),
        ("boris", None, False),
        ("dora", "Inland", False),
        ("clara", "Inland", True),
        ("clara", "Bay", False),
        ("clara", None, False),
        ("nora", "Inland", True),
        ("nora", "Bay", True),
        ("nora", None, True),
        ("admin", "Inland", False),
    ],
)
def test_import_is_visible_to_its_creator_and_managers_of_its_team(people, actor, name, team, is_visible):
    assert may_see_run(actor(name), people["anna"].id, team_id(team) if team else None) is is_visible


def test_import_of_the_shell_is_visible_to_the_shell_and_managers_of_its_team(actor, people):
    assert may_see_run(SYSTEM, None, None)
    visible = [may_see_run(actor(name), None, team_id("Inland")) for name in ("anna", "clara", "nora")]
    assert visible == [False, True, True]


@pytest.mark.parametrize(("name", "team"), [("anna", "Inland"), ("boris", "Bay"), ("nora", None)])
def test_import_belongs_to_the_first_team_of_its_creator(client, people, name, team):
    first = db.session.scalar(sa.select(sa.func.min(Team.id)))
    flow = ImportFlow(client.login_as(name), LIST)
    assert flow.run.team_id == (team_id(team) if team else first)


def test_state_of_an_import_has_a_tone():
    assert {state.value: state.tone for state in RunState} == {
        "preview": "",
        "confirmed": "warn",
        "writing": "warn",
        "finishing": "warn",
        "undoing": "warn",
        "done": "ok",
        "failed": "bad",
        "undo_requested": "warn",
        "reverting": "warn",
        "undone": "",
    }


def test_import_can_be_undone_for_thirty_days():
    written_at = datetime(2026, 3, 10, 17, tzinfo=UTC)
    assert undo_until(written_at) == datetime(2026, 4, 9, 17, tzinfo=UTC)


def test_rows_that_write_are_the_new_and_the_added_ones():
    assert {outcome.value for outcome in LineOutcome if outcome.writes} == {"new", "adds"}
