"""The invitation to the site visit: one guest accepted, one declined, one has not answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from crm import calendars
from crm.feeds.queries.events import uid_of
from crm.invitations.models import CalendarGuest, CalendarInvitation
from crm.invitations.policy import GuestAnswer, interaction_key
from crm.invitations.queries import path_of
from crm.notifications.policy import INVITATION

from .demo_records import SHANGHAI, DemoRecords

ACCEPTED, DECLINED = GuestAnswer.accepted, GuestAnswer.declined
# name, address, language, answer, comment
GUESTS = (
    ("Li Hui", "li.hui@huayue.example", "zh_Hans", ACCEPTED, ""),
    ("Daniel Whitcombe", "daniel.whitcombe@post.example", "en", DECLINED, "In Beijing all week, please go ahead."),
)


def create(demo: DemoRecords) -> None:
    """Create the invitation, its guests, and the notification of the decline."""
    add, users, visit = demo.writer.inserter.add, demo.writer.users, demo.visit_id
    wall, key = demo.local_time(2, 10), interaction_key(visit)
    starts_at = calendars.resolve_local(wall.date(), wall.time(), SHANGHAI)
    invitation_id = add(
        CalendarInvitation,
        subject_key=key,
        record_id=visit,
        organizer_id=users["anna"],
        uid=uid_of("interaction", visit),
        sequence=0,
        summary="Site visit, control center",
        location="Suzhou Industrial Park",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=120),
        zone=SHANGHAI,
        message="",
        canceled_at=None,
    )
    for name, address, language, answer, comment in GUESTS:
        guest = {"name": name, "address": address, "language": language, "person_id": demo.people[name].id}
        _add_guest(demo, invitation_id, guest, answer=answer, comment=comment, answered_at=demo.moment(-1))
    _add_guest(demo, invitation_id, {"name": "Shen Yun", "address": "shen@demo.example", "user_id": users["shen"]})
    demo.add_notification("anna", INVITATION, visit, demo.moment(-1), path=path_of(key))


def _add_guest(
    demo: DemoRecords,
    invitation_id: int,
    guest: dict[str, object],
    *,
    answer: GuestAnswer | None = None,
    comment: str = "",
    answered_at: datetime | None = None,
) -> None:
    blank = {"language": "en", "user_id": None, "person_id": None, "proposed_at": None, "proposed_end_at": None}
    demo.writer.inserter.add(
        CalendarGuest,
        **blank | guest,
        invitation_id=invitation_id,
        answer=answer,
        comment=comment,
        answered_at=answered_at,
        answer_stamp=answered_at,
        answered_sequence=0 if answer else None,
    )
