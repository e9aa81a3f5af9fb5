"""Log and change interactions with parties, staff, clients, minutes and follow-ups."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history_at_end import history_at_end
from crm.core.data.record import Record, touch
from crm.core.data.record_dates import write_dates
from crm.core.data.record_names import name_record
from crm.core.data.together import run_together
from crm.core.data.visible_records import get_all_visible
from crm.core.errors import Invalid
from crm.core.hooks import DERIVED_DATES
from crm.core.policy import Actor
from crm.core.words import _, _l
from crm.followups.dates import find_changed_next_steps
from crm.followups.services import InsertedFollowUp, follow_access
from crm.interactions.children import InteractionChildren
from crm.interactions.dates import find_changed_last_dates, refresh_links, update_last_dates
from crm.interactions.derived import search_words
from crm.interactions.models import Interaction, InteractionLink, InteractionParty, InteractionStaff
from crm.interactions.policy import EARLY, InteractionOutcome, InteractionState, InteractionType
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.records.services import (
    check_active,
    confidential_links,
    declare_links,
    keep_readers,
    may_name,
    require_one_team,
    update_access,
)

from .details import InteractionDetails
from .follow_ups import close_follow_ups, insert_follow_ups
from .rows import MAX_MINUTES, filter_visible, set_clients, set_parties, set_sent, set_staff

PLAIN = (
    "state",
    "type",
    "reached",
    "time_known",
    "minutes",
    "place",
    "subject",
    "notes",
    "english_line",
    "counselor_id",
)
NO_TEAM = _l("Ask an administrator to add you to a team. Interactions belong to a team.")
ASK_TEAM = _l("Choose a team or add a client.")


def _refresh(interaction_id: int) -> None:
    stmt = sa.select(InteractionLink.record_id).where(InteractionLink.interaction_id == interaction_id)
    update_last_dates(list(db.session.scalars(stmt)))


DERIVED_DATES["interaction"] = _refresh
declare_links("interaction", sa.select(InteractionLink.interaction_id, InteractionLink.record_id))


def log_interaction(
    actor: Actor, values: Mapping[str, Any], details: InteractionDetails, *, uid: str | None = None
) -> Interaction:
    """Log an interaction. `values`: wall (local date and time), zone, and the plain columns.

    It belongs to a team of the actor (for an actor above teams: `team_id` of `values`, or the client's team), and is
    confidential if a linked record is. Follow-ups in `details` are about the same
    records; `closes` are follow-ups to close, or to count an attempt if nobody answered. Raises Invalid, NotFound.
    """
    team_id = team_of(actor, values, details)
    if team_id is None and not actor.is_system:
        raise Invalid(ASK_TEAM, "team_id") if actor.is_above_teams else Invalid(NO_TEAM)
    row = Interaction(uid=uid or new_uid(), team_id=team_id, counselor_id=actor.id, subject="")
    row.state, row.type, row.reached = InteractionState.held, InteractionType.meeting, InteractionOutcome.talked
    _set_values(row, values, actor)
    children = InteractionChildren(row, new=True)
    if details.staff_ids is None:
        details = replace(details, staff_ids=[actor.id] if actor.id else [])
    with history_at_end(db.session()):
        _set_details(actor, children, details, details.follow_ups)
        close_follow_ups(actor, row, details.closes)
    return row


def team_of(actor: Actor, values: Mapping[str, Any], details: InteractionDetails) -> int | None:
    """Return the selected team, else the actor's: of several the client's, so that its counselor sees it."""
    if values.get("team_id"):
        return int(values["team_id"])
    if details.clients and (len(actor.team_ids) > 1 or actor.is_above_teams):
        stmt = sa.select(Organization.team_id).where(Organization.id == details.clients[0].client_id)
        if not actor.is_above_teams:
            stmt = stmt.where(Organization.team_id.in_(sorted(actor.team_ids)))
        return db.session.scalar(stmt) or actor.first_team_id
    return actor.first_team_id


def change_interaction(
    actor: Actor, row: Interaction, values: Mapping[str, Any], details: InteractionDetails
) -> Interaction:
    """Change an interaction and its rows. Raises Invalid, NotFound."""
    _set_values(row, values, actor)
    children = InteractionChildren(row)
    with history_at_end(db.session()):
        with keep_readers(row):
            _set_details(actor, children, details)
        if children.is_changed:
            touch(row)
        if details.follow_ups:
            _update_derived(actor, children, (), insert_follow_ups(actor, children, details.follow_ups))
        close_follow_ups(actor, row, details.closes)
    return row


def _set_values(row: Interaction, values: Mapping[str, Any], actor: Actor) -> None:
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


def _set_details(
    actor: Actor,
    children: InteractionChildren,
    details: InteractionDetails,
    follow_ups: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Insert or update the interaction and its rows, and insert follow-ups with these values."""
    if details.parties is not None:
        set_parties(actor, children, details.parties)
    if details.staff_ids is not None:
        if children.row.state is InteractionState.planned and not actor.is_system:
            check_active(set(details.staff_ids) - {x.user_id for x in children.of(InteractionStaff)}, "staff")
        set_staff(children, details.staff_ids)
    if details.clients is not None:
        set_clients(actor, children, details.clients)
    if details.sent is not None:
        set_sent(children, details.sent)
    changed_ids = refresh_links(
        children, None if details.about is None else _list_related_ids(actor, children, details.about)
    )
    has_subject = bool(children.row.subject)
    name_interaction(children)
    children.add()
    _update_derived(
        actor, children, changed_ids, insert_follow_ups(actor, children, follow_ups), has_subject=has_subject
    )


def _update_derived(
    actor: Actor,
    children: InteractionChildren,
    changed_ids: Collection[int],
    follow_ups: Sequence[InsertedFollowUp],
    *,
    has_subject: bool = True,
) -> None:
    """Update the access of the interaction and of its new follow-ups, and the dates of the records they are about."""
    about_ids = {i for follow_up in follow_ups for i in follow_up.about_ids}
    hosts, hosts_of_follow_ups, last_dates, next_steps = run_together(
        partial(confidential_links, "interaction", [children.row.id]),
        partial(confidential_links, "followup", [follow_up.row.id for follow_up in follow_ups]),
        partial(find_changed_last_dates, changed_ids),
        partial(find_changed_next_steps, about_ids),
    )
    if not (hosts or hosts_of_follow_ups):
        write_dates(last_dates | next_steps)
        return
    if update_access("interaction", [children.row.id]) and not has_subject:
        # Readers of a confidential interaction may see everybody in it.
        children.row.subject = ""
        name_interaction(children)
    if children.row.confidential and not actor.is_system:
        require_one_team(children.row)
    for follow_up in follow_ups:
        follow_access(actor, follow_up)
    write_dates(find_changed_last_dates(changed_ids) | find_changed_next_steps(about_ids))


def _list_related_ids(actor: Actor, children: InteractionChildren, ids: Collection[int]) -> list[int]:
    """Return the related record ids; existing ones that are hidden from the actor stay."""
    records = get_all_visible(Record, actor, ids)
    hidden_ids = {x.record_id for x in children.of(InteractionLink) if x.stated} - {r.id for r in records}
    return [*(r.id for r in records), *(hidden_ids - filter_visible(actor, Record, hidden_ids))]


def name_interaction(children: InteractionChildren) -> None:
    """Set subject (default: type and people), label and search words; they name only people visible to all readers."""
    # By id, new ones at the end: the same order as when the words are computed again.
    parties = sorted(children.of(InteractionParty), key=lambda x: x.id or sys.maxsize)
    row, ids = children.row, [x.person_id for x in parties if x.person_id is not None]
    unread_ids = set(ids) - children.people.keys()
    if unread_ids:
        children.people |= {p.id: p for p in db.session.scalars(sa.select(Person).where(Person.id.in_(unread_ids)))}
    people = [p for i in ids if may_name(row, p := children.people[i])]
    if not row.subject:
        row.subject = default_subject(row.type, [p.label or p.native_label for p in people])
    name_record(row, row.subject, None, [search_words(row, people)])


def default_subject(interaction_type: InteractionType, names: Sequence[str]) -> str:
    """Return the default subject: the type and the first three names."""
    text = ", ".join(names[:3])
    subject = _("%(type)s with %(people)s", type=interaction_type, people=text) if text else str(interaction_type)
    return subject[:200]
