"""Log contacts, planned or held, with who was there, for whom, the minutes, and what was promised."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm import calendars, names
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.record import DERIVED, Record, get_all_visible, get_visible, name_record
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _, _l
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, finish, note_no_answer
from crm.interactions.children import InteractionChildren
from crm.interactions.dates import refresh_links, update_last_dates
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionState, Kind, Reached
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.records.services import check_active, declare_links, may_name, require_one_team, update_access

from .details import InteractionDetails
from .rows import MAX_MINUTES, filter_visible, set_clients, set_parties, set_sent, set_staff

PLAIN = ("state", "what", "reached", "minutes", "place", "subject", "notes", "english_line", "counselor_id")
NO_TEAM = _l("Ask an administrator to add you to a team. Interactions belong to a team.")
ASK_TEAM = _l("Choose a team or add a client.")
EARLY = timedelta(hours=1)
"""How much before its hour a contact may be told as held: clocks differ, and hours are rounded."""


def _refresh(interaction_id: int) -> None:
    stmt = sa.select(InteractionLink.record_id).where(InteractionLink.interaction_id == interaction_id)
    update_last_dates(list(db.session.scalars(stmt)))


DERIVED["interaction"] = _refresh
declare_links("interaction", sa.select(InteractionLink.interaction_id, InteractionLink.record_id))


def log_interaction(
    actor: Actor, values: Mapping[str, Any], told: InteractionDetails, *, uid: str | None = None
) -> Interaction:
    """Make a contact. `values`: wall (local date and time), zone, and the plain columns.

    It belongs to a team of the maker's (of a maker above the teams, to `team_id` of `values` or its client's), and is
    confidential when anything it is about is. Follow-ups in `told` are made about the same
    records; `closes` names follow-ups it settles, or tried in vain where nobody answered. Raises Invalid, NotFound.
    """
    team_id = team_of(actor, values, told)
    if team_id is None and not actor.everything:
        raise Invalid(ASK_TEAM, "team_id") if actor.is_above_teams else Invalid(NO_TEAM)
    row = Interaction(uid=uid or new_uid(), team_id=team_id, counselor_id=actor.id, subject="")
    row.state, row.what, row.reached = InteractionState.held, Kind.meeting, Reached.talked
    _set(row, values, actor)
    under = InteractionChildren(row, new=True)
    _tell(actor, under, told if told.staff_ids is not None else replace(told, staff_ids=[actor.id] if actor.id else []))
    _follow(actor, under, told)
    return row


def team_of(actor: Actor, values: Mapping[str, Any], told: InteractionDetails) -> int | None:
    """The team chosen, else the maker's: of several the one whose client it was for, so that its counselor sees it."""
    if values.get("team_id"):
        return int(values["team_id"])
    if told.clients and (len(actor.team_ids) > 1 or actor.is_above_teams):
        stmt = sa.select(Organization.team_id).where(Organization.id == told.clients[0].client_id)
        if not actor.is_above_teams:
            stmt = stmt.where(Organization.team_id.in_(sorted(actor.team_ids)))
        return db.session.scalar(stmt) or actor.first_team_id
    return actor.first_team_id


def change_interaction(
    actor: Actor, row: Interaction, values: Mapping[str, Any], told: InteractionDetails
) -> Interaction:
    """Change a contact and what is told of it. Raises Invalid, NotFound."""
    _set(row, values, actor)
    under = InteractionChildren(row)
    _tell(actor, under, told)
    _follow(actor, under, told)
    return row


def _set(row: Interaction, values: Mapping[str, Any], actor: Actor) -> None:
    for name in PLAIN:
        if name in values:
            setattr(row, name, values[name])
    row.zone = values.get("zone") or row.zone or actor.zone
    wall: datetime | None = values.get("wall") or (row.wall if "zone" in values else None)
    if wall is not None:
        row.wall, row.at = wall, calendars.resolve_local(wall.date(), wall.time(), row.zone)
    if row.wall is None:
        raise Invalid(_("Enter a date and time."), "day")
    if row.state is not InteractionState.held:
        row.reached = None
    elif row.at > clock.now() + EARLY:
        raise Invalid(_("Choose a time in the past, or mark this as planned."), "day")
    if row.minutes is not None and not 0 <= row.minutes <= MAX_MINUTES:
        raise Invalid(_("Enter minutes from 0 to 1440, such as 15."), "minutes")
    row.subject = row.subject or ""


def _tell(actor: Actor, under: InteractionChildren, told: InteractionDetails) -> None:
    if told.parties is not None:
        set_parties(actor, under, told.parties)
    if told.staff_ids is not None:
        if under.row.state is InteractionState.planned and not actor.everything:
            check_active(set(told.staff_ids) - {x.user_id for x in under.of(InteractionStaff)}, "staff")
        set_staff(under, told.staff_ids)
    if told.clients is not None:
        set_clients(actor, under, told.clients)
    if told.sent is not None:
        set_sent(under, told.sent)
    touched = refresh_links(under, None if told.about is None else _about(actor, under, told.about))
    has_subject = bool(under.row.subject)
    name_interaction(under)
    under.add()
    update_last_dates(touched)
    if update_access("interaction", [under.row.id]) and not has_subject:
        # Whoever sees a confidential interaction may know everybody in it.
        under.row.subject = ""
        name_interaction(under)
    if under.row.confidential and not actor.everything:
        require_one_team(under.row)


def _about(actor: Actor, under: InteractionChildren, ids: Collection[int]) -> list[int]:
    """What it is said to be about; what the actor cannot have named, because it may not be known, stays."""
    records = get_all_visible(Record, actor, ids)
    kept = {x.record_id for x in under.of(InteractionLink) if x.stated} - {r.id for r in records}
    return [*(r.id for r in records), *(kept - filter_visible(actor, Record, kept))]


def name_interaction(under: InteractionChildren) -> None:
    """Give a contact without a subject one from its kind and people; let it be found by all who may be named."""
    row, ids = under.row, [x.person_id for x in under.of(InteractionParty) if x.person_id is not None]
    unread = set(ids) - under.people.keys()
    if unread:
        under.people |= {p.id: p for p in db.session.scalars(sa.select(Person).where(Person.id.in_(unread)))}
    who = [p for i in ids if may_name(row, p := under.people[i])]
    if not row.subject:
        row.subject = default_subject(row.what, [p.label or p.native_label for p in who])
    called = [part for p in who for part in (p.label, p.native_label)]
    name_record(row, row.subject, None, [names.tokens(row.place, *called)])


def default_subject(what: Kind, who: Sequence[str]) -> str:
    """What a contact is called that nobody gave a subject: its kind, and the first who may be named."""
    people = ", ".join(who[:3])
    return (_("%(kind)s with %(who)s", kind=what, who=people) if people else str(what))[:200]


def _follow(actor: Actor, under: InteractionChildren, told: InteractionDetails) -> None:
    about = _for_follow_ups(under)
    for wanted in told.follow_ups:
        values = {"team_id": under.row.team_id} | {k: x for k, x in wanted.items() if k != "about"}
        add_follow_up(actor, values, about=wanted.get("about") or about, source_id=under.row.id)
    for follow_up_id in told.closes:
        follow_up = get_visible(FollowUp, actor, follow_up_id, "followup:edit")
        if under.row.reached is not Reached.no_answer:
            finish(actor, follow_up, under.row.subject if may_name(follow_up, under.row) else None)
        elif follow_up.state is FollowUpState.open:
            note_no_answer(actor, follow_up)


def about_for_follow_ups(row: Interaction) -> list[int]:
    """What a promise made in a contact is about: its clients, people and firms, or else what it is said to be about."""
    return _for_follow_ups(InteractionChildren(row))


def _for_follow_ups(under: InteractionChildren) -> list[int]:
    parties = under.of(InteractionParty)
    found = [x.client_id for x in under.of(InteractionClient)]
    found += [i for i in (*(x.person_id for x in parties), *(x.organization_id for x in parties)) if i is not None]
    return list(dict.fromkeys(found)) or [x.record_id for x in under.of(InteractionLink) if x.stated]
