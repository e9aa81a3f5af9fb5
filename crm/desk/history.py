"""History in words: labels of the columns and of codes, names for ids; what the reader may not see is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Base, db
from crm.core.data.history import Change, Via
from crm.core.data.identity import Team, User
from crm.core.data.record import Record, visible
from crm.core.forms.choices import WIDGETS
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import Lazy, _, _l
from crm.followups.models import FollowUpAbout
from crm.interactions.models import InteractionClient, InteractionParty, InteractionTime
from crm.organizations.models import Ownership
from crm.people.models import Affiliation, Relation
from crm.products.models import RepresentationProduct
from crm.projects.models import ProjectParty
from crm.reference.models import LostReason
from crm.shows.models import ShowGoing, ShowMeeting

MONEY = frozenset({"ownership", "dated_fact", "parent_share", "funder_id"})
"""Tables and columns that stay hidden from the China desk."""
MAX_CHANGES = 200
THINGS: dict[str, Lazy] = {
    "affiliation": _l("Works at"),
    "alias": _l("Other name"),
    "attachment": _l("File"),
    "client": _l("Client details"),
    "client_agreement": _l("Agreement"),
    "contact_point": _l("Email or phone"),
    "dated_fact": _l("Figure"),
    "organization_role": _l("Type"),
    "organization_sector": _l("Line of business"),
    "ownership": _l("Owner"),
    "post": _l("U.S. post details"),
    "post_holder": _l("Role holder"),
    "post_role": _l("Role at this post"),
    "prime": _l("Prime contractor details"),
    "record_reader": _l("Reader"),
    "record_tag": _l("Tag"),
    "relation": _l("Relationship"),
    "representation_product": _l("Product represented"),
    "cadence": _l("Keep in touch"),
    "evidence": _l("Requirement marked complete"),
    "followup_about": _l("About"),
    "interaction_client": _l("Client"),
    "interaction_party": _l("With"),
    "interaction_sent": _l("Items sent"),
    "interaction_staff": _l("Our staff"),
    "interaction_time": _l("Minutes"),
    "project_party": _l("Party"),
    "project_sector": _l("Line of business"),
    "show_going": _l("Participants"),
    "show_meeting": _l("Meeting"),
}
"""What a row is called that hangs on a record."""
SEPARATE_TABLES: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "affiliation": (Affiliation, ("organization_id",)),
    "relation": (Relation, ("other_id", "team_id")),
    "interaction_client": (InteractionClient, ("client_id",)),
    "interaction_time": (InteractionTime, ("client_id",)),
    "interaction_party": (InteractionParty, ("person_id", "organization_id")),
    "project_party": (ProjectParty, ("organization_id", "person_id")),
    "followup_about": (FollowUpAbout, ("record_id",)),
    "ownership": (Ownership, ("owner_id",)),
    "representation_product": (RepresentationProduct, ("product_id",)),
    "show_going": (ShowGoing, ("record_id",)),
    "show_meeting": (ShowMeeting, ("team_id", "client_id", "host_id")),
}
"""Rows told only to who may know of the record they name, or is in their team; by table their model and columns."""
MAY_BE_EMPTY = frozenset({"team_id", "person_id", "organization_id", "owner_id", "record_id", "client_id", "host_id"})


class FieldChange(NamedTuple):
    """One changed value."""

    label: str
    old: str
    new: str


class HistoryEntry(NamedTuple):
    """One change of one row; `thing` is empty where the row is the record itself."""

    at: datetime
    who: str | None
    via: Via
    what: str
    thing: str
    steps: list[FieldChange]


class LoggedChange(NamedTuple):
    """A change as it is kept."""

    at: datetime
    who: str | None
    via: Via
    what: str
    table: str
    row_id: str
    diff: dict[str, list[Any]]


def changes_of(actor: Actor, record: Record) -> list[HistoryEntry]:
    """The newest 200 changes of a record and what hangs on it."""
    stmt = (
        sa.select(Change.at, User.name, Change.via, Change.what, Change.table, Change.row_id, Change.diff)
        .outerjoin(User, User.id == Change.actor_id)
        .where(Change.root_id == record.id)
        .order_by(Change.id.desc())
        .limit(MAX_CHANGES)
    )
    kept = [_with_key(LoggedChange._make(row)) for row in db.session.execute(stmt)]
    kept = [t for t in kept if not (actor.hides_money and t.table in MONEY)]
    kept = _seen(actor, kept)
    names = _names(actor, kept)
    found = []
    for told in kept:
        steps = [
            _step(told.table, key, pair, names)
            for key, pair in told.diff.items()
            if _is_told(actor, told.table, key) and not _names_hidden(told.table, key, pair, names)
        ]
        if steps or told.what != "changed":
            thing = str(THINGS.get(told.table, ""))
            found.append(HistoryEntry(told.at, told.who, told.via, told.what, thing, steps))
    return found


def _with_key(told: LoggedChange) -> LoggedChange:
    """With what a link names, which stands in its key and not in its difference."""
    named = {
        key: [None, int(value)] if told.what == "created" else [int(value), None]
        for (key, column), value in zip(_keys().get(told.table, ()), told.row_id.split("/"), strict=False)
        if "label" in column.info and told.what != "changed"
    }
    return told._replace(diff=told.diff | named) if named else told


def _is_told(actor: Actor, table: str, key: str) -> bool:
    return key in _columns().get(table, {}) and not (actor.hides_money and key in MONEY)


def _names_hidden(table: str, key: str, pair: list[Any], names: dict[str, dict[int, str]]) -> bool:
    """Whether a value names a record that the reader may not see: not even that there is one is told."""
    widget = _columns()[table][key].info.get("widget", "")
    return widget in ("organization", "record") and any(i is not None and i not in names[widget] for i in pair)


def _seen(actor: Actor, kept: list[LoggedChange]) -> list[LoggedChange]:
    """Without what hangs on the record and names another that the reader may not know of, or is another team's."""
    facts = {table: _facts(kept, table, cls, names) for table, (cls, names) in SEPARATE_TABLES.items()}
    named = (pair for rows in facts.values() for row in rows.values() for pair in row.items())
    ids = {value for name, value in named if value is not None and name != "team_id"}
    stmt = sa.select(Record.id).where(Record.id.in_(ids), visible(actor)) if ids else None
    known = set(db.session.scalars(stmt)) if stmt is not None else set()

    def may_know(name: str, value: int | None) -> bool:
        if value is None:
            return name in MAY_BE_EMPTY
        return value in known if name != "team_id" else actor.sees_all_teams or value in actor.team_ids

    return [
        told for told in kept if all(may_know(*pair) for pair in facts.get(told.table, {}).get(told.row_id, {}).items())
    ]


def _facts(
    kept: Iterable[LoggedChange], table: str, cls: type[Base], names: Collection[str]
) -> dict[str, dict[str, int | None]]:
    """By row: these columns as they are now, or as they were when the row was made or removed."""
    rows = [told for told in kept if told.table == table]
    found: dict[str, dict[str, int | None]] = {told.row_id: dict.fromkeys(names) for told in rows}
    keys = [key for key, _column in _keys().get(table, ())]
    for told in rows:
        if keys:
            found[told.row_id] = {name: int(told.row_id.split("/")[keys.index(name)]) for name in names}
        elif told.what != "changed":
            pairs = {name: told.diff.get(name, [None, None]) for name in names}
            found[told.row_id] = {name: new if new is not None else old for name, (old, new) in pairs.items()}
    if found and not keys:
        id_of: Any = cls.id  # type: ignore[attr-defined]
        stmt = sa.select(id_of, *(getattr(cls, name) for name in names)).where(id_of.in_([int(i) for i in found]))
        found |= {str(row[0]): dict(zip(names, row[1:], strict=True)) for row in db.session.execute(stmt)}
    return found


def _names(actor: Actor, kept: Iterable[LoggedChange]) -> dict[str, dict[int, str]]:
    """By kind of name: id -> name, of users, teams and the records the reader may know of."""
    ids: dict[str, set[int]] = {name: set() for name in ("user", "team", "organization", "record", "lost_reason")}
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
        "lost_reason": _asked(sa.select(LostReason.id, LostReason.name), ids["lost_reason"]),
    }


def _asked(stmt: sa.Select[int, str], ids: Collection[int]) -> dict[int, str]:
    return dict(db.session.execute(stmt).all()) if ids else {}


def _step(table: str, key: str, pair: list[Any], names: dict[str, dict[int, str]]) -> FieldChange:
    column = _columns()[table][key]
    old, new = (_said(value, column, names) for value in pair)
    return FieldChange(str(column.info["label"]), old, new)


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
