"""Organizations to list: equal names, Chinese names, two teams, confidential and archived ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from crm.core import clock, lists
from crm.core.data.record import visible
from crm.core.data.record_dates import RecordDates
from crm.core.data.record_names import name_record
from crm.core.words import _l
from crm.organizations.models import Organization

OrganizationFactory = Callable[..., Organization]


@pytest.fixture
def make_organization(session: scoped_session[Session]) -> OrganizationFactory:
    """Return a factory: `make_organization("Huayue", "华岳", team_id=..., city=...)`."""

    def make(name: str, native: str = "", **facts: object) -> Organization:
        archived = facts.pop("archived", False)
        row = Organization(name=name, native_name=native or None, **facts)
        name_record(row, name, native)
        if archived:
            row.archived_at = clock.now()
        session.add(row)
        session.flush()
        return row

    return make


LAST = RecordDates.last_interaction_at
ORGANIZATIONS = lists.Listing(
    name="organizations",
    title=_l("Organizations"),
    entity=Organization,
    cols=(
        lists.Col(
            "name", _l("Name"), Organization.label, Organization.sort_key, "name", native=Organization.native_label
        ),
        lists.Col("city", _l("City"), Organization.city, hide_phone=True),
        lists.Col("country", _l("Country"), Organization.country, sa.func.coalesce(Organization.country, "")),
        lists.Col("last", _l("Last interaction"), LAST, sort=True, kind="date", nulls_last=True),
        lists.Col(
            "share",
            _l("Share"),
            Organization.parent_share,
            sort=True,
            kind="money",
            required_access="money",
            nulls_last=True,
        ),
        lists.Col("next", _l("Next step"), kind="light"),
        lists.Col("native_name", _l("Native name"), Organization.native_name, show=False),
    ),
    filters=(
        lists.Filter("city", _l("City"), "text", lambda value: Organization.city.icontains(value, autoescape=True)),
        lists.Filter(
            "country",
            _l("Country"),
            "many",
            Organization.country.in_,
            (("US", _l("United States")), ("CN", _l("China"))),
        ),
        lists.Filter("parent", _l("Parent"), "pick", lambda value: Organization.parent_id == value),
        lists.Filter(
            "mine", _l("Mine"), "bool", lambda _v, actor: Organization.counselor_id == actor.id, takes_actor=True
        ),
        lists.Filter(
            "above", _l("Share from"), "num", lambda v: Organization.parent_share >= v, required_access="money"
        ),
    ),
    views=(lists.View("china", _l("China"), {"country": "CN"}, "-name"),),
    base=lambda actor: (
        sa.select(Organization)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == Organization.id, RecordDates.team_key == 0))
        .where(visible(actor, Organization))
    ),
    after_page=lambda ids, _actor: {i: {"next": (clock.now().date(), "Call")} for i in ids},
    sums=("share",),
)
