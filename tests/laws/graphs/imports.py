"""Random imports and changes of many records in random graphs: undone, imports leave the database as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa

from crm.bulk.policy import BulkOperation
from crm.bulk.queries import find_listing
from crm.bulk.services import BulkChange
from crm.bulk.services.rows import change_rows
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.record import Record, visible
from crm.core.data.summaries import find_wrong_sums
from crm.core.data.visibility_keys import find_wrong_visibility_keys
from crm.core.errors import Problem
from crm.core.policy import Actor
from crm.imports.models import ImportRun
from crm.imports.policy import ImportKind
from crm.imports.services import replan_lines, request_revert, start_import, write_lines
from crm.records.models import ContactPoint
from tests.laws.application import ApplicationUnderTest
from tests.laws.dataset import NOW
from tests.laws.graphs.database import GraphDatabase
from tests.laws.graphs.merge_rows import add_rows
from tests.laws.graphs.merges import merge_at_random
from tests.laws.graphs.names import find_wrong_names, rename_all
from tests.laws.graphs.plans import make_plan
from tests.merging.dumps import HISTORY, difference, dump_database

IMPORTERS = ("clara", "anna", "boris", "nora")
TRACES = HISTORY | {"import_run", "import_report", "import_mapping", "duplicate_pair"}
"""Tables in which an undone import leaves a trace."""
CITIES = ("Ningbo", "宁波", "Lübeck", "Fresno", "")
HEADINGS = {
    "people": ("姓", "名", "Last name", "First name", "Company", "Job Title", "E-mail", "Mobile", "City", "Tags"),
    "organizations": ("Name", "Chinese name", "Country", "City", "E-mail", "Roles", "Aliases"),
    "followups": ("Title", "Due", "About"),
    "interactions": ("Type", "Date", "Organization", "People", "Minutes", "Notes"),
}
IMPORTS, ROWS = 3, 8


@dataclass(frozen=True)
class DoneImport:
    """An import, and by whom."""

    run: ImportRun
    actor: Actor


def check_imports(application: ApplicationUnderTest, seeds: Iterable[int]) -> int:
    """Import and undo in the graphs of these seeds; return the number of written rows. Fails if anything differs."""
    count = 0
    for seed in seeds:
        application.statements.clear()
        with application.rolled_back(), clock.frozen(NOW):
            world, rng = _build_world(application, seed), Random(f"imports of {seed}")
            for _ in range(IMPORTS):
                before = dump_database(TRACES, is_exact=False)
                one = import_at_random(world, rng)
                if one is None:
                    continue
                count += one.run.created + one.run.updated
                _assert_names(f"seed {seed} after an import")
                act_as(db.session(), one.actor, ChangeSource.web)
                request_revert(one.actor, one.run)
                changed = difference(before, dump_database(TRACES, is_exact=False))
                assert changed == {}, f"seed {seed}, {one.run.kind}: {changed}"
    return count


def check_names(application: ApplicationUnderTest, seeds: Iterable[int]) -> int:
    """Edit, merge, change in bulk and import in the graphs of these seeds; return the number of changes.

    Fails if names, search words, summary tables or visibility keys differ from rebuilt ones.
    """
    count = 0
    for seed in seeds:
        application.statements.clear()
        with application.rolled_back(), clock.frozen(NOW):
            world = GraphDatabase(application.dataset.users, seed).run(make_plan(seed))
            rng = Random(f"names of {seed}")
            _assert_names(f"seed {seed} after the plan")
            add_rows(world, rng)
            rename_all()
            for change in (_merge, change_at_random, _import, change_at_random):
                count += change(world, rng)
                _assert_names(f"seed {seed} after {change.__name__}")
            count += len(world.done)
    return count


def _assert_names(place: str) -> None:
    wrong = find_wrong_names()
    assert (wrong, find_wrong_sums()) == ({}, []), f"{place}: {wrong}"
    assert db.session.execute(find_wrong_visibility_keys()).all() == [], place


def _merge(world: GraphDatabase, rng: Random) -> int:
    return len(merge_at_random(world, rng))


def _import(world: GraphDatabase, rng: Random) -> int:
    row = import_at_random(world, rng)
    return row.run.created + row.run.updated if row else 0


def _build_world(application: ApplicationUnderTest, seed: int) -> GraphDatabase:
    world = GraphDatabase(application.dataset.users, seed).run(make_plan(seed))
    add_rows(world, Random(f"rows of {seed}"))
    rename_all()
    db.session.commit()
    return world


def import_at_random(world: GraphDatabase, rng: Random) -> DoneImport | None:
    """Import some rows of a kind as a random person; None if nothing could be imported."""
    actor, kind = world.actor(rng.choice(IMPORTERS)), rng.choice(list(HEADINGS))
    act_as(db.session(), actor, ChangeSource.web)
    try:
        with db.session.begin_nested():
            run = start_import(actor, draw_file(actor, kind, rng), "list.csv", ImportKind.from_code(kind))
            run.options = run.options | {"skip_refused": True}
            if run.created + run.updated:
                write_lines(actor, run, replan_lines(actor, run, None))
    except Problem:
        return None
    return DoneImport(run, actor) if run.batch_id else None


def draw_file(actor: Actor, kind: str, rng: Random) -> bytes:
    """Return rows about records that the actor may see, and about new ones."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS[kind])
    people, organizations = _load_labels(actor, "person"), _load_labels(actor, "organization")
    mails = _load_mails(actor)
    for number in range(ROWS):
        company = rng.choice(["", f"New Firm {rng.randint(1, 3)}", *organizations[:20]])
        mail = rng.choice([f"new{number}@y.example", *mails])
        writer.writerow(
            {
                "people": (
                    rng.choice(("", "周", "欧阳")),
                    rng.choice(("立民", "慧")),
                    rng.choice(("", "Zhou", "Lü")),
                    f"Limin{number}",
                    company,
                    rng.choice(("", "采购经理", "Buyer")),
                    mail,
                    rng.choice(("", f"138 0013 80{number:02}")),
                    rng.choice(CITIES),
                    rng.choice(("", "alpha", "Expo")),
                ),
                "organizations": (
                    rng.choice((f"New Mill {number}", company or "Mill")),
                    rng.choice(("", "三角洲")),
                    rng.choice(("", "US", "CN")),
                    rng.choice(CITIES),
                    rng.choice(("", mail)),
                    rng.choice(("", "end user", "client")),
                    rng.choice(("", f"Also {number}")),
                ),
                "followups": (f"Call {number}", "2026-12-08", rng.choice([*people, *organizations])),
                "interactions": (
                    "meeting",
                    "2026-03-09",
                    company,
                    rng.choice(people),
                    "30",
                    rng.choice(("", "Wants pumps 泵")),
                ),
            }[kind]
        )
    return out.getvalue().encode()


def _load_labels(actor: Actor, kind: str) -> list[str]:
    stmt = sa.select(Record.label).where(Record.kind == kind, Record.archived_at.is_(None), visible(actor))
    return [label for label in db.session.scalars(stmt.order_by(Record.id)) if label] or ["Nobody"]


def _load_mails(actor: Actor) -> list[str]:
    stmt = sa.select(ContactPoint.raw).join(Record, Record.id == ContactPoint.record_id).where(visible(actor))
    return list(db.session.scalars(stmt.order_by(ContactPoint.id)))[:20]


def change_at_random(world: GraphDatabase, rng: Random) -> int:
    """Set a field of many people or organizations as a random person; return how many were changed."""
    actor, name = world.actor(rng.choice(IMPORTERS)), rng.choice(("people", "organizations"))
    field, value = rng.choice((("city", rng.choice(CITIES) or None), ("country", rng.choice(("US", "CN", None)))))
    kind = find_listing(name).kind
    ids = list(db.session.scalars(sa.select(Record.id).where(Record.kind == kind).order_by(Record.id)))
    act_as(db.session(), actor, ChangeSource.web)
    change = BulkChange(find_listing(name), BulkOperation.edit, {"field": field, "value": value})
    return change_rows(actor, change, rng.sample(ids, len(ids) // 2)).changed
