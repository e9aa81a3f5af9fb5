"""Existing records with a name like that of a row: questions, where no identifier or contact detail decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.core.search.key_owners import KeyOwners, find_owners_by_key
from crm.core.words import _
from crm.duplicates.candidates import load_related_names
from crm.duplicates.policy import ASK_FROM, MAX_NAMESAKES
from crm.duplicates.reasons import reason_text
from crm.names.matching import (
    LIKELY,
    Match,
    OrganizationName,
    PersonName,
    either_order_keys,
    match_likely_people,
    match_organizations,
    match_people,
    organization_keys,
)
from crm.records.policy import ContactMedium

from .existing import PointKey
from .line import ImportLine, RecordMatch

_ROWS_AT_ONCE, _MAX_RECORDS = 200, 2_000


@dataclass(frozen=True)
class _Question:
    line: ImportLine
    name: PersonName | OrganizationName
    organization: str = ""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        if isinstance(self.name, OrganizationName):
            return organization_keys(*self.name.texts)
        keys: tuple[str, ...] = self.line.data.keys
        return tuple(dict.fromkeys((*keys, *either_order_keys(self.name))))


def note_other_names(lines: Iterable[ImportLine], by_point: Mapping[PointKey, Sequence[RecordMatch]]) -> None:
    """Ask about rows whose phone or email belongs to a person of another name: it may be a switchboard's."""
    matched = [line for line in lines if line.data is not None and len(line.matches) == 1]
    texts: dict[int, str] = {}
    for part in chunked({line.matches[0].id for line in matched}):
        stmt = sa.select(Record.id, Record.native_label, Record.label).where(Record.id.in_(part))
        texts |= {i: f"{native} {label}".strip() for i, native, label in db.session.execute(stmt)}
    for line in matched:
        record = line.matches[0]
        if match_people(line.data.name, texts[record.id]).score < LIKELY:
            media = {key.medium for key in line.data.point_keys if record in by_point.get(key, ())}
            line.question = _other_name_text(media, record.label)


def note_other_organizations(actor: Actor, lines: Sequence[ImportLine]) -> None:
    """Ask about rows whose phone or email belongs to an organization with another name: it may be their parent."""
    ids = {match.id for line in lines for match in line.matches}
    stored: dict[int, Any] = {}
    for part in chunked(ids):
        stmt = sa.select(Record.id, Record.label, Record.native_label).where(Record.id.in_(part))
        stored |= {row.id: row for row in db.session.execute(stmt)}
    related = load_related_names(actor, "organization", sorted(ids))
    for line in lines:
        name = _organization_name(line)
        matches = [_compare(name, stored[match.id], related.get(match.id, ())) for match in line.matches]
        if max(match.score for match in matches) < LIKELY:
            values = {"name": ", ".join(match.label for match in line.matches)}
            line.question = _(
                "Same phone number or email address as %(name)s, but another name. "
                "Choose whether it's the same organization.",
                **values,
            )


def _organization_name(line: ImportLine) -> OrganizationName:
    return OrganizationName(line.data.values["name"], line.data.values["native_name"] or "", line.data.aliases)


def _other_name_text(media: Collection[ContactMedium], name: str) -> str:
    if media == {ContactMedium.phone}:
        return _("Same phone number as %(name)s, but another name. Choose whether it's the same person.", name=name)
    if media == {ContactMedium.email}:
        return _("Same email address as %(name)s, but another name. Choose whether it's the same person.", name=name)
    return _(
        "Same email address and phone number as %(name)s, but another name. Choose whether it's the same person.",
        name=name,
    )


def find_people(actor: Actor, lines: Iterable[ImportLine]) -> None:
    """Ask about rows without match that may be an existing person, in a few statements for all rows."""
    questions = [
        _Question(line, line.data.name, line.data.organization.label if line.data.organization else "")
        for line in lines
        if line.data is not None and not line.matches
    ]
    _find(actor, "person", questions)


def find_organizations(actor: Actor, lines: Iterable[ImportLine]) -> None:
    """Ask about rows without match that may be an existing organization."""
    waiting = [line for line in lines if line.data is not None and not line.matches]
    _find(actor, "organization", [_Question(line, _organization_name(line)) for line in waiting])


def _find(actor: Actor, kind: str, questions: Sequence[_Question]) -> None:
    parts = list(chunked(questions, _ROWS_AT_ONCE))
    groups = [{key for question in part for key in question.keys} for part in parts]
    for part, owners in zip(parts, find_owners_by_key(actor, kind, groups, _MAX_RECORDS), strict=True):
        near = [_list_owners(question, owners) for question in part]
        # The other names of organizations are compared; the organizations of people only if the names match.
        related = {} if kind == "person" else _load_related(actor, kind, near)
        likely = [_list_likely(question, records, related) for question, records in zip(part, near, strict=True)]
        if kind == "person":
            related = _load_related(actor, kind, [[record for record, _match in pairs] for pairs in likely])
        for question, pairs in zip(part, likely, strict=True):
            _ask(question, pairs, related)


def _list_owners(question: _Question, owners: KeyOwners) -> list[Any]:
    return list({record.id: record for key in question.keys for record in owners.get(key, ())}.values())


def _load_related(actor: Actor, kind: str, records: Iterable[Iterable[Any]]) -> Mapping[int, Sequence[Any]]:
    return load_related_names(actor, kind, sorted({record.id for part in records for record in part}))


def _list_likely(
    question: _Question, records: Iterable[Any], related: Mapping[int, Sequence[Any]]
) -> list[tuple[Any, Match]]:
    matches = [(record, _compare(question.name, record, related.get(record.id, ()))) for record in records]
    return [(record, match) for record, match in matches if match.score >= LIKELY]


def _ask(question: _Question, likely: Sequence[tuple[Any, Match]], related: Mapping[int, Sequence[Any]]) -> None:
    colleagues = [pair for pair in likely if _is_colleague(question, related.get(pair[0].id, ()))]
    chosen = colleagues or [pair for pair in likely if pair[1].score >= ASK_FROM][:MAX_NAMESAKES]
    if chosen:
        # A namesake without a common organization is only a suggestion: common names have many.
        question.line.is_suggestion = not colleagues and isinstance(question.name, PersonName)
        question.line.matches = tuple(RecordMatch(r.id, r.label or r.native_label) for r, _match in chosen)
        question.line.question = " ".join(reason_text(reason) for reason in chosen[0][1].reasons)


def _compare(name: PersonName | OrganizationName, record: Any, related: Sequence[Any]) -> Match:
    if isinstance(name, OrganizationName):
        stored = OrganizationName(record.label, record.native_label, tuple(text for _id, text in related))
        return match_organizations(name, stored)
    return match_likely_people(name, f"{record.native_label} {record.label}".strip())


def _is_colleague(question: _Question, related: Sequence[Any]) -> bool:
    return bool(question.organization) and any(
        match_organizations(question.organization, name).score >= LIKELY for _id, name in related
    )
