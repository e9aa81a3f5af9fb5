"""What lists of parts of clients' data have in common: columns, filters and groupings by the client."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.identity import Team, User
from crm.core.lists import Col, Filter, Grouping
from crm.core.lists.record_filters import record_filter
from crm.core.lists.record_groupings import record_grouping, team_grouping, user_grouping
from crm.core.lists.staff_filters import counselor_filter, team_filter
from crm.core.lists.text_search import contains_text
from crm.core.words import _l
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.queries.assistance import CLIENT, CLIENT_NAME
from crm.organizations.models import Client

TEAM_NAME = sa.select(Team.name).where(Team.id == CLIENT.team_id).correlate(CLIENT).scalar_subquery()
COUNTY = sa.select(Client.county).where(Client.organization_id == CLIENT.id).correlate(CLIENT).scalar_subquery()
Part = type[Assistance | PartnerReferral]


def client_column(**more: Any) -> Col:
    """Return the column that links to the client."""
    return Col("client", _l("Client"), CLIENT_NAME, kind="link", path="/organizations/", ref=CLIENT.id, **more)


def staff_columns(*, show_counselor: bool) -> tuple[Col, ...]:
    """Return the columns with the client's counselor and team, and the county; `base` joins the user."""
    return (
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True, show=show_counselor),
        Col("team", _l("Team"), TEAM_NAME, show=False),
        Col("county", _l("County"), COUNTY, show=False),
    )


def client_filters(entity: Part) -> tuple[Filter, ...]:
    """Return the filters by days and by the client."""
    return (
        Filter("from", _l("Date from"), "date", lambda x: entity.on >= x),
        Filter("to", _l("Date to"), "date", lambda x: entity.on <= x),
        counselor_filter(CLIENT.counselor_id),
        team_filter(CLIENT.team_id),
        record_filter("client", _l("Client"), entity.client_id),
    )


def client_groupings(entity: Part) -> tuple[Grouping, ...]:
    """Return the groupings by the client."""
    return (
        record_grouping("client", _l("Client"), entity.client_id),
        user_grouping("counselor", _l("Counselor"), CLIENT.counselor_id),
        team_grouping(CLIENT.team_id),
        Grouping("county", _l("County"), COUNTY),
    )


def matches_text(text: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Return the condition for a text in columns or in the names of the client."""
    return contains_text(text, *columns, CLIENT.label, CLIENT.native_label)
