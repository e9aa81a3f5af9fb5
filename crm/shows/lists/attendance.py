"""The list of attendees of workshops and webinars, as the reports count them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias, fetch
from crm.core.data.identity import Team, User
from crm.core.data.record import Record
from crm.core.lists import Col, Filter, Grouping, Listing, View
from crm.core.lists.record_filters import record_filter, related_filter
from crm.core.lists.record_groupings import record_grouping, team_grouping, user_grouping
from crm.core.lists.staff_filters import counselor_filter, list_team_choices
from crm.core.lists.text_search import contains_text
from crm.core.policy import Actor
from crm.core.words import _l
from crm.reference.models import Funder
from crm.shows.models import Show, ShowParticipant
from crm.shows.policy import ATTENDEES, COUNTED, WORKSHOPS, Attendance
from crm.shows.queries import select_attendees, select_attending_clients
from crm.shows.queries.attendance import GUEST

KINDS = (("person", _l("Person")), ("organization", _l("Client")))
STATUSES = tuple((status.value, status.label) for status in COUNTED)
TEAM_NAME = sa.select(Team.name).where(Team.id == GUEST.team_id).correlate(GUEST).scalar_subquery()


def base(actor: Actor) -> sa.Select[Any]:
    """Select the counted participants of workshops with their counselors."""
    stmt = select_attendees(actor).with_only_columns(ShowParticipant.id)
    return stmt.outerjoin(User, User.id == GUEST.counselor_id)


def load_clients(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return the names of the visible clients where attendees worked at the time, as files have them."""
    client, links = alias(Record, "named_client"), select_attending_clients(actor).subquery()
    name = sa.func.coalesce(sa.func.nullif(client.label, ""), client.native_label)
    stmt = sa.select(links.c.id, name).join(client, client.id == links.c.client_id).where(links.c.id.in_(ids))
    names: dict[int, list[str]] = {}
    for i, text in fetch(stmt.order_by(client.sort_key, client.id)):
        names.setdefault(i, []).append(text)
    return {i: {"client": "; ".join(names.get(i, []))} for i in ids}


def _is_of_client(client_id: int, actor: Actor) -> sa.ColumnElement[bool]:
    links = select_attending_clients(actor, with_confidential=True).subquery()
    condition: sa.ColumnElement[bool] = ShowParticipant.id.in_(
        sa.select(links.c.id).where(links.c.client_id == client_id)
    )
    return condition


def _in_teams(ids: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition for attendees of teams, and for shared people, as reports of a team count them."""
    condition: sa.ColumnElement[bool] = sa.or_(GUEST.team_id.is_(None), GUEST.team_id.in_(list(map(int, ids))))
    return condition


def _name_of(record: Any) -> Any:
    return sa.func.coalesce(sa.func.nullif(record.label, ""), record.native_label)


ATTENDANCE = Listing(
    name="attendance",
    title=_l("Attendance at workshops"),
    path="/shows/attendance/",
    template="shows/attendees.html",
    entity=ShowParticipant,
    confidential=sa.or_(GUEST.confidential, Show.confidential),
    base=base,
    after_page=load_clients,
    search=lambda text: contains_text(text, GUEST.label, GUEST.native_label, Show.label, Show.native_label),
    sort="-on",
    has_row_pages=False,
    groupings=(
        record_grouping("event", _l("Event"), ShowParticipant.show_id),
        record_grouping("attendee", _l("Attendee"), ShowParticipant.record_id),
        Grouping(
            "client",
            _l("Client"),
            kind="id",
            links=select_attending_clients,
            names=(Record.id, Record.label, Record.native_label),
            takes_actor=True,
            is_record=True,
        ),
        user_grouping("counselor", _l("Counselor"), GUEST.counselor_id),
        user_grouping("event_counselor", _l("Counselor of the event"), Show.counselor_id),
        team_grouping(GUEST.team_id),
        Grouping("city", _l("City"), Show.city),
        Grouping("funder", _l("Funder"), Show.funder_id, "id", names=(Funder.id, Funder.name), required_access="money"),
    ),
    cols=(
        Col("name", _l("Attendee"), _name_of(GUEST), kind="link", path="/records/", ref=GUEST.id),
        Col("client", _l("Client"), hide_phone=True),
        Col("event", _l("Event"), _name_of(Show), kind="link", path="/shows/", ref=Show.id),
        Col("on", _l("Date"), Show.starts_on, sort=True, kind="date", hide_phone=True),
        Col.of(Show.type, hide_phone=True),
        Col.of(ShowParticipant.attendance, name="status"),
        Col.of(ShowParticipant.going_as, show=False),
        Col.of(Show.country, show=False),
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True),
        Col("team", _l("Team"), TEAM_NAME, show=False),
    ),
    filters=(
        Filter.of(ShowParticipant.attendance, name="status", kind="many", choices=STATUSES),
        Filter.of(Show.type, choices=tuple((kind.value, kind.label) for kind in WORKSHOPS)),
        Filter.of(ShowParticipant.going_as, choices=tuple((role.value, role.label) for role in ATTENDEES)),
        Filter("kind", _l("Person or client"), "choice", lambda x: GUEST.kind == x, KINDS),
        Filter("from", _l("Date from"), "date", lambda x: Show.starts_on >= x),
        Filter("to", _l("Date to"), "date", lambda x: Show.starts_on <= x),
        counselor_filter(GUEST.counselor_id),
        Filter("team", _l("Team"), "many", _in_teams, list_team_choices),
        record_filter("event", _l("Event"), ShowParticipant.show_id),
        record_filter("attendee", _l("Attendee"), ShowParticipant.record_id),
        related_filter("client", _l("Client"), _is_of_client),
    ),
    views=(
        View("attended", _l("Attended"), {"status": Attendance.attended.value}),
        View("no_show", _l("No-shows"), {"status": Attendance.no_show.value}),
    ),
)
