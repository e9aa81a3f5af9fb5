"""Plans of follow-ups: each row adds one, about the records it names, for its counselor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core.data.base import db
from crm.core.data.identity import User, actor_of
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.texts import split_entries
from crm.core.words import _
from crm.followups.enums import FollowUpState, Side
from crm.imports.policy import LineOutcome, RowChoice
from crm.imports.readers.followups import ParsedFollowUp

from .identifiers import UidIndex, collect_uids, decide_by_row
from .line import ImportLine, ImportOptions, problems_to_json
from .lookups import ImportUser, ReferenceLookup, find_enum_member
from .resolve import NameResolver, ResolvedRecord

STATE_ALIASES = (
    ("completed", FollowUpState.done),
    ("complete", FollowUpState.done),
    ("closed", FollowUpState.done),
    ("已完成", FollowUpState.done),
    ("完成", FollowUpState.done),
    ("cancelled", FollowUpState.dropped),
    ("已取消", FollowUpState.dropped),
    ("取消", FollowUpState.dropped),
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
    is_closed = state in (FollowUpState.done, FollowUpState.dropped)
    if is_closed and options.choices.get(row.line) != RowChoice.new.value and not ids.match(row.uid):
        line.outcome, line.reason = LineOutcome.left, _("Done or canceled. Only open follow-ups are imported.")
        return line
    if decide_by_row(line, row, options, ids):
        return line
    counselor = _counselor(actor, line, row, lists)
    about = _resolve_records(line, row.about, resolver)
    if line.outcome is not LineOutcome.refused and counselor is not None:
        line.data = _to_write(actor, row, options, counselor, about, ids)
        _check_access(actor, line, counselor, resolver)
    return line


def _check_access(actor: Actor, line: ImportLine, counselor: ImportUser, resolver: NameResolver) -> None:
    """Set the reason, and refuse a counselor without a team or who can't see the records."""
    line.reason = _("New, assigned to %(name)s", name=counselor.name)
    if line.data.team_id is None and not actor.is_system:
        line.refuse(_("%(name)s isn't on a team. Choose a user who is.", name=counselor.name))
    elif counselor.id != actor.id and not actor.is_system and not counselor.sees_team(line.data.team_id):
        why = _("%(name)s isn't on this record's team. Choose a user who is.", name=counselor.name)
        line.refuse(why, "counselor")
    elif not actor.is_system:
        _check_confidential(actor, line, counselor, resolver)


def _check_confidential(actor: Actor, line: ImportLine, counselor: ImportUser, resolver: NameResolver) -> None:
    """Refuse confidential records of several teams, also where people among the records work, or hidden ones."""
    ids = {record.id for record in line.data.about if record.confidential}
    for record in line.data.about:
        ids |= resolver.confidential_employer_ids.get(record.id, set())
    if not ids:
        return
    viewer = actor_of(db.session.get_one(User, counselor.id), list(counselor.team_ids))
    rows = db.session.execute(sa.select(Record.team_id, visible(viewer)).where(Record.id.in_(ids))).all()
    if len({team_id for team_id, _is_visible in rows}) > 1:
        line.refuse(_("These records are confidential in different teams. Use a separate entry for each."), "about")
    elif counselor.id != actor.id and not all(is_visible for _team_id, is_visible in rows):
        why = _("%(name)s doesn't have access to this confidential record.", name=counselor.name)
        line.refuse(why, "counselor")


def _counselor(actor: Actor, line: ImportLine, row: ParsedFollowUp, lists: ReferenceLookup) -> ImportUser | None:
    if row.counselor:
        user = lists.find_user(row.counselor)
        if user is None:
            line.refuse(_("“%(name)s” isn't a user. Check the spelling.", name=row.counselor[:60]), "counselor")
        elif not user.active:
            line.refuse(_("%(name)s is deactivated. Choose an active user.", name=user.name), "counselor")
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
        "side": Side.from_code(row.side) if row.side else Side.we,
        "due_on": row.due_on,
        "due_wall": wall,
        "zone": zone,
        "counselor_id": counselor.id,
        "due_at": calendars.resolve_local(wall.date(), wall.time(), zone) if wall else None,
    }
    return PlannedFollowUp(ids.new_uid_for(row.uid), values, team_id, about)
