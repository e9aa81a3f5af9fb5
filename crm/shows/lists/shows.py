"""The list of shows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import alias, fetch
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.lists import Col, Filter, Grouping, Listing, RowEditing, View
from crm.core.lists.derive import enum_choices
from crm.core.policy import Actor
from crm.core.search.search import beginning
from crm.core.words import _l
from crm.shows import queries, services
from crm.shows.bulk_edit import change_shows
from crm.shows.forms import ShowForm
from crm.shows.models import Show, ShowMeeting, ShowParticipant
from crm.shows.policy import ShowKind


def after_page(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return the organizer, the number of visible participants and of meetings of own teams."""
    going = (
        sa.select(ShowParticipant.show_id, sa.func.count())
        .outerjoin(Record, Record.id == ShowParticipant.record_id)
        .where(ShowParticipant.show_id.in_(ids), sa.or_(ShowParticipant.record_id.is_(None), visible(actor)))
        .group_by(ShowParticipant.show_id)
    )
    meetings = (
        sa.select(ShowMeeting.show_id, sa.func.count())
        .where(ShowMeeting.show_id.in_(ids), queries.visible_meetings(actor))
        .group_by(ShowMeeting.show_id)
    )
    host = alias(Record, "show_host")
    hosts = (
        sa.select(Show.id, sa.func.coalesce(sa.func.nullif(host.label, ""), host.native_label))
        .join(host, host.id == Show.organizer_id)
        .where(Show.id.in_(ids), visible(actor, host))
    )
    stmts = (going, meetings, hosts)
    go, meet, organizers = (dict(map(tuple, rows)) for rows in run_together(*(partial(fetch, stmt) for stmt in stmts)))
    return {i: {"going": go.get(i), "meetings": meet.get(i), "organizer": organizers.get(i)} for i in ids}


def _in_year(value: Any) -> sa.ColumnElement[bool]:
    year = int(value)
    condition: sa.ColumnElement[bool] = sa.and_(Show.starts_on <= date(year, 12, 31), Show.ends_on >= date(year, 1, 1))
    return condition


def _date_condition(value: str) -> sa.ColumnElement[bool]:
    today = clock.today(formats.zone_of_reader())
    # At the venue it may still be yesterday, or already tomorrow.
    condition: sa.ColumnElement[bool] = (
        Show.ends_on >= today - timedelta(days=1) if value == "coming" else Show.ends_on < today - timedelta(days=1)
    )
    return condition


EDITING = RowEditing(
    form=ShowForm,
    right="show:edit",
    save=lambda actor, row, values: services.save_show(actor, values, row),
    many=dict.fromkeys(("starts_on", "ends_on", "type", "city", "country", "venue"), change_shows),
    facts=("halls", "zone", "staff_days", "note"),
)

SHOWS = Listing(
    name="shows",
    title=_l("Shows"),
    path="/shows/",
    template="shows/index.html",
    entity=Show,
    base=queries.visible_to,
    whole=True,
    after_page=after_page,
    editing=EDITING,
    sort="-days",
    groupings=(Grouping("city", _l("City"), Show.city),),
    cols=(
        Col("name", _l("Name"), Show.label, sort=Show.sort_key, kind="name", native=Show.native_label),
        Col("days", _l("First day"), Show.starts_on, sort=True, kind="date", field="starts_on"),
        Col("last", _l("Last day"), Show.ends_on, kind="date", hide_phone=True, field="ends_on"),
        Col("kind", _l("Type"), Show.type, kind="enum", hide_phone=True, field="type"),
        Col("city", _l("City"), Show.city, sort=Show.city_key, hide_phone=True, field="city"),
        Col("country", _l("Country"), Show.country, kind="country", hide_phone=True, field="country"),
        Col("venue", _l("Venue"), Show.venue, show=False, field="venue"),
        Col("going", _l("Participants"), kind="num", hide_phone=True),
        Col("meetings", _l("Meetings"), kind="num"),
        Col.of(Show.halls, field="", show=False),
        Col.of(Show.zone, field="", show=False),
        Col("organizer", _l("Organizer"), show=False),
        Col.of(Show.native_name, field="", show=False),
        Col.of(Show.staff_days, field="", show=False),
        Col.of(Show.note, field="", show=False),
        Col("cost", _l("Cost"), Show.cost, kind="money", currency=Show.currency, show=False, required_access="money"),
        Col.of(Show.currency, field="", show=False, required_access="money"),
        Col("uid", _l("Identifier"), Show.uid, show=False),
    ),
    filters=(
        Filter(
            "when",
            _l("When"),
            "choice",
            _date_condition,
            (("coming", _l("Upcoming and current")), ("past", _l("Past"))),
        ),
        Filter(
            "kind",
            _l("Type"),
            "choice",
            lambda x: Show.type == ShowKind.from_code(x),
            enum_choices(ShowKind),
        ),
        Filter("city", _l("City"), "text", lambda x: beginning(Show.city_key, x)),
        Filter("year", _l("Year"), "num", _in_year),
    ),
    views=(
        View("coming", _l("Upcoming"), {"when": "coming"}, sort="days"),
        View("past", _l("Past"), {"when": "past"}, sort="-days"),
    ),
)
