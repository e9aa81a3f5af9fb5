"""What the palette shows, and the kept views."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app, url_for

from crm import names
from crm.core.data.access import AccessProfile, of_own_teams, question
from crm.core.data.base import Select, db
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.i18n.formats import ago
from crm.core.policy import Actor
from crm.core.search.search import search
from crm.core.words import Lazy, _, _l
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.opportunities.models import Opportunity
from crm.people.models import Affiliation, Person
from crm.products.models import Product
from crm.records.queries import recent
from crm.shows.people_met import PersonMet, find_shows, list_people_met

from .models import SavedView
from .proximity import NEAR

KINDS: dict[str, Lazy] = {
    "person": _l("People"),
    "organization": _l("Organizations"),
    "project": _l("Projects"),
    "opportunity": _l("Opportunities"),
    "show": _l("Shows"),
    "product": _l("Products"),
    "representation": _l("China reps"),
    "need": _l("Need"),
    "followup": _l("Follow-ups"),
    "interaction": _l("Interactions"),
}
"""Groups of the palette."""
PALETTE = ("person", "organization", "project", "opportunity", "show", "product", "representation", "need")
IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
PRODUCT, CASE = Product.__table__, Opportunity.__table__


class Hit(NamedTuple):
    """One line of the palette."""

    id: int
    kind: str
    label: str
    native: str
    hint: str
    url: str
    lang: str
    initials: str


class SavedViewLink(NamedTuple):
    """A kept view in the rail."""

    id: int
    label: str
    url: str
    own: bool


def hits(actor: Actor, text: str, kinds: Collection[str] | None, limit: int = 20) -> list[Hit]:
    """What a text finds, with firm, last contact and own open promises; recents without a text.

    A show also gives the people who were met there.
    """
    away: list[int] = []
    if not text.strip():
        rows = [(r.id, r.kind, r.label, r.native_label) for r in recent(actor) if kinds is None or r.kind in kinds]
    else:
        found = search(actor, text, kinds or PALETTE, limit, near=NEAR)
        away = [f.id for f in found if f.archived]
        rows = [(f.id, f.kind, f.label, f.native_label) for f in found]
    met = _met(actor, text, rows, kinds, limit) if text.strip() else {}
    rows += [(m.id, "person", m.label, m.native_label) for m, _where in met.values()]
    notes = _hints(actor, [row[0] for row in rows])
    for person_id, (_m, where) in met.items():
        notes[person_id] = " · ".join(n for n in (where, notes[person_id]) if n)
    for gone in away:
        notes[gone] = " · ".join(n for n in (_("archived"), notes[gone]) if n)
    return [_hit(*row, notes.get(row[0], "")) for row in rows]


def _met(
    actor: Actor, text: str, rows: Collection[tuple[int, str, str, str]], kinds: Collection[str] | None, limit: int
) -> dict[int, tuple[PersonMet, str]]:
    """People who were at the shows that are meant, and are not found by themselves; each with where."""
    if len(rows) >= limit or (kinds is not None and "person" not in kinds):
        return {}
    # A picker of people finds no shows itself.
    listed = kinds is None or "show" in kinds
    shows = {i: label or native for i, kind, label, native in rows if kind == "show"}
    shows = shows if listed else find_shows(actor, text)
    known = {row[0] for row in rows}
    people = list_people_met(actor, shows, limit)
    return {m.id: (m, _("met at %(show)s", show=shows[m.show_id])) for m in people if m.id not in known}


def _hit(record_id: int, kind: str, label: str, native: str, hint: str) -> Hit:
    url = url_for(f"desk.{kind}", id=record_id)
    return Hit(
        record_id, kind, label, native, hint, url, names.lang_of(native) or "", names.initials_of(native or label)
    )


def zones_of(found: Collection[Hit]) -> dict[int, str]:
    """The zones of the people among what was found, for the clocks of a form that picks one of them."""
    ids = [hit.id for hit in found if hit.kind == "person"]
    stmt = sa.select(Person.id, Person.zone).where(Person.id.in_(ids), Person.zone.is_not(None))
    return {i: zone for i, zone in db.session.execute(stmt) if zone} if ids else {}


def grouped(found: list[Hit]) -> list[tuple[Lazy, list[Hit]]]:
    """The hits by kind, the kind of the best one first."""
    return [(KINDS[kind], [h for h in found if h.kind == kind]) for kind in dict.fromkeys(h.kind for h in found)]


def _hints(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Firm, last contact and open promise of records, in three statements."""
    parts: dict[int, list[str]] = {i: [] for i in ids}
    if ids:
        for record_id, organization in _firms(actor, ids=ids):
            parts[record_id].append(organization)
        for record_id, at in _last(actor, ids=ids):
            parts[record_id].append(_("last interaction %(ago)s", ago=ago(at)))
        for record_id, n in _promises(actor, ids=ids):
            parts[record_id].append(_("open follow-ups: %(n)s", n=n))
    return {i: " · ".join(said) for i, said in parts.items()}


@question
def _firms(who: AccessProfile) -> Select:
    organizations = sa.union_all(
        sa.select(Affiliation.person_id.label("of"), Affiliation.organization_id.label("at")).where(
            Affiliation.person_id.in_(IDS), Affiliation.to_on.is_(None), Affiliation.main
        ),
        sa.select(PRODUCT.c.id, PRODUCT.c.client_id).where(PRODUCT.c.id.in_(IDS)),
        sa.select(CASE.c.id, CASE.c.client_id).where(CASE.c.id.in_(IDS)),
    ).subquery()
    stmt = sa.select(organizations.c.of, Record.label).join(Record, Record.id == organizations.c.at)
    return stmt.where(visible(who))


@question
def _last(_who: AccessProfile) -> Select:
    return sa.select(RecordDates.record_id, RecordDates.last_interaction_at).where(
        RecordDates.record_id.in_(IDS), RecordDates.team_key == 0, RecordDates.last_interaction_at.is_not(None)
    )


@question
def _promises(who: AccessProfile) -> Select:
    return (
        sa.select(FollowUpAbout.record_id, sa.func.count())
        .join(FollowUp, FollowUp.id == FollowUpAbout.followup_id)
        .where(FollowUpAbout.record_id.in_(IDS), FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None))
        .where(FollowUp.counselor_id == who.id)
        .group_by(FollowUpAbout.record_id)
    )


def views_for(actor: Actor) -> list[SavedViewLink]:
    """Kept views: own, and those shared with a team of the actor's."""
    return [
        SavedViewLink(v.id, v.name, url_for(v.endpoint) + (f"?{v.query}" if v.query else ""), v.user_id == actor.id)
        for v in _kept(actor)
        if v.endpoint in current_app.view_functions
    ]


@question
def _kept(who: AccessProfile) -> Select:
    columns = (SavedView.id, SavedView.name, SavedView.endpoint, SavedView.query, SavedView.user_id)
    mine = sa.or_(SavedView.user_id == who.id, of_own_teams(who, SavedView.team_id))
    return sa.select(*columns).where(mine).order_by(SavedView.name).limit(30)


def view(actor: Actor, view_id: int) -> SavedView | None:
    """A view of the actor's own."""
    stmt = sa.select(SavedView).where(SavedView.id == view_id, SavedView.user_id == actor.id)
    return db.session.scalars(stmt).one_or_none()
