"""The record that a merge will save, as its reader may see it: names, combined rows, and what moves to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.words import Lazy, _, _l
from crm.organizations.models import Alias, OrganizationRoleLink, OrganizationSector
from crm.people.derived import full_name_of
from crm.people.models import Person
from crm.people.queries import load_affiliations, may_see_contact_details
from crm.records.models import Attachment, ContactPoint, OtherName, RecordTag, Tag
from crm.reference.models import Sector

from .fields import MODELS, find_part, list_groups, write_values
from .queries import MergePlan
from .references import Reference, list_references, load_rows
from .rules import MergeAction
from .sorting import sort_rows
from .teams import find_merged_team

KIND_LABELS: dict[str, Lazy] = {
    "interaction": _l("Interactions"),
    "followup": _l("Follow-ups"),
    "opportunity": _l("Opportunities"),
    "person": _l("People"),
    "organization": _l("Organizations"),
    "representation": _l("China reps"),
    "product": _l("Products"),
    "project": _l("Projects"),
    "need": _l("Needs"),
    "show": _l("Shows"),
    "milestone": _l("Milestones"),
}


class CombinedValues(NamedTuple):
    """Values of the survivor, and further ones of the duplicate."""

    label: str
    existing: list[str]
    added: list[str]


class Preview(NamedTuple):
    """What a merge will save: names, values of fields by label, and rows of both records.

    `moves` are numbers of records that then refer to the survivor. `note` tells if its team changes.
    """

    name: str
    native_name: str
    note: str
    facts: list[tuple[str, str]]
    combined: list[CombinedValues]
    moves: list[tuple[str, int]]


def build_preview(actor: Actor, plan: MergePlan) -> Preview:
    """Return the record that a merge will save."""
    name, native_name = _names(plan)
    combined = [_combine(actor, plan, reference) for reference in list_references(plan.survivor.kind)]
    return Preview(
        name=name,
        native_name=native_name,
        note=_write_note(plan),
        facts=_write_facts(actor, plan),
        combined=[row for row in combined if row is not None],
        moves=_count_moves(actor, plan),
    )


def _write_note(plan: MergePlan) -> str:
    """Return who will see the record, if that changes for one of the two; else an empty text."""
    team_id = find_merged_team(plan.survivor, plan.duplicate)
    if {plan.survivor.team_id, plan.duplicate.team_id} == {team_id}:
        return ""
    if team_id is None:
        return _("All teams will see this record.")
    team = db.session.get_one(Team, team_id).name
    return _("Only team %(team)s will see this record. Other teams lose access.", team=team)


def _write_facts(actor: Actor, plan: MergePlan) -> list[tuple[str, str]]:
    """Return the values that the fields of the record will have, without blank ones."""
    chosen = {choice.group.key: choice for choice in plan.choices}
    facts = []
    for group in list_groups(plan.survivor.kind):
        choice = chosen.get(group.key)
        row = find_part(plan.survivor, group) or find_part(plan.duplicate, group)
        text = choice.text if choice else ""
        if choice is None and row is not None:
            text = write_values(actor, row, group)
        if text:
            facts.append((str(group.label), text))
    return facts


def _names(plan: MergePlan) -> tuple[str, str]:
    """Return the names that the record will have."""
    survivor, values = plan.survivor, plan.values(None)
    cls = MODELS[survivor.kind]
    merged: dict[str, Any] = {name: values.get(name, getattr(survivor, name)) for name in _column_names(cls)}
    if issubclass(cls, Person):
        full_name = full_name_of(cls(**merged))
        return full_name.latin or full_name.native or "", full_name.native or "" if full_name.latin else ""
    return merged.get("name") or merged.get("title") or "", merged.get("native_name") or ""


def _column_names(cls: type[Record]) -> list[str]:
    return [column.key for column in cls.__table__.c if column.key != "id"]


def _combine(actor: Actor, plan: MergePlan, reference: Reference) -> CombinedValues | None:
    """Return the rows of both records in a table that is shown as a list of texts; None if nothing is added."""
    if reference.name not in LISTS:
        return None
    label, write = LISTS[reference.name]
    if reference.mapper.class_ is ContactPoint and not _may_see_points(actor, plan):
        return None
    existing, incoming = (load_rows(reference, record.id) for record in (plan.survivor, plan.duplicate))
    moving = sort_rows(reference.rule, reference.attribute, existing, incoming).moving
    texts = write(actor, [*existing, *moving])
    added = [texts[row] for row in moving if row in texts]
    return CombinedValues(str(label), [texts[row] for row in existing if row in texts], added) if added else None


def _may_see_points(actor: Actor, plan: MergePlan) -> bool:
    return all(
        not isinstance(record, Person) or may_see_contact_details(actor, record)
        for record in (plan.survivor, plan.duplicate)
    )


Texts = dict[Any, str]


def _write_attribute(name: str) -> Callable[[Actor, Iterable[Any]], Texts]:
    return lambda _actor, rows: {row: str(getattr(row, name)) for row in rows}


def _write_name_of(cls: Any, name: str) -> Callable[[Actor, Iterable[Any]], Texts]:
    def write(_actor: Actor, rows: Iterable[Any]) -> Texts:
        ids = {row: getattr(row, name) for row in rows}
        names: dict[int, str] = dict(
            db.session.execute(sa.select(cls.id, cls.name).where(cls.id.in_(ids.values()))).all()
        )
        return {row: names[i] for row, i in ids.items()}

    return write


def _write_positions(actor: Actor, rows: Iterable[Any]) -> Texts:
    """Return the positions at organizations that the actor may see."""
    rows = list(rows)
    by_person = load_affiliations(actor, {row.person_id for row in rows})
    visible_rows = {one.id: one for positions in by_person.values() for one in positions}
    return {
        row: ", ".join(filter(None, (row.title or row.native_title, one.organization)))
        for row in rows
        if (one := visible_rows.get(row.id)) is not None
    }


LISTS: dict[str, tuple[Lazy, Callable[[Actor, Iterable[Any]], Texts]]] = {
    "contact_point.record_id": (_l("Email and phone"), _write_attribute(ContactPoint.raw.key)),
    "alias.organization_id": (_l("Other names"), _write_attribute(Alias.name.key)),
    "other_name.record_id": (_l("Other names"), _write_attribute(OtherName.name.key)),
    "affiliation.person_id": (_l("Positions"), _write_positions),
    "organization_role.organization_id": (_l("Roles"), _write_attribute(OrganizationRoleLink.role.key)),
    "organization_sector.organization_id": (_l("Sectors"), _write_name_of(Sector, OrganizationSector.sector_id.key)),
    "record_tag.record_id": (_l("Tags"), _write_name_of(Tag, RecordTag.tag_id.key)),
    "attachment.record_id": (_l("Files"), _write_attribute(Attachment.name.key)),
}
"""The rows that are shown one by one, by reference."""


def _count_moves(actor: Actor, plan: MergePlan) -> list[tuple[str, int]]:
    """Return how many records of each kind will refer to the survivor; only those the actor may see."""
    selects = (_select_roots(reference, plan) for reference in list_references(plan.survivor.kind))
    ids = sa.union(*(one for one in selects if one is not None)).subquery()
    stmt = sa.select(Record.kind, sa.func.count()).where(Record.id.in_(sa.select(ids.c[0])), visible(actor))
    own_ids = (plan.survivor.id, plan.duplicate.id)
    counts: dict[str, int] = dict(db.session.execute(stmt.where(Record.id.not_in(own_ids)).group_by(Record.kind)).all())
    return [(str(label), counts[kind]) for kind, label in KIND_LABELS.items() if kind in counts]


def _select_roots(reference: Reference, plan: MergePlan) -> sa.Select[Any] | None:
    """Select the records whose rows refer to the duplicate."""
    cls = reference.mapper.class_
    root = getattr(cls, "audit_root", None)
    if reference.rule.how is not MergeAction.move or not root or reference.name == "record.merged_into_id":
        return None
    return sa.select(getattr(cls, root)).where(reference.column == plan.duplicate.id)
