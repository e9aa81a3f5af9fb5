"""Single interactions, and rows with their children in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, fetch
from crm.core.data.identity import User
from crm.core.data.record import Record, find_visible, get_visible, visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.followups.queries import from_source
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionLink,
    InteractionParty,
    InteractionSent,
    InteractionStaff,
    InteractionTime,
)
from crm.people.models import Person
from crm.records.queries import files_of
from crm.reference.models import Funder

from .rows import InteractionClientRow, InteractionContents, InteractionPartyRow, InteractionRow, LinkedRecord


def visible_to(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    return sa.select(Interaction).where(visible(viewer, Interaction))


def get_interaction(actor: Actor, interaction_id: int, right: str | None = None) -> Interaction:
    """Return one interaction. Raises NotFound, Forbidden."""
    return get_visible(Interaction, actor, interaction_id, right)


COLUMNS: tuple[Any, ...] = (
    Interaction.id,
    Interaction.version,
    Interaction.state,
    Interaction.type,
    Interaction.reached,
    Interaction.at,
    Interaction.wall,
    Interaction.time_known,
    Interaction.zone,
    Interaction.minutes,
    Interaction.place,
    Interaction.subject,
    Interaction.notes,
    Interaction.english_line,
    Interaction.counselor_id,
    Interaction.confidential,
)
IDS: Any = sa.bindparam("ids", expanding=True)
STAFF = (
    sa.select(InteractionStaff.interaction_id, User.id, User.name)
    .join(User, User.id == InteractionStaff.user_id)
    .where(InteractionStaff.interaction_id.in_(IDS))
    .order_by(InteractionStaff.interaction_id, User.name)
)
SENT = (
    sa.select(InteractionSent.kind, InteractionSent.description)
    .where(InteractionSent.interaction_id == sa.bindparam("interaction"))
    .order_by(InteractionSent.id)
)


def load_interaction_rows(actor: Actor, rows: Sequence[Any]) -> list[InteractionRow]:
    """Complete rows of COLUMNS and `is_fact` with their children, in one more statement for any number of rows."""
    visible_ids = [row.id for row in rows if not row.is_fact]
    staff, parties, clients, about, files = run_together(
        partial(staff_of, [row.id for row in rows]),
        partial(parties_of, actor, visible_ids),
        partial(clients_of, actor, visible_ids),
        partial(about_of, actor, visible_ids),
        partial(files_of, visible_ids),
    )
    return [_build_row(row, staff, parties, clients, about, {i: len(f) for i, f in files.items()}) for row in rows]


def _build_row(row: Any, staff: Any, parties: Any, clients: Any, about: Any, files: Any) -> InteractionRow:
    values: dict[str, Any] = row._asdict()
    values |= {k: values[k] or "" for k in ("place", "subject", "notes", "english_line")}
    names = tuple(name for _id, name in staff[row.id])
    if row.is_fact:
        hidden_columns = {"place": "", "subject": "", "notes": "", "english_line": "", "minutes": None, "reached": None}
        return InteractionRow(**values | hidden_columns, staff=names)
    i = row.id
    children: dict[str, Any] = {"parties": tuple(parties[i]), "clients": tuple(clients[i]), "about": tuple(about[i])}
    return InteractionRow(**values, staff=names, files=files.get(i, 0), **children)


def parties_of(actor: Actor, ids: Collection[int]) -> dict[int, list[InteractionPartyRow]]:
    """Return the parties by interaction id, in the order of the form, without people hidden from the actor."""
    return _group_rows(_parties_of(actor, ids=list(ids)) if ids else (), InteractionPartyRow)


@cached_query
def _parties_of(profile: AccessProfile) -> Select:
    # Plain tables: an outer join to a class of two tables is a subquery that SQLite materializes for each page.
    person_record, organization = alias(Record, "party_person"), alias(Record, "party_organization")
    p, person_table = InteractionParty, Person.__table__
    return (
        sa.select(
            p.interaction_id,
            p.person_id,
            sa.func.coalesce(person_record.label, p.label, ""),
            sa.func.coalesce(person_record.native_label, ""),
            organization.id,
            sa.func.coalesce(organization.label, ""),
            sa.func.coalesce(organization.native_label, ""),
            p.count,
            p.side,
            person_table.c.zone,
        )
        .select_from(p)
        .outerjoin(person_record, sa.and_(person_record.id == p.person_id, visible(profile, person_record)))
        .outerjoin(person_table, person_table.c.id == person_record.id)
        .outerjoin(organization, sa.and_(organization.id == p.organization_id, visible(profile, organization)))
        .where(p.interaction_id.in_(IDS), sa.or_(p.person_id.is_(None), person_record.id.is_not(None)))
        .order_by(p.interaction_id, p.id)
    )


def staff_of(ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Return id and name of the staff by interaction id."""
    return _group_rows(fetch(STAFF, {"ids": list(ids)}) if ids else (), lambda *row: row)


def clients_of(actor: Actor, ids: Collection[int]) -> dict[int, list[InteractionClientRow]]:
    """Return the clients by interaction id with the minutes per user (the longest if they differ)."""
    return _group_rows(_clients_of(actor, ids=list(ids)) if ids else (), InteractionClientRow)


@cached_query
def _clients_of(profile: AccessProfile) -> Select:
    organization, c, t = alias(Record, "client_organization"), InteractionClient, InteractionTime
    longest = [sa.func.coalesce(sa.func.max(x), 0) for x in (t.contact, t.prep, t.travel)]
    funder = (
        (sa.literal(None, sa.Integer), sa.literal(""))
        if profile.hides_money
        else (c.funder_id, sa.func.coalesce(Funder.name, ""))
    )
    return (
        sa.select(
            c.interaction_id,
            c.client_id,
            organization.label,
            organization.native_label,
            *longest,
            *funder,
            c.session_type,
            c.countable,
        )
        .select_from(c)
        .join(organization, organization.id == c.client_id)
        .outerjoin(Funder, Funder.id == c.funder_id)
        .outerjoin(t, sa.and_(t.interaction_id == c.interaction_id, t.client_id == c.client_id))
        .where(c.interaction_id.in_(IDS), visible(profile, organization))
        .group_by(
            c.interaction_id,
            c.client_id,
            organization.label,
            organization.native_label,
            c.funder_id,
            Funder.name,
            c.session_type,
            c.countable,
        )
        .order_by(c.interaction_id, organization.label)
    )


def about_of(actor: Actor, ids: Collection[int]) -> dict[int, list[LinkedRecord]]:
    """Return the stated related records by interaction id: projects, opportunities, shows and others."""
    return _group_rows(_about_of(actor, ids=list(ids)) if ids else (), LinkedRecord)


@cached_query
def _about_of(profile: AccessProfile) -> Select:
    return (
        sa.select(InteractionLink.interaction_id, Record.id, Record.kind, Record.label, Record.native_label)
        .join(Record, Record.id == InteractionLink.record_id)
        .where(InteractionLink.interaction_id.in_(IDS), InteractionLink.stated, visible(profile))
        .order_by(InteractionLink.interaction_id, Record.kind, Record.id)
    )


def _group_rows(rows: Sequence[Any], make: Any) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for interaction_id, *rest in rows:
        groups[interaction_id].append(make(*rest))
    return groups


def load_details(actor: Actor, row: Interaction) -> InteractionContents:
    """Return the contents of an interaction that the actor may open."""
    moved = find_visible(actor, row.rescheduled_to_id)
    parties, staff, clients, about, sent, files, follow_ups = run_together(
        partial(parties_of, actor, [row.id]),
        partial(staff_of, [row.id]),
        partial(clients_of, actor, [row.id]),
        partial(about_of, actor, [row.id]),
        partial(fetch, SENT, {"interaction": row.id}),
        partial(files_of, [row.id]),
        partial(from_source, actor, row.id),
    )
    return InteractionContents(
        parties=tuple(parties[row.id]),
        staff=tuple(staff[row.id]),
        clients=tuple(clients[row.id]),
        about=tuple(about[row.id]),
        sent=tuple((kind, text) for kind, text in sent),
        files=tuple(files[row.id]),
        follow_ups=tuple(follow_ups),
        moved_to_id=moved.id if moved else None,
    )


def load_staff_names(interaction_id: int) -> dict[int, str]:
    """Return the names of the users who took part by id, also of those who were deactivated since."""
    return {user_id: name for _id, user_id, name in fetch(STAFF, {"ids": [interaction_id]})}
