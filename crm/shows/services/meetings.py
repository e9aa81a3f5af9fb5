"""Change meetings at shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.record import Record, visible
from crm.core.data.rows import advance_version, sync_rows
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.organizations.queries import get_organization
from crm.people.services import store_employers
from crm.records.services import check_active
from crm.shows.conflicts import load_people_ids, load_staff_ids, refuse_clash
from crm.shows.models import MeetingEmployer, MeetingPerson, MeetingStaff, Show, ShowMeeting
from crm.shows.policy import MAX_MINUTES, MeetingState, is_show_day, is_still_to_come
from crm.shows.queries import get_meeting
from crm.shows.times import check_reopened_day, correct_time, refuse_early

MEETING = ("minutes", "table", "client_id", "host_id", "interpreter", "note")


def save_meeting(
    actor: Actor, show: Show, values: Mapping[str, Any], meeting: ShowMeeting | None = None, uid: str | None = None
) -> ShowMeeting:
    """Create or change a meeting. `values`: day, time, the plain columns, `people`, `staff`, `state`, `confirm_clash`.

    It belongs to the team of its client, without a client to the creator's first team. Raises Invalid on the field that
    is wrong, NotFound for a client or host that is not visible.
    """
    row = meeting or ShowMeeting(uid=uid or new_uid(), show_id=show.id, state=MeetingState.agreed, minutes=30)
    former_client_id = row.client_id
    with db.session.no_autoflush:
        _set_columns(show, row, values)
        if meeting is None or row.client_id not in (None, former_client_id):
            row.team_id = _team_of(actor, row.client_id)
        people = _with_unseen(actor, meeting, values.get("people") or [])
        if not people and not row.host_id and not row.client_id:
            raise Invalid(_("Choose people, or the client and the organization to meet."), "people")
        staff = list(dict.fromkeys(values.get("staff") or []))
        check_active(set(staff) - load_staff_ids(row), "staff")
        refuse_clash(actor, row, people, staff, is_confirmed=bool(values.get("confirm_clash")))
        is_attended_by_others = (load_people_ids(row), load_staff_ids(row)) != (set(people), set(staff))
    db.session.add(row)
    db.session.flush()
    if meeting is not None and is_attended_by_others:
        advance_version(row)
    _set_links(MeetingPerson, "person_id", row, people)
    store_employers(actor, row, MeetingEmployer.meeting_id, people)
    _set_links(MeetingStaff, "user_id", row, staff)
    return row


def _set_columns(show: Show, row: ShowMeeting, values: Mapping[str, Any]) -> None:
    """Set the time and the plain columns. Raises Invalid on the field that is wrong."""
    _set_time(show, row, values["day"], values["time"])
    for name in MEETING:
        if name in values:
            setattr(row, name, values[name])
    row.state = values.get("state") or row.state
    refuse_early(row, "time")
    if not 0 < row.minutes <= MAX_MINUTES:
        raise Invalid(_("Enter 1 to %(n)d minutes.", n=MAX_MINUTES), "minutes")


def _set_time(show: Show, row: ShowMeeting, day: date, hour: time) -> None:
    if not is_show_day(day, show.starts_on, show.ends_on):
        days = formats.day_range(show.starts_on, show.ends_on)
        raise Invalid(_("Choose a day of the show (%(days)s), or edit its dates first.", days=days), "day")
    row.wall, row.zone = datetime.combine(day, hour), show.zone
    row.at = calendars.resolve_local(day, hour, show.zone)


def _team_of(actor: Actor, client_id: int | None) -> int:
    team_id = get_organization(actor, client_id).team_id if client_id is not None else None
    result = team_id if team_id is not None else actor.first_team_id
    if result is None:
        raise Invalid(_("Choose a client. The meeting belongs to the client's team."), "client_id")
    return result


def _with_unseen(actor: Actor, row: ShowMeeting | None, people: Collection[int]) -> list[int]:
    """Return the chosen people, and those existing ones that the actor may not see and so can't have removed."""
    if row is None:
        return list(dict.fromkeys(people))
    stmt = (
        sa.select(MeetingPerson.person_id)
        .join(Record, Record.id == MeetingPerson.person_id)
        .where(MeetingPerson.meeting_id == row.id, sa.not_(visible(actor)))
    )
    return list(dict.fromkeys([*people, *db.session.scalars(stmt)]))


def _set_links(cls: Any, name: str, row: ShowMeeting, ids: Collection[int]) -> None:
    sync_rows(row, cls.meeting_id, [{name: i} for i in ids], key=[name])


def set_meeting_state(actor: Actor, row: ShowMeeting, state: MeetingState) -> None:
    """Set the state of a meeting; one that books its slot again is checked, one that took place is not.

    A meeting that is held long before its time gets the current time. Raises Invalid if it is still to come, or if a
    person, a staff member or the table is in another meeting then; Conflict if someone else marked it meanwhile, but
    guests may arrive after all.
    """
    if row.state.is_over and state.is_over and state not in (row.state, MeetingState.held):
        raise Conflict(_("This meeting is already marked as %(state)s.", state=formats.within(row.state)))
    with db.session.no_autoflush:
        books = state is not MeetingState.held and not row.state.takes_slot
        row.state = state
        if state is MeetingState.held and correct_time(row, clock.now()):
            db.session.flush()
            return
        refuse_early(row)
        if books:
            check_reopened_day(row)
            refuse_clash(actor, row, load_people_ids(row), load_staff_ids(row), is_confirmed=True)
    db.session.flush()


def set_note(row: ShowMeeting, note: str | None) -> None:
    row.note = note
    db.session.flush()


def link_interaction(actor: Actor, meeting_id: int, interaction: Interaction) -> None:
    """Link a meeting to the interaction it became; a held interaction sets the meeting to held. Raises NotFound.

    A meeting that is still to come gets the time of the interaction; one outside the days of the show stays open. The
    link to an earlier interaction stays, also if the actor may not see that one.
    """
    row = get_meeting(actor, meeting_id)
    earlier = db.session.get(Record, row.interaction_id) if row.interaction_id is not None else None
    if earlier is None or earlier.archived_at is not None:
        row.interaction_id = interaction.id
    if interaction.state is InteractionState.held:
        if interaction.time_known:
            correct_time(row, interaction.at)
        row.state = row.state if is_still_to_come(row.at, clock.now()) else MeetingState.held
    db.session.flush()
