"""Random merges in random graphs: undone in reverse order, they leave the database as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.record import Record
from crm.core.errors import Problem
from crm.core.policy import SYSTEM, Actor, can
from crm.desk.checks import CHECKS
from crm.merging.models import Merge
from crm.merging.policy import KINDS, find_access_problem
from crm.merging.queries import FIRST, SECOND, build_plan
from crm.merging.references import list_references
from crm.merging.rules import MergeAction
from crm.merging.services import check_pair, merge_records, unmerge
from crm.notifications.models import Notification
from tests.laws.application import ApplicationUnderTest
from tests.laws.dataset import NOW
from tests.laws.graphs.database import GraphDatabase
from tests.laws.graphs.laws import QUICK, Extent, Leak, find_leaks
from tests.laws.graphs.merge_rows import add_rows
from tests.laws.graphs.names import find_wrong_names, rename_all
from tests.laws.graphs.plans import PlanStep, make_plan
from tests.laws.graphs.runs import list_viewers
from tests.merging.dumps import difference, dump_database

MERGERS = ("clara", "nora", "anna", "boris", "admin", "")
"""Who merges; the last one is the system, which sees every record."""
CONCEALING = frozenset({"make_confidential", "toggle_confidential"})
ATTEMPTS = 40
MOST_MERGES = 6


@dataclass(frozen=True)
class DoneMerge:
    """A merge, by whom, and the database before it."""

    merge: Merge
    actor: Actor
    before: dict[str, list[Any]]


def check_merges(application: ApplicationUnderTest, seeds: Iterable[int]) -> int:
    """Merge and un-merge in the graphs of these seeds; return the number of merges. Fails if anything differs."""
    count = 0
    for seed in seeds:
        application.statements.clear()
        with application.rolled_back(), clock.frozen(NOW):
            world = GraphDatabase(application.dataset.users, seed).run(_make_plan(seed))
            rng = Random(f"merges of {seed}")
            add_rows(world, rng)
            rename_all()
            merges = merge_at_random(world, rng)
            count += len(merges)
            assert find_wrong_names() == {}, f"seed {seed}"
            assert find_dangling_rows() == [], f"seed {seed}"
            assert find_wrong_values() == {}, f"seed {seed}"
            undo_all(merges, seed)
    return count


def find_merge_leaks(application: ApplicationUnderTest, seed: int, extent: Extent = QUICK) -> tuple[int, list[Leak]]:
    """Merge in the graph of a seed; return the number of merges, and the leaks of hidden records to one person."""
    application.statements.clear()
    with application.rolled_back(), clock.frozen(NOW):
        world = GraphDatabase(application.dataset.users, seed).run(make_plan(seed))
        rng = Random(f"merges of {seed}")
        merges = merge_at_random(world, rng)
        leaks = [
            leak
            for viewer in list_viewers(world, rng)[:1]
            for leak in find_leaks(application, world, viewer, rng, extent)
        ]
    return len(merges), leaks


def _make_plan(seed: int) -> list[PlanStep]:
    """Return the plan of a seed; of two seeds one without confidential records, which rarely can be merged."""
    steps = make_plan(seed)
    if seed % 2:
        return steps
    return [
        replace(step, args=step.args | {"confidential": False}) if "confidential" in step.args else step
        for step in steps
        if step.verb not in CONCEALING
    ]


def merge_at_random(world: GraphDatabase, rng: Random) -> list[DoneMerge]:
    """Merge random pairs as random people, also records that are merged already."""
    merges: list[DoneMerge] = []
    for _attempt in range(ATTEMPTS):
        name = rng.choice(MERGERS)
        actor = world.actor(name) if name else SYSTEM
        pair = _choose_pair(actor, rng)
        if pair is None or len(merges) == MOST_MERGES:
            continue
        before = dump_database()
        act_as(db.session(), actor, ChangeSource.web)
        try:
            with db.session.begin_nested():
                check_pair(*pair)
                sides = {
                    f"field-{c.group.key}": rng.choice((FIRST, SECOND)) for c in build_plan(actor, *pair, {}).choices
                }
                merges.append(DoneMerge(merge_records(actor, build_plan(actor, *pair, sides)), actor, before))
        except Problem:
            continue
    return merges


def _choose_pair(actor: Actor, rng: Random) -> list[Record] | None:
    kind = rng.choice(("person", "person", "organization", "organization", *KINDS))
    stmt = sa.select(Record).where(Record.kind == kind, Record.archived_at.is_(None)).order_by(Record.id)
    records = [row for row in db.session.scalars(stmt) if can(actor, "record:merge", row)]
    first = rng.choice(records) if records else None
    candidates = [
        row for row in records if first is not None and row is not first and not find_access_problem(first, row)
    ]
    return [first, rng.choice(candidates)] if first is not None and candidates else None


def undo_all(merges: list[DoneMerge], seed: int) -> None:
    """Undo merges in reverse order; each time the database is as it was before.

    What a merge notified of stays, though lists leave it out, as the former counselor is back; its undo adds nothing.
    """
    count = sa.select(sa.func.count()).select_from(Notification)
    for merge in reversed(merges):
        act_as(db.session(), merge.actor, ChangeSource.web)
        number = db.session.scalar(count)
        unmerge(merge.actor, merge.merge)
        changed = difference(merge.before, dump_database())
        changed.pop("notification", None)
        pair = f"seed {seed}, {merge.merge.duplicate_id} into {merge.merge.survivor_id}"
        assert (changed, db.session.scalar(count)) == ({}, number), f"{pair}: {changed}"


def find_dangling_rows() -> list[str]:
    """Return the references to records that were merged into candidates."""
    ended = sa.select(Record.id).where(Record.merged_into_id.is_not(None))
    return [
        reference.name
        for kind in KINDS
        for reference in list_references(kind)
        if reference.rule.how in (MergeAction.move, MergeAction.single)
        and db.session.scalar(sa.select(reference.column).where(reference.column.in_(ended)).limit(1)) is not None
    ]


def find_wrong_values() -> dict[str, Any]:
    """Return the derived values that differ from computed ones."""
    problems = {check.name: check.find_problems() for check in CHECKS if check.name not in ("schema", "disk")}
    return {name: problem for name, problem in problems.items() if problem}
