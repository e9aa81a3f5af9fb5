"""Plans of rows that are read by the columns of a model: each row adds a record, with the records that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.record import Record, visible
from crm.core.policy import Actor, Role
from crm.core.words import _
from crm.imports.policy import ImportKind, LineOutcome
from crm.imports.readers.records import ParsedRecord
from crm.imports.record_kinds import RecordKind, RecordLink
from crm.opportunities.policy import OpportunityStage, probability
from crm.opportunities.queries import default_counselor
from crm.opportunities.rates import find_stage_percents
from crm.organizations.models import OrganizationRoleLink
from crm.organizations.policy import NAICS, OrganizationRole
from crm.products.policy import HS6, eccn_problem

from .identifiers import UidIndex, decide_by_row
from .line import ImportLine, ImportOptions, RecordMatch, problems_to_json
from .lookups import ReferenceLookup
from .resolve import NameResolver
from .users import choose_user, left_blank


@dataclass
class PlannedRecord:
    """The identifier and the columns of a new record."""

    uid: str
    values: dict[str, Any]


def plan_records(
    spec: RecordKind, actor: Actor, rows: Sequence[ParsedRecord], options: ImportOptions
) -> list[ImportLine]:
    """Return one line per row, in order. A row whose identifier or key columns exist changes nothing."""
    ids = UidIndex(actor, str(spec.entity.__mapper__.polymorphic_identity), [row.uid for row in rows])
    resolvers = {link.column: NameResolver(actor, link.kinds) for link in spec.links}
    for column, resolver in resolvers.items():
        resolver.load(row.links.get(column, "") for row in rows)
    lines = [_line(spec, row, options, ids, resolvers) for row in rows]
    if spec.kind is ImportKind.opportunities:
        _find_users(actor, spec, rows, lines, resolvers)
        _drop_default_probabilities(actor, rows, lines, resolvers["client_id"])
    _find_sectors(rows, lines)
    _check_clients(spec, lines)
    _mark_existing(spec, actor, lines)
    return lines


def _line(
    spec: RecordKind, row: ParsedRecord, options: ImportOptions, ids: UidIndex, resolvers: dict[str, NameResolver]
) -> ImportLine:
    values = dict(row.values)
    label = values.get("name") or values.get("title") or " / ".join(row.links.values())
    native = values.get("native_name") or values.get("native_title") or ""
    place = ", ".join(row.links.values())
    line = ImportLine(row.line, LineOutcome.new, label, native if native != label else "", place, _("New record"))
    line.problems = problems_to_json(row.problems)
    if decide_by_row(line, row, options, ids):
        return line
    for link in spec.links:
        if text := row.links.get(link.column):
            values[link.column] = _resolve(line, link, text, resolvers[link.column])
    _check(spec, line, values)
    line.data = PlannedRecord(ids.new_uid_for(row.uid), values)
    return line


def _resolve(line: ImportLine, link: RecordLink, text: str, resolver: NameResolver) -> int | None:
    records = resolver.get(text)
    if len(records) == 1:
        return records[0].id
    if records:
        line.refuse(
            _("Enter the identifier. %(n)s records are named “%(name)s”.", n=len(records), name=text), link.name
        )
    else:
        line.refuse(_("No record named “%(name)s”. Check the spelling.", name=text[:80]), link.name)
    return None


def _find_users(
    actor: Actor,
    spec: RecordKind,
    rows: Sequence[ParsedRecord],
    lines: Sequence[ImportLine],
    resolvers: dict[str, NameResolver],
) -> None:
    """Set the users of new opportunities. A note says why one is left blank."""
    lists = ReferenceLookup()
    labels = {link.column: link.label for link in spec.users}
    for row, line in zip(rows, lines, strict=True):
        if line.outcome is not LineOutcome.new or not row.users:
            continue
        links = [records[0] for column, text in row.links.items() if len(records := resolvers[column].get(text)) == 1]
        confidential_ids = {record.id for record in links if record.confidential}
        client = db.session.get_one(Record, line.data.values["client_id"])
        team_id = client.team_id or actor.first_team_id
        for column, text in row.users.items():
            user, problem = choose_user(actor, lists, text, team_id, confidential_ids)
            if user is not None and column == "second_counselor_id":
                problem = _second_problem(
                    actor, line.data.values, client, user.id, is_confidential=bool(confidential_ids)
                )
            if problem:
                line.note(left_blank(problem, labels[column]))
            elif user is not None:
                line.data.values[column] = user.id


def _second_problem(
    actor: Actor, values: dict[str, Any], client: Record, user_id: int, *, is_confidential: bool
) -> str:
    """Return why the service refuses a second counselor; "" if it doesn't."""
    counselor_id = values.get("counselor_id") or default_counselor(actor, client.id) or actor.id
    if user_id == counselor_id:
        return _("Choose a different user than the counselor.")
    is_manager = actor.role is Role.manager and client.team_id in actor.team_ids
    if is_confidential and not (actor.is_system or is_manager or counselor_id == actor.id):
        return _("Only the counselor or a manager can choose who sees a confidential record.")
    return ""


def _drop_default_probabilities(
    actor: Actor, rows: Sequence[ParsedRecord], lines: Sequence[ImportLine], clients: NameResolver
) -> None:
    """Remove probabilities that follow from the stage and the team, as exports contain them."""
    by_team: dict[int | None, Mapping[str, int]] = {}
    for row, line in zip(rows, lines, strict=True):
        if line.outcome is not LineOutcome.new or "probability" not in line.data.values:
            continue
        values = line.data.values
        team_id = clients.get(row.links["client_id"])[0].team_id or actor.first_team_id
        if team_id not in by_team:
            by_team[team_id] = find_stage_percents(team_id)
        stage, certainty = values.get("stage", OpportunityStage.matched), values.get("certainty")
        default = probability(stage, certainty=certainty)
        if certainty is None:
            default = by_team[team_id].get(stage.value, default)
        if values["probability"] == default:
            del values["probability"]


def _find_sectors(rows: Sequence[ParsedRecord], lines: Sequence[ImportLine]) -> None:
    """Set the sectors of new records; a note names those that don't exist."""
    lists = ReferenceLookup()
    for row, line in zip(rows, lines, strict=True):
        if line.outcome is LineOutcome.new and row.sectors:
            ids = {text: lists.find_sector(text) for text in row.sectors}
            for text, sector_id in ids.items():
                if sector_id is None:
                    line.note(_("“%(value)s” isn't a sector. The sector was skipped.", value=text[:60]))
            line.data.values["sectors"] = list(dict.fromkeys(i for i in ids.values() if i is not None))


def _check(spec: RecordKind, line: ImportLine, values: dict[str, Any]) -> None:
    """Refuse what the forms refuse."""
    if problem := eccn_problem(values.get("eccn")):
        line.refuse(problem, "eccn")
    if values.get("hs6") and not HS6.match(values["hs6"]):
        line.refuse(_("Enter six digits, such as 902680."), "hs6")
    if values.get("naics") and not NAICS.fullmatch(values["naics"]):
        line.refuse(_("Enter six digits, such as 332911."), "naics")
    for first, last in (("from_on", "to_on"), ("starts_on", "ends_on")):
        if values.get(first) and values.get(last) and values[last] < values[first]:
            line.refuse(_("Enter an end date on or after the start date."), last)
    one_of = {
        ImportKind.representations: ("person_id", "organization_id"),
        ImportKind.needs: ("project_id", "organization_id"),
    }
    if spec.kind in one_of and line.outcome is LineOutcome.new and not any(values.get(c) for c in one_of[spec.kind]):
        links = " / ".join(str(link.label) for link in spec.links if link.column in one_of[spec.kind])
        line.refuse(_("Enter a value for “%(field)s”.", field=links))


def _check_clients(spec: RecordKind, lines: Sequence[ImportLine]) -> None:
    """Refuse China reps of organizations that aren't clients."""
    if spec.kind is not ImportKind.representations:
        return
    new = [line for line in lines if line.outcome is LineOutcome.new]
    link = OrganizationRoleLink
    clients: set[int] = set()
    for part in chunked(sorted({line.data.values["client_id"] for line in new})):
        stmt = sa.select(link.organization_id).where(link.organization_id.in_(part))
        clients |= set(db.session.scalars(stmt.where(link.role == OrganizationRole.client)))
    for line in new:
        if line.data.values["client_id"] not in clients:
            line.refuse(_("Choose a client. %(name)s doesn't have the client role.", name=line.place), "client")


def _mark_existing(spec: RecordKind, actor: Actor, lines: Sequence[ImportLine]) -> None:
    """Mark rows whose key columns are those of a visible record, or of a row above, as unchanged."""
    new = [line for line in lines if line.outcome is LineOutcome.new]
    columns = [getattr(spec.entity, name) for name in spec.key]
    existing: dict[tuple[Any, ...], int] = {}
    first_rows: dict[tuple[Any, ...], int] = {}
    for part in chunked({value for line in new if (value := line.data.values.get(spec.key[0])) is not None}):
        stmt = sa.select(spec.entity.id, *columns).where(columns[0].in_(part), visible(actor, spec.entity))
        for row in db.session.execute(stmt.where(spec.entity.archived_at.is_(None))):
            existing[_fold_key(row[1:])] = row[0]
    for line in new:
        key = _fold_key([line.data.values.get(name) for name in spec.key])
        if not line.data.values.get(spec.key[0]):
            continue
        if key in existing:
            line.outcome, line.record_id, line.reason = LineOutcome.unchanged, existing[key], _("Already exists")
            line.matches = (RecordMatch(existing[key], line.label),)
        elif first_rows.setdefault(key, line.line) != line.line:
            line.outcome, line.reason = LineOutcome.unchanged, _("Duplicate of row %(n)s", n=first_rows[key])


def _fold_key(key: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(part.casefold() if isinstance(part, str) else part for part in key)
