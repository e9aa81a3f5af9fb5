"""Queries of chains and credits read no whole table, however many records there are."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import db
from crm.core.policy import Role
from crm.impact.queries import chain, milestones

STAFF = AccessProfile(Role.staff, is_system=False, sees_all_teams=False, hides_money=False, rights=frozenset())
VALUES = {"actor_id": 1, "actor_teams": [1], "ids": [1, 2, 3], "record": 1}
SCANS = r"SCAN (?:\w*record|\w*milestone|\w*opportunity|\w*project|\w*interaction|\w*link)\b"


def plan_of(stmt):
    names = stmt.compile().params
    text = stmt.params(**{name: value for name, value in VALUES.items() if name in names})
    literal = text.compile(db.engine, compile_kwargs={"literal_binds": True})
    return "\n".join(row[3] for row in db.session.execute(sa.text(f"EXPLAIN QUERY PLAN {literal}")))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("query", ["_links", "_meetings", "_shows"])
def test_chains_are_read_from_indexes(session, query):
    plan = plan_of(getattr(chain, query).__wrapped__(STAFF))
    assert "SEARCH" in plan
    assert re.findall(SCANS, plan) == [], plan


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["organization", "opportunity", "project", "representation", "show"])
def test_credits_are_read_from_indexes(session, kind):
    plan = plan_of(milestones._select_credited.__wrapped__(STAFF, kind))
    assert "SEARCH" in plan
    assert re.findall(SCANS, plan) == [], plan
