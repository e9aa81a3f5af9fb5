"""Makes rows of contacts and follow-ups, as the services of their features would."""

from __future__ import annotations

from datetime import datetime, timedelta

from crm import calendars
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionLink,
    InteractionParty,
    InteractionSent,
    InteractionStaff,
    InteractionTime,
)
from crm.interactions.policy import InteractionState, PartySide, SessionType, StaffRole

from .specs import FollowUpSpec, InteractionSpec, PersonRef
from .writer import Office, name_columns, tokens


def log(office: Office, told: InteractionSpec) -> int:
    """Make a contact with its parties, staff, minutes and the links of its timelines."""
    add = office.sheets.add
    at = calendars.resolve_local(told.wall.date(), told.wall.time(), told.zone)
    held = told.state is InteractionState.held
    made_at = told.made_at or (at + timedelta(minutes=(told.minutes or 0) + 9) if held else at - timedelta(days=6))
    words = [tokens(told.place), *(tokens(name) for who in told.people for name in (who.label, who.native) if name)]
    team_id = next((c[0].team_id for c in told.clients), None) if told.by == "shen" else None
    contact_id = office.sheets.record(
        Interaction,
        **office.stamp(told.by, made_at),
        **name_columns(told.subject, None, words),
        team_id=team_id or office.team_of(told.by),
        counselor_id=office.users[told.by],
        confidential=told.confidential,
        state=told.state,
        what=told.what,
        reached=told.reached if held else None,
        at=at,
        wall=told.wall,
        zone=told.zone,
        minutes=told.minutes,
        place=told.place,
        subject=told.subject,
        notes=told.notes,
        english_line=told.english,
    )
    office.note_made(contact_id, "interaction", told.by, made_at)
    for who in told.people:
        organization = who.firm
        side = (
            PartySide.client
            if organization and any(organization.id == c[0].id for c in told.clients)
            else PartySide.host
        )
        add(
            InteractionParty,
            interaction_id=contact_id,
            person_id=who.id,
            organization_id=organization.id if organization else None,
            side=side,
        )
    for label, count, host in told.others:
        add(InteractionParty, interaction_id=contact_id, label=label, count=count, organization_id=host.id)
    _for_clients(office, contact_id, told)
    for kind, what in told.sent:
        add(InteractionSent, interaction_id=contact_id, kind=kind, what=what)
    _link(office, contact_id, told, at)
    return contact_id


def _for_clients(office: Office, contact_id: int, told: InteractionSpec) -> None:
    add = office.sheets.add
    staff = dict.fromkeys(told.staff or (told.by,))
    for name in staff:
        role = StaffRole.lead if name == told.by else StaffRole.attended
        add(InteractionStaff, interaction_id=contact_id, user_id=office.users[name], role=role)
    for client, contact, prep, travel, funder in told.clients:
        add(
            InteractionClient,
            interaction_id=contact_id,
            client_id=client.id,
            funder_id=office.funders[funder] if funder else None,
            session_type=told.session_type,
            countable=told.session_type is not SessionType.update_only,
        )
        for name in staff:
            add(
                InteractionTime,
                interaction_id=contact_id,
                client_id=client.id,
                user_id=office.users[name],
                contact=contact,
                prep=prep,
                travel=travel,
            )


def _link(office: Office, contact_id: int, told: InteractionSpec, at: datetime) -> None:
    """Let it stand in the timelines of its people, firms and clients, and of what it says it is about."""
    derived = [who.id for who in told.people]
    derived += [who.firm.id for who in told.people if who.firm]
    derived += [organization.id for _label, _count, organization in told.others]
    derived += [client[0].id for client in told.clients]
    for record_id in dict.fromkeys([*told.about, *derived]):
        office.sheets.add(
            InteractionLink, record_id=record_id, interaction_id=contact_id, at=at, stated=record_id in told.about
        )


def add_follow_up(office: Office, told: FollowUpSpec) -> int:
    """Make a follow-up about firms, people and cases."""
    timed = isinstance(told.due, datetime)
    wall = told.due if isinstance(told.due, datetime) else None
    by = told.by or told.counselor
    organizations = [about for about in told.about if not isinstance(about, PersonRef)]
    team_id = told.team_id or next((f.team_id for f in told.about if f.team_id), None) or office.team_of(told.counselor)
    closed = told.state is not FollowUpState.open
    follow_up_id = office.sheets.record(
        FollowUp,
        **office.stamp(by, told.made_at),
        **name_columns(told.title, None, [tokens(told.title)]),
        team_id=team_id,
        counselor_id=office.users[told.counselor],
        confidential=told.confidential,
        title=told.title,
        note=told.note,
        side=told.side,
        due_on=wall.date() if wall else told.due,
        due_wall=wall,
        zone=told.zone,
        due_at=calendars.resolve_local(wall.date(), wall.time(), told.zone) if timed and wall else None,
        promised_by_id=told.promised_by.id if told.promised_by else None,
        promised_to_id=told.promised_to.id if told.promised_to else None,
        source_id=told.source_id,
        state=told.state,
        result=told.result,
        closed_at=told.closed_at if closed else None,
        closed_by_id=office.users[told.counselor] if closed else None,
        tries=told.tries,
        put_off=told.put_off,
        mail_alone=told.mail_alone,
    )
    office.note_made(follow_up_id, "followup", by, told.made_at)
    ids = [about.id for about in told.about]
    if not organizations:
        ids += [who.firm.id for who in told.about if isinstance(who, PersonRef) and who.firm]
    for record_id in dict.fromkeys([*ids, *told.cases]):
        office.sheets.add(FollowUpAbout, followup_id=follow_up_id, record_id=record_id)
    return follow_up_id
