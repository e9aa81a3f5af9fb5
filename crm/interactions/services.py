"""Log contacts, planned or held, with who was there, for whom, the minutes, and what was promised."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm import calendars, names
from crm.core.db import Base, db, new_uid
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.record import Record, get_visible, name_record
from crm.core.words import _
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, finish
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from crm.people.queries import person

from .dates import refresh_last_contacts, refresh_links
from .models import Interaction, InteractionClient, InteractionParty, InteractionSent, InteractionStaff, InteractionTime
from .policy import InteractionState, PartySide, Reached, SentKind, SessionType, StaffRole

PLAIN = ("state", "what", "reached", "minutes", "place", "subject", "notes", "english_line", "counselor_id")


@dataclass(frozen=True)
class Party:
    """Somebody of their side: a person, or a label with a count ("2 engineers"), at an organization."""

    person_id: int | None = None
    organization_id: int | None = None
    label: str | None = None
    count: int = 1
    side: PartySide = PartySide.host


@dataclass(frozen=True)
class ForClient:
    """A client the contact was for; minutes are of each of us who took part."""

    client_id: int
    contact: int = 0
    prep: int = 0
    travel: int = 0
    funder_id: int | None = None
    session_type: SessionType | None = None
    countable: bool = True


@dataclass(frozen=True)
class Told:
    """All that is told of a contact beside its own columns; None leaves what is kept."""

    parties: Sequence[Party] | None = None
    staff_ids: Collection[int] | None = None
    clients: Sequence[ForClient] | None = None
    about: Collection[int] | None = None
    sent: Sequence[tuple[SentKind, str]] | None = None
    follow_ups: Sequence[Mapping[str, Any]] = field(default=())
    closes: Collection[int] = ()


def log_interaction(actor: Actor, values: Mapping[str, Any], told: Told, *, uid: str | None = None) -> Interaction:
    """Make a contact. `values`: wall (local date and time), zone, and the plain columns.

    It belongs to the maker's first team, and is confidential when what it is about is. Follow-ups in `told` are made
    about the same records; `closes` names follow-ups it settles. Raises Invalid, NotFound.
    """
    if actor.first_team_id is None and not actor.everything:
        raise Invalid(_("A contact belongs to a team, and you are in none. Ask an administrator to add you."))
    row = Interaction(uid=uid or new_uid(), team_id=values.get("team_id") or actor.first_team_id, counselor_id=actor.id)
    _set(row, values, actor)
    db.session.add(row)
    db.session.flush()
    _tell(actor, row, told if told.staff_ids is not None or actor.id is None else _with_me(actor, told))
    _follow(actor, row, told)
    return row


def change_interaction(actor: Actor, row: Interaction, values: Mapping[str, Any], told: Told) -> Interaction:
    """Change a contact and what is told of it. Raises Invalid, NotFound."""
    _set(row, values, actor)
    db.session.flush()
    _tell(actor, row, told)
    _follow(actor, row, told)
    return row


def _with_me(actor: Actor, told: Told) -> Told:
    from dataclasses import replace  # noqa: PLC0415

    return replace(told, staff_ids=[actor.id] if actor.id else [])


def _set(row: Interaction, values: Mapping[str, Any], actor: Actor) -> None:
    for name in PLAIN:
        if name in values:
            setattr(row, name, values[name])
    row.zone = values.get("zone") or row.zone or actor.zone
    wall: datetime | None = values.get("wall")
    if wall is not None:
        row.wall, row.at = wall, calendars.resolve_local(wall.date(), wall.time(), row.zone)
    if row.wall is None:
        raise Invalid(_("Say when."), "day")
    if row.state is InteractionState.planned:
        row.reached = None
    if row.minutes is not None and row.minutes < 0:
        raise Invalid(_("Minutes cannot be negative."), "minutes")
    row.subject = row.subject or ""


def _tell(actor: Actor, row: Interaction, told: Told) -> None:
    if told.parties is not None:
        _set_parties(actor, row, told.parties)
    if told.staff_ids is not None:
        _replace(
            InteractionStaff,
            row,
            [InteractionStaff(user_id=i, role=StaffRole.attended) for i in dict.fromkeys(told.staff_ids)],
        )
    if told.clients is not None:
        _set_clients(actor, row, told.clients)
    if told.sent is not None:
        _replace(
            InteractionSent, row, [InteractionSent(kind=kind, what=what[:200]) for kind, what in told.sent if what]
        )
    about = None
    if told.about is not None:
        records = [get_visible(Record, actor, i) for i in dict.fromkeys(told.about)]
        about = [r.id for r in records]
        row.confidential = row.confidential or (row.team_id is not None and any(r.confidential for r in records))
    touched = refresh_links(row, about)
    _name(row)
    refresh_last_contacts(touched)


def _replace(cls: type[Base], row: Interaction, wanted: Sequence[Any]) -> None:
    for held in db.session.scalars(sa.select(cls).where(cls.interaction_id == row.id)):  # type: ignore[attr-defined]
        db.session.delete(held)
    db.session.flush()
    for made in wanted:
        made.interaction_id = row.id
        db.session.add(made)
    db.session.flush()


def _set_parties(actor: Actor, row: Interaction, parties: Sequence[Party]) -> None:
    """Keep each party with the organization of that day; one already kept keeps the one it has."""
    asked = sa.select(InteractionParty.person_id, InteractionParty.organization_id)
    kept = dict(db.session.execute(asked.where(InteractionParty.interaction_id == row.id)).tuples().all())
    rows = []
    for party in parties:
        organization_id = party.organization_id
        if party.person_id is not None:
            who = person(actor, party.person_id)
            organization_id = organization_id or kept.get(who.id) or organization_on(who.id, row.wall)
            row.confidential = row.confidential or (who.confidential and row.team_id is not None)
        elif organization_id is not None:
            get_visible(Organization, actor, organization_id)
        elif not party.label:
            continue
        rows.append(
            InteractionParty(
                person_id=party.person_id, organization_id=organization_id, label=party.label, count=max(1, party.count),
                side=party.side,
            )
        )  # fmt: skip
    _replace(InteractionParty, row, rows)


def organization_on(person_id: int, wall: datetime) -> int | None:
    """Where a person worked on a day: the main job of then, else any job of then."""
    day = wall.date()
    asked = (
        sa.select(Affiliation.organization_id)
        .where(Affiliation.person_id == person_id)
        .where(sa.or_(Affiliation.from_on.is_(None), Affiliation.from_on <= day))
        .where(sa.or_(Affiliation.to_on.is_(None), Affiliation.to_on >= day))
        .order_by(Affiliation.main.desc(), Affiliation.id.desc())
        .limit(1)
    )
    return db.session.scalar(asked)


def _set_clients(actor: Actor, row: Interaction, clients: Sequence[ForClient]) -> None:
    staff = list(
        db.session.scalars(sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == row.id))
    )
    made, times = [], []
    for client in {c.client_id: c for c in clients}.values():
        firm = get_visible(Organization, actor, client.client_id)
        row.confidential = row.confidential or firm.confidential
        made.append(
            InteractionClient(
                client_id=firm.id,
                funder_id=client.funder_id,
                session_type=client.session_type,
                countable=client.countable,
            )
        )
        if min(client.contact, client.prep, client.travel) < 0:
            raise Invalid(_("Minutes cannot be negative."), "clients")
        if client.contact or client.prep or client.travel:
            minutes = {"contact": client.contact, "prep": client.prep, "travel": client.travel}
            times += [InteractionTime(client_id=firm.id, user_id=user_id, **minutes) for user_id in staff]
    _replace(InteractionTime, row, [])
    _replace(InteractionClient, row, made)
    _replace(InteractionTime, row, times)


def _name(row: Interaction) -> None:
    """Give a contact without a subject one from its kind and people; make it findable by all of them."""
    asked = sa.select(Person.label, Person.native_label).join(InteractionParty, InteractionParty.person_id == Person.id)
    who = list(db.session.execute(asked.where(InteractionParty.interaction_id == row.id)).tuples())
    if not row.subject:
        people = ", ".join(label or native for label, native in who[:3])
        row.subject = (_("%(kind)s with %(who)s", kind=row.what, who=people) if people else str(row.what))[:200]
    name_record(row, row.subject, None, [names.tokens(row.place, *(part for pair in who for part in pair))])
    db.session.flush()


def _follow(actor: Actor, row: Interaction, told: Told) -> None:
    about = about_for_follow_ups(row)
    for wanted in told.follow_ups:
        values = {k: x for k, x in wanted.items() if k != "about"}
        add_follow_up(actor, values, about=wanted.get("about") or about, source_id=row.id)
    for follow_up_id in told.closes:
        finish(actor, get_visible(FollowUp, actor, follow_up_id, "followup:edit"), row.subject)


def about_for_follow_ups(row: Interaction) -> list[int]:
    """What a promise made in a contact is about: its people and clients, or else whatever it is about."""
    people = sa.select(InteractionParty.person_id).where(InteractionParty.interaction_id == row.id)
    clients = sa.select(InteractionClient.client_id).where(InteractionClient.interaction_id == row.id)
    firms = sa.select(InteractionParty.organization_id).where(InteractionParty.interaction_id == row.id)
    found = [*db.session.scalars(clients), *db.session.scalars(people), *db.session.scalars(firms)]
    return list(dict.fromkeys(i for i in found if i is not None))


def settle_planned(actor: Actor, row: Interaction, state: InteractionState, reached: Reached | None = None) -> None:
    """Answer "did it happen?": held with who was reached, cancelled; logged minutes can follow by editing."""
    row.state = state
    row.reached = reached if state is InteractionState.held else None
    db.session.flush()
    refresh_last_contacts(refresh_links(row))


def move_interaction(actor: Actor, row: Interaction, wall: datetime, zone: str | None = None) -> Interaction:
    """Plan it anew for another time; the old one stays as rescheduled and leads to the new one."""
    values = {n: getattr(row, n) for n in PLAIN} | {
        "wall": wall,
        "zone": zone or row.zone,
        "state": InteractionState.planned,
    }
    parties = db.session.scalars(sa.select(InteractionParty).where(InteractionParty.interaction_id == row.id))
    staff = db.session.scalars(sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == row.id))
    clients = db.session.scalars(sa.select(InteractionClient).where(InteractionClient.interaction_id == row.id))
    told = Told(
        parties=[Party(p.person_id, p.organization_id, p.label, p.count, p.side) for p in parties],
        staff_ids=list(staff),
        clients=[
            ForClient(c.client_id, funder_id=c.funder_id, session_type=c.session_type, countable=c.countable)
            for c in clients
        ],
    )
    made = log_interaction(actor, values | {"team_id": row.team_id}, told)
    row.state, row.rescheduled_to_id = InteractionState.rescheduled, made.id
    db.session.flush()
    return made
