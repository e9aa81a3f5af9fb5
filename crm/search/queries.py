"""Search results with hints."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for

from crm import names
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.data.together import run_together
from crm.core.i18n.formats import ago
from crm.core.policy import Actor
from crm.core.search.search import search
from crm.core.words import Lazy, _, join_facts, ngettext
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.opportunities.models import Opportunity
from crm.people.models import Affiliation, Person
from crm.products.models import Product
from crm.records.policy import KIND_TITLES
from crm.records.starred import StarredRecord, list_recent_records
from crm.shows.people_met import ShowContact, find_shows, list_people_met

from .forms_of_address import find_by_form_of_address
from .proximity import NEAR

PALETTE = ("person", "organization", "project", "opportunity", "show", "product", "representation", "need", "milestone")
IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
PRODUCT, OPPORTUNITY = Product.__table__, Opportunity.__table__


class Hit(NamedTuple):
    """One search result. Commands have an icon, and those that press a control of the page its selector."""

    id: int
    kind: str
    label: str
    native: str
    hint: str
    url: str
    lang: str
    initials: str
    icon: str = ""
    control: str = ""


def find_hits(actor: Actor, text: str, kinds: Collection[str] | None, limit: int = 20) -> list[Hit]:
    """Return the records that match a text, with hints; without a text the actor's recent records.

    A hint has organization, last interaction and own open follow-ups. Shows also find the people who were met there.
    """
    if not text.strip():
        return build_hits(actor, [r for r in list_recent_records(actor) if kinds is None or r.kind in kinds])
    results = search(actor, text, kinds or PALETTE, limit, near=NEAR)
    if kinds is None or "person" in kinds:
        ids = {row.id for row in results}
        results += [row for row in find_by_form_of_address(actor, text, limit) if row.id not in ids]
    archived_ids = [f.id for f in results if f.archived]
    rows = [(f.id, f.kind, f.label, f.native_label) for f in results]
    met_people = _people_met(actor, text, rows, kinds, limit)
    rows += [(m.id, "person", m.label, m.native_label) for m, _where in met_people.values()]
    hints = _hints(actor, [row[0] for row in rows])
    for person_id, (_m, where) in met_people.items():
        hints[person_id] = join_facts((where, hints[person_id]))
    for record_id in archived_ids:
        hints[record_id] = join_facts((_("archived"), hints[record_id]))
    return [_hit(*row, hints.get(row[0], "")) for row in rows]


def build_hits(actor: Actor, records: Collection[StarredRecord]) -> list[Hit]:
    """Return records as search results with hints, in this order."""
    hints = _hints(actor, [row.id for row in records])
    return [_hit(row.id, row.kind, row.label, row.native_label, hints[row.id]) for row in records]


def _people_met(
    actor: Actor, text: str, rows: Collection[tuple[int, str, str, str]], kinds: Collection[str] | None, limit: int
) -> dict[int, tuple[ShowContact, str]]:
    """Return people by id who were met or are expected at the shows that match and aren't in `rows`, with a hint."""
    if len(rows) >= limit or (kinds is not None and "person" not in kinds):
        return {}
    # A picker of people has no shows among its results.
    has_shows = kinds is None or "show" in kinds
    shows = {i: label or native for i, kind, label, native in rows if kind == "show"}
    shows = shows if has_shows else find_shows(actor, text)
    ids = {row[0] for row in rows}
    people = list_people_met(actor, shows, limit)
    return {m.id: (m, _met_hint(m, shows[m.show_id])) for m in people if m.id not in ids}


def _met_hint(person: ShowContact, show: str) -> str:
    return _("met at %(show)s", show=show) if person.was_met else _("expected at %(show)s", show=show)


def _hit(record_id: int, kind: str, label: str, native: str, hint: str) -> Hit:
    url = url_for(f"desk.{kind}", id=record_id)
    return Hit(
        record_id, kind, label, native, hint, url, names.lang_of(native) or "", names.initials_of(native or label)
    )


def load_zones(results: Collection[Hit]) -> dict[int, str]:
    """Return the time zones of the people among the results, for forms that show the clock of the chosen person."""
    ids = [hit.id for hit in results if hit.kind == "person"]
    stmt = sa.select(Person.id, Person.zone).where(Person.id.in_(ids))
    return {i: zone for i, zone in db.session.execute(stmt) if zone} if ids else {}


def group_by_kind(results: list[Hit]) -> list[tuple[Lazy, list[Hit]]]:
    """Return the results grouped by kind; the kind of the best result is first."""
    return [
        (KIND_TITLES[kind], [h for h in results if h.kind == kind]) for kind in dict.fromkeys(h.kind for h in results)
    ]


def _hints(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return organization, last interaction and open follow-ups of records as texts, in one statement."""
    parts: dict[int, list[str]] = {i: [] for i in ids}
    if ids:
        queries = (_organizations, _last_interactions, _follow_ups)
        organizations, interactions, follow_ups = run_together(*(partial(query, actor, ids=ids) for query in queries))
        for record_id, organization in organizations:
            parts[record_id].append(organization)
        for record_id, last_at in interactions:
            parts[record_id].append(_("last interaction %(ago)s", ago=ago(last_at)))
        for record_id, count in follow_ups:
            parts[record_id].append(ngettext("%(num)s open follow-up", "%(num)s open follow-ups", count))
    return {i: join_facts(texts) for i, texts in parts.items()}


@cached_query
def _organizations(viewer: AccessProfile) -> Select:
    pairs = sa.union_all(
        sa.select(Affiliation.person_id.label("of"), Affiliation.organization_id.label("at")).where(
            Affiliation.person_id.in_(IDS), Affiliation.to_on.is_(None), Affiliation.main
        ),
        sa.select(PRODUCT.c.id, PRODUCT.c.client_id).where(PRODUCT.c.id.in_(IDS)),
        sa.select(OPPORTUNITY.c.id, OPPORTUNITY.c.client_id).where(OPPORTUNITY.c.id.in_(IDS)),
    ).subquery()
    stmt = sa.select(pairs.c.of, Record.label).join(Record, Record.id == pairs.c.at)
    return stmt.where(visible(viewer))


@cached_query
def _last_interactions(_viewer: AccessProfile) -> Select:
    return sa.select(RecordDates.record_id, RecordDates.last_interaction_at).where(
        RecordDates.record_id.in_(IDS), RecordDates.team_key == 0, RecordDates.last_interaction_at.is_not(None)
    )


@cached_query
def _follow_ups(viewer: AccessProfile) -> Select:
    return (
        sa.select(FollowUpAbout.record_id, sa.func.count())
        .join(FollowUp, FollowUp.id == FollowUpAbout.followup_id)
        .where(FollowUpAbout.record_id.in_(IDS), FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None))
        .where(FollowUp.counselor_id == viewer.id)
        .group_by(FollowUpAbout.record_id)
    )
