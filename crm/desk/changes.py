"""History in words: labels of the columns and of codes, names for ids; what the reader may not see is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import formats
from crm.core.audit import Change, Via
from crm.core.choices import WIDGETS
from crm.core.db import Base, db
from crm.core.identity import Team, User
from crm.core.policy import Actor
from crm.core.record import Record, visible
from crm.core.words import Lazy, _, _l
from crm.people.models import Affiliation, Relation

MONEY = frozenset({"ownership", "dated_fact", "parent_share", "funder_id"})
"""Tables and columns that stay hidden from the China desk."""
MOST = 200
THINGS: dict[str, Lazy] = {
    "affiliation": _l("Works at"), "alias": _l("Other name"), "attachment": _l("File"), "client": _l("As client"),
    "client_agreement": _l("Agreement"), "contact_point": _l("E-mail or phone"), "dated_fact": _l("Figure"),
    "organization_role": _l("Kind"), "organization_sector": _l("Line of business"), "ownership": _l("Owner"),
    "post": _l("As post"), "post_holder": _l("Role held"), "post_role": _l("Role at this post"),
    "prime": _l("As prime contractor"), "record_reader": _l("Reader"), "record_tag": _l("Tag"),
    "relation": _l("Relation"), "representation_product": _l("Product it stands for"),
}  # fmt: skip
"""What a row is called that hangs on a record."""


class Step(NamedTuple):
    """One changed value."""

    label: str
    old: str
    new: str


class ChangeRow(NamedTuple):
    """One change of one row; `thing` is empty where the row is the record itself."""

    at: datetime
    who: str | None
    via: Via
    what: str
    thing: str
    steps: list[Step]


class Told(NamedTuple):
    """A change as it is kept."""

    at: datetime
    who: str | None
    via: Via
    what: str
    table: str
    row_id: str
    diff: dict[str, list[Any]]


def changes_of(actor: Actor, record: Record) -> list[ChangeRow]:
    """The newest 200 changes of a record and what hangs on it."""
    asked = (
        sa.select(Change.at, User.name, Change.via, Change.what, Change.table, Change.row_id, Change.diff)
        .outerjoin(User, User.id == Change.actor_id)
        .where(Change.root_id == record.id)
        .order_by(Change.id.desc())
        .limit(MOST)
    )
    kept = [_with_key(Told._make(row)) for row in db.session.execute(asked)]
    kept = [t for t in kept if not (actor.hides_money and t.table in MONEY)]
    kept = _seen(actor, kept)
    names = _names(actor, kept)
    found = []
    for told in kept:
        steps = [
            _step(told.table, key, pair, names) for key, pair in told.diff.items() if _is_told(actor, told.table, key)
        ]
        if steps or told.what != "changed":
            thing = str(THINGS.get(told.table, ""))
            found.append(ChangeRow(told.at, told.who, told.via, told.what, thing, steps))
    return found


def _with_key(told: Told) -> Told:
    """With what a link names, which stands in its key and not in its difference."""
    named = {
        key: [None, int(value)] if told.what == "created" else [int(value), None]
        for (key, column), value in zip(_keys().get(told.table, ()), told.row_id.split("/"), strict=False)
        if "label" in column.info and told.what != "changed"
    }
    return told._replace(diff=told.diff | named) if named else told


def _is_told(actor: Actor, table: str, key: str) -> bool:
    return key in _columns().get(table, {}) and not (actor.hides_money and key in MONEY)


def _seen(actor: Actor, kept: list[Told]) -> list[Told]:
    """Without jobs at firms, and relations to people, that the reader may not know of; or told to other teams."""
    jobs, relations = _facts(kept, Affiliation, "organization_id"), _facts(kept, Relation, "other_id", "team_id")
    ids = {facts[0] for facts in (*jobs.values(), *relations.values())}
    asked = sa.select(Record.id).where(Record.id.in_(ids), visible(actor)) if ids else None
    known = set(db.session.scalars(asked)) if asked is not None else set()

    def is_seen(told: Told) -> bool:
        if told.table == "affiliation":
            return jobs[told.row_id][0] in known
        if told.table == "relation":
            other, team = relations[told.row_id]
            return other in known and (team is None or actor.sees_all_teams or team in actor.team_ids)
        return True

    return [told for told in kept if is_seen(told)]


def _facts(kept: Iterable[Told], cls: type[Affiliation | Relation], *names: str) -> dict[str, tuple[Any, ...]]:
    """By row: these columns as they are now, or as they were when the row was made or removed."""
    rows = [told for told in kept if told.table == cls.__tablename__]
    found: dict[str, tuple[Any, ...]] = {told.row_id: (None,) * len(names) for told in rows}
    for told in rows:
        if told.what != "changed":
            pairs = (told.diff.get(name, [None, None]) for name in names)
            found[told.row_id] = tuple(new if new is not None else old for old, new in pairs)
    if found:
        columns: list[Any] = [getattr(cls, name) for name in names]
        asked = sa.select(cls.id, *columns).where(cls.id.in_([int(i) for i in found]))
        found |= {str(row[0]): tuple(row[1:]) for row in db.session.execute(asked)}
    return found


def _names(actor: Actor, kept: Iterable[Told]) -> dict[str, dict[int, str]]:
    """By kind of name: id -> name, of users, teams and the records the reader may know of."""
    ids: dict[str, set[int]] = {"user": set(), "team": set(), "organization": set(), "record": set()}
    for told in kept:
        for key, pair in told.diff.items():
            widget = _columns().get(told.table, {}).get(key, NO_COLUMN).info.get("widget", "")
            if widget in ids:
                ids[widget] |= {i for i in pair if isinstance(i, int)}
    records = ids["organization"] | ids["record"]
    named = _asked(sa.select(Record.id, Record.label).where(Record.id.in_(records), visible(actor)), records)
    return {
        "user": _asked(sa.select(User.id, User.name).where(User.id.in_(ids["user"])), ids["user"]),
        "team": _asked(sa.select(Team.id, Team.name).where(Team.id.in_(ids["team"])), ids["team"]),
        "organization": named,
        "record": named,
    }


def _asked(asked: sa.Select[int, str], ids: Collection[int]) -> dict[int, str]:
    return dict(db.session.execute(asked).all()) if ids else {}


def _step(table: str, key: str, pair: list[Any], names: dict[str, dict[int, str]]) -> Step:
    column = _columns()[table][key]
    old, new = (_said(value, column, names) for value in pair)
    return Step(str(column.info["label"]), old, new)


def _said(value: Any, column: sa.Column[Any], names: dict[str, dict[int, str]]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    known = names.get(column.info.get("widget", ""))
    if known is not None:
        return known.get(value, _("hidden"))
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        words = {word.value: str(word) for word in column.type.enum_class}
        return words.get(value, str(value))
    if isinstance(column.type, sa.Date):
        return formats.day(date.fromisoformat(value), full=True)
    offer = WIDGETS.get(column.info.get("widget", ""))
    return offer.write(str(value)) if offer else str(value)


NO_COLUMN: sa.Column[Any] = sa.Column("none")


@cache
def _keys() -> dict[str, tuple[tuple[str, sa.ColumnElement[Any]], ...]]:
    """The keys of links, in the order in which history writes them."""
    return {
        str(mapper.local_table.name): tuple(  # type: ignore[attr-defined]
            (mapper.get_property_by_column(column).key, column) for column in mapper.primary_key
        )
        for mapper in Base.registry.mappers
        if len(mapper.primary_key) > 1
    }


@cache
def _columns() -> dict[str, dict[str, sa.Column[Any]]]:
    """The columns with a label by table and attribute; a record's own stand under the table of its kind."""
    return {
        str(mapper.local_table.name): {  # type: ignore[attr-defined]
            prop.key: column
            for prop in mapper.column_attrs
            for column in prop.columns
            if isinstance(column, sa.Column) and "label" in column.info
        }
        for mapper in Base.registry.mappers
    }
