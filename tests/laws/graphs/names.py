"""The search words of records in random graphs: they equal those of a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.desk.checks import check_search_index
from crm.interactions.derived import load_tokens
from crm.organizations.derived import load_names as load_organization_names
from crm.organizations.services import refresh_organization_name
from crm.people.derived import load_names as load_person_names
from crm.people.services import refresh_person_name
from crm.projects.derived import derive_columns as load_project_names
from crm.shows.derived import derive_columns as load_show_names

Names = dict[int, Any]


def _load_interaction_names(ids: Collection[int]) -> Names:
    return {i: {"tokens": tokens} for i, tokens in load_tokens(ids).items()}


LOADERS: dict[str, Callable[[Collection[int]], Names]] = {
    "interaction": _load_interaction_names,
    "organization": load_organization_names,
    "person": load_person_names,
    "project": load_project_names,
    "show": load_show_names,
}


def find_wrong_names() -> dict[str, Any]:
    """Return what differs between the stored and the rebuilt names and words of records, by kind, id and column."""
    db.session.flush()
    db.session.expire_all()
    wrong: dict[str, Any] = {}
    for kind, load in LOADERS.items():
        rows = {row.id: row for row in db.session.scalars(sa.select(Record).where(Record.kind == kind))}
        for record_id, columns in load(list(rows)).items():
            for name, value in columns.items():
                if difference := _compare(name, getattr(rows[record_id], name), value):
                    wrong[f"{kind} {record_id} {name}"] = difference
    problems = check_search_index()
    return wrong | {"index": problems} if problems else wrong


def _compare(name: str, stored: Any, rebuilt: Any) -> Any:
    """Return how a stored text differs from a rebuilt one; the order of search words says nothing."""
    if name != "tokens":
        return (stored, rebuilt) if stored != rebuilt else None
    return set(stored.split()) ^ set(rebuilt.split())


def rename_all() -> None:
    """Set the names of all people and organizations again, after rows were added without services."""
    for kind, refresh in (("organization", refresh_organization_name), ("person", refresh_person_name)):
        for row in db.session.scalars(sa.select(Record).where(Record.kind == kind).order_by(Record.id)).all():
            refresh(row)
    db.session.flush()
