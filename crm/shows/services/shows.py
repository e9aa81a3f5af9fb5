"""Change shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core.data.base import db, new_uid
from crm.core.data.net_changes import NetChange
from crm.core.data.record_names import set_names
from crm.core.errors import Conflict, Invalid
from crm.core.hooks import UNDONE
from crm.core.policy import Actor
from crm.core.words import _
from crm.records.queries import other_names_of
from crm.shows.derived import derive_place, name_columns
from crm.shows.models import SHANGHAI, Show, ShowMeeting
from crm.shows.times import check_days, check_meeting_days


def save_show(actor: Actor, values: Mapping[str, Any], show: Show | None = None, uid: str | None = None) -> Show:
    """Create or change a show, which is shared. Raises Invalid on the field that is wrong.

    Meetings keep their wall time when the zone changes; dates that would leave out a meeting are refused.
    """
    for name in ("cost", "staff_days"):
        if (values.get(name) or 0) < 0:
            raise Invalid(_("Enter a number of 0 or more."), name)
    row = show or Show(uid=uid or new_uid(), counselor_id=actor.id, zone=SHANGHAI)
    former = row.country, row.zone
    for name, value in values.items():
        setattr(row, name, value)
    row.name = row.name or row.native_name or ""
    if not row.name:
        raise Invalid(_("Enter a name in any script."), "name")
    check_days(row.starts_on, row.ends_on)
    derive_place(row, *former)
    db.session.add(row)
    _name_show(row)
    db.session.flush()
    if show is not None:
        move_meetings(row)
    return row


def _name_show(row: Show) -> None:
    db.session.flush()
    set_names(row, name_columns(row, other_names_of(row.id)))


def _update_after_undo(_actor: Actor, undone: Mapping[Show, Sequence[NetChange]]) -> None:
    """Update the names, and the meetings that were added since. Raises Conflict if the days leave out a meeting."""
    for row in undone:
        _name_show(row)
        try:
            move_meetings(row)
        except Invalid as problem:
            raise Conflict(_("Meetings would be outside the show dates. Nothing was undone.")) from problem


UNDONE["show"] = _update_after_undo


def move_meetings(row: Show) -> None:
    """Give the meetings of a show its time zone; they keep their wall time. Raises Invalid for one outside its days."""
    meetings = db.session.scalars(sa.select(ShowMeeting).where(ShowMeeting.show_id == row.id)).all()
    check_meeting_days(meetings, row.starts_on, row.ends_on)
    for meeting in meetings:
        if meeting.zone != row.zone:
            meeting.zone = row.zone
            meeting.at = calendars.resolve_local(meeting.wall.date(), meeting.wall.time(), row.zone)
    db.session.flush()
