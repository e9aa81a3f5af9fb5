"""Plans of follow-ups: each row adds one, about the records it names, for its counselor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.texts import split_entries
from crm.core.words import _
from crm.followups.enums import FollowUpSide, FollowUpState
from crm.imports.policy import LineOutcome, RowChoice
from crm.imports.readers.followups import ParsedFollowUp

from .identifiers import UidIndex, collect_uids, decide_by_row
from .line import ImportLine, ImportOptions, problems_to_json
from .lookups import ImportUser, ReferenceLookup, find_enum_member
from .resolve import NameResolver, ResolvedRecord
from .users import choose_user

STATE_ALIASES = (
    *((text, FollowUpState.open) for text in ("not started", "in progress", "pending", "未开始", "进行中")),
    ("completed", FollowUpState.done),
    ("complete", FollowUpState.done),
    ("closed", FollowUpState.done),
    ("已完成", FollowUpState.done),
    ("完成", FollowUpState.done),
    ("cancelled", FollowUpState.canceled),
    ("已取消", FollowUpState.canceled),
    ("取消", FollowUpState.canceled),
)


@dataclass
class PlannedFollowUp:
    """The columns of a new follow-up and the records it is about."""

    uid: str
    values: dict[str, Any]
    team_id: int | None
    about: tuple[ResolvedRecord, ...]


def plan_followups(actor: Actor, rows: Sequence[ParsedFollowUp], options: ImportOptions) -> list[ImportLine]:
    """Return one line per row, in order. A row with the identifier of an existing record changes nothing."""
    lists, ids, resolver = ReferenceLookup(), UidIndex(actor, "followup", collect_uids(rows)), NameResolver(actor)
    resolver.load(text for row in rows for text in split_entries(row.about))
    resolver.load(row.about for row in rows)
    return [_line(actor, row, options, lists, ids, resolver) for row in rows]


def _line(
    actor: Actor,
    row: ParsedFollowUp,
    options: ImportOptions,
    lists: ReferenceLookup,
    ids: UidIndex,
    resolver: NameResolver,
) -> ImportLine:
    line = ImportLine(row.line, LineOutcome.new, row.title, "", row.about, problems=problems_to_json(row.problems))
    state = find_enum_member(FollowUpState, row.state, STATE_ALIASES)
    is_closed = state in (FollowUpState.done, FollowUpState.canceled)
    if is_closed and options.choices.get(row.line) != RowChoice.new.value and not ids.match(row.uid):
        line.outcome, line.reason = LineOutcome.skipped, _("Done or canceled. Only open follow-ups are imported.")
        return line
    if decide_by_row(line, row, options, ids):
        return line
    if row.state and state is None:
        line.note(_("“%(value)s” isn't a status. The follow-up is imported as open.", value=row.state[:40]))
    about = _resolve_records(line, row.about, resolver)
    counselor = _counselor(actor, line, row, lists, about, _confidential_ids(actor, line, about, resolver))
    if line.outcome is not LineOutcome.error and counselor is not None:
        day = formats.day(row.due_on) if row.due_on else ""
        line.reason = _("New, due %(day)s, assigned to %(name)s", day=day, name=counselor.name)
        line.data = _to_write(actor, row, options, counselor, about, ids)
        team_id = line.data.team_id
        has_team = team_id is not None and (counselor.id == actor.id or counselor.sees_team(team_id))
        if not has_team and not actor.is_system:
            line.refuse(_("%(name)s isn't on a team. Choose a user who is.", name=counselor.name))
    return line


def _confidential_ids(
    actor: Actor, line: ImportLine, about: Iterable[ResolvedRecord], resolver: NameResolver
) -> set[int]:
    """Return the confidential records among these, also where people among them work. Refuse those of several teams."""
    ids = {record.id for record in about if record.confidential}
    if actor.is_system:
        return ids
    for record in about:
        ids |= resolver.confidential_employer_ids.get(record.id, set())
    teams = sa.select(Record.team_id).where(Record.id.in_(ids)).distinct()
    if len(ids) > 1 and len(db.session.scalars(teams).all()) > 1:
        line.refuse(_("These records are confidential in different teams. Use a separate entry for each."), "about")
    return ids


def _counselor(
    actor: Actor,
    line: ImportLine,
    row: ParsedFollowUp,
    lists: ReferenceLookup,
    about: Iterable[ResolvedRecord],
    confidential_ids: Collection[int],
) -> ImportUser | None:
    if row.counselor:
        team_id = next((record.team_id for record in about if record.team_id is not None), None)
        user, problem = choose_user(actor, lists, row.counselor, team_id, confidential_ids, allows_actor=True)
        if problem:
            line.refuse(problem, "counselor")
        return user
    if actor.id is None:
        line.refuse(_("Enter the counselor's email address."), "counselor")
        return None
    return ImportUser(actor.id, actor.name, actor.zone, tuple(sorted(actor.team_ids, key=actor.first_team_id.__ne__)))


def _resolve_records(line: ImportLine, text: str, resolver: NameResolver) -> tuple[ResolvedRecord, ...]:
    if not text:
        return ()
    parts = [text] if resolver.get(text) else split_entries(text)
    linked: list[ResolvedRecord] = []
    for part in parts:
        records = resolver.get(part)
        if len(records) == 1:
            linked.append(records[0])
        elif records:
            line.refuse(
                _("Enter the identifier. %(n)s records are named “%(name)s”.", n=len(records), name=part), "about"
            )
        else:
            line.refuse(_("No record named “%(name)s”. Check the spelling.", name=part[:80]), "about")
    return tuple(dict.fromkeys(linked))


def _to_write(
    actor: Actor,
    row: ParsedFollowUp,
    options: ImportOptions,
    counselor: ImportUser,
    about: tuple[ResolvedRecord, ...],
    ids: UidIndex,
) -> PlannedFollowUp:
    zone = row.zone or counselor.zone
    wall = datetime.combine(row.due_on, row.at) if row.due_on and row.at else None
    team_id = next((f.team_id for f in about if f.team_id is not None), None)
    if team_id is None:
        first = actor.first_team_id if counselor.id == actor.id else next(iter(counselor.team_ids), None)
        team_id = first or (options.team_id if actor.sees_all_teams else None)
    values = {
        "title": row.title,
        "note": row.note or None,
        "side": FollowUpSide.from_code(row.side) if row.side else FollowUpSide.we,
        "due_on": row.due_on,
        "due_wall": wall,
        "zone": zone,
        "counselor_id": counselor.id,
        "due_at": calendars.resolve_local(wall.date(), wall.time(), zone) if wall else None,
    }
    return PlannedFollowUp(ids.new_uid_for(row.uid), values, team_id, about)
