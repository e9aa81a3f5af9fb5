"""Makes rows of interactions and follow-ups, as the services of their features would."""

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
from .writer import RecordWriter, name_columns, tokens


def log(writer: RecordWriter, spec: InteractionSpec) -> int:
    """Add an interaction with its parties, staff, minutes and timeline links; return its id."""
    add = writer.inserter.add
    moment = calendars.resolve_local(spec.wall.date(), spec.wall.time(), spec.zone)
    is_held = spec.state is InteractionState.held
    made_at = spec.made_at or (
        moment + timedelta(minutes=(spec.minutes or 0) + 9)
        if is_held
        else min(moment - timedelta(days=6), writer.now - timedelta(days=1))
    )
    words = [
        tokens(spec.place),
        *(tokens(name) for party in spec.people for name in (party.label, party.native) if name),
        tokens(spec.notes, spec.english),
    ]
    team_id = next((c[0].team_id for c in spec.clients), None) if spec.by == "shen" else None
    contact_id = writer.inserter.record(
        Interaction,
        **writer.stamp(spec.by, made_at),
        **name_columns(spec.subject, None, words),
        team_id=team_id or writer.team_of(spec.by),
        counselor_id=writer.users[spec.by],
        confidential=spec.confidential,
        state=spec.state,
        type=spec.type,
        reached=spec.reached if is_held else None,
        at=moment,
        wall=spec.wall,
        zone=spec.zone,
        minutes=spec.minutes,
        place=spec.place,
        subject=spec.subject,
        notes=spec.notes,
        english_line=spec.english,
    )
    writer.add_history(contact_id, "interaction", spec.by, made_at)
    for party in spec.people:
        organization = party.organization
        side = (
            PartySide.client
            if organization and any(organization.id == c[0].id for c in spec.clients)
            else PartySide.host
        )
        add(
            InteractionParty,
            interaction_id=contact_id,
            person_id=party.id,
            organization_id=organization.id if organization else None,
            side=side,
        )
    for label, count, host in spec.unnamed_people:
        add(InteractionParty, interaction_id=contact_id, label=label, count=count, organization_id=host.id)
    _for_clients(writer, contact_id, spec)
    for kind, item_text in spec.sent:
        add(InteractionSent, interaction_id=contact_id, kind=kind, description=item_text)
    _link(writer, contact_id, spec, moment)
    return contact_id


def _for_clients(writer: RecordWriter, contact_id: int, spec: InteractionSpec) -> None:
    add = writer.inserter.add
    staff = dict.fromkeys(spec.staff or (spec.by,))
    for name in staff:
        role = StaffRole.lead if name == spec.by else StaffRole.attended
        add(InteractionStaff, interaction_id=contact_id, user_id=writer.users[name], role=role)
    for client, contact, prep, travel, funder in spec.clients:
        add(
            InteractionClient,
            interaction_id=contact_id,
            client_id=client.id,
            funder_id=writer.funders[funder] if funder else None,
            session_type=spec.session_type,
            countable=spec.session_type is not SessionType.update_only,
        )
        for name in staff:
            add(
                InteractionTime,
                interaction_id=contact_id,
                client_id=client.id,
                user_id=writer.users[name],
                contact=contact,
                prep=prep,
                travel=travel,
            )


def _link(writer: RecordWriter, contact_id: int, spec: InteractionSpec, moment: datetime) -> None:
    """Link it to the timelines of its people, organizations and clients, and of the records it is about."""
    derived = [party.id for party in spec.people]
    derived += [party.organization.id for party in spec.people if party.organization]
    derived += [organization.id for _label, _count, organization in spec.unnamed_people]
    derived += [client[0].id for client in spec.clients]
    for record_id in dict.fromkeys([*spec.about, *derived]):
        writer.inserter.add(
            InteractionLink, record_id=record_id, interaction_id=contact_id, at=moment, stated=record_id in spec.about
        )


def add_follow_up(writer: RecordWriter, spec: FollowUpSpec) -> int:
    """Add a follow-up about organizations, people and opportunities; return its id."""
    timed = isinstance(spec.due, datetime)
    wall = spec.due if isinstance(spec.due, datetime) else None
    by = spec.by or spec.counselor
    organizations = [about for about in spec.about if not isinstance(about, PersonRef)]
    team_id = spec.team_id or next((f.team_id for f in spec.about if f.team_id), None) or writer.team_of(spec.counselor)
    closed = spec.state is not FollowUpState.open
    follow_up_id = writer.inserter.record(
        FollowUp,
        **writer.stamp(by, spec.made_at),
        **name_columns(spec.title, None, [tokens(spec.title)]),
        team_id=team_id,
        counselor_id=writer.users[spec.counselor],
        confidential=spec.confidential,
        title=spec.title,
        note=spec.note,
        side=spec.side,
        due_on=wall.date() if wall else spec.due,
        due_wall=wall,
        zone=spec.zone,
        due_at=calendars.resolve_local(wall.date(), wall.time(), spec.zone) if timed and wall else None,
        promised_by_id=spec.promised_by.id if spec.promised_by else None,
        promised_to_id=spec.promised_to.id if spec.promised_to else None,
        source_id=spec.source_id,
        state=spec.state,
        result=spec.result,
        closed_at=spec.closed_at if closed else None,
        closed_by_id=writer.users[spec.counselor] if closed else None,
        tries=spec.tries,
        postponed_count=spec.postponed_count,
        mail_alone=spec.mail_alone,
    )
    writer.add_history(follow_up_id, "followup", by, spec.made_at)
    ids = [about.id for about in spec.about]
    if not organizations:
        ids += [party.organization.id for party in spec.about if isinstance(party, PersonRef) and party.organization]
    for record_id in dict.fromkeys([*ids, *spec.cases]):
        writer.inserter.add(FollowUpAbout, followup_id=follow_up_id, record_id=record_id)
    return follow_up_id
