"""The list of organizations."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.identity import Team, User
from crm.core.data.together import run_together
from crm.core.forms.choice_sources import country_choices
from crm.core.lists import Col, Filter, Listing, RowEditing, View
from crm.core.lists.derive import enum_choices
from crm.core.lists.editing import save_columns
from crm.core.lists.record_dates import LAST_CONTACT, SILENT_FILTER, join_last_dates
from crm.core.lists.staff_filters import list_user_choices, team_filter
from crm.core.policy import Actor
from crm.core.search.search import beginning
from crm.core.words import _l
from crm.records.policy import ContactMedium
from crm.records.queries import join_as_text, join_points
from crm.records.tag_queries import has_tag, join_tags, tag_exists
from crm.reference.models import Sector
from crm.reference.queries import sector_filter_choices

from . import queries, services
from .derived import PLAIN_COLUMNS, derive_columns
from .forms import OrganizationForm
from .groupings import GROUPINGS
from .models import Alias, Client, Organization, OrganizationRoleLink, OrganizationSector
from .policy import ClientStatus, OrganizationRole

# Columns that only exports show are subqueries: pages don't run them.
OTHER_NAMES = join_as_text(
    sa.select(Alias.name).where(Alias.organization_id == Organization.id).order_by(Alias.id), Organization
)
SECTORS = join_as_text(
    sa.select(Sector.name)
    .join(OrganizationSector, OrganizationSector.sector_id == Sector.id)
    .where(OrganizationSector.organization_id == Organization.id)
    .order_by(Sector.name),
    Organization,
)
TEAM = sa.select(Team.name).where(Team.id == Organization.team_id).correlate(Organization).scalar_subquery()


def base(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Select the visible organizations with their counselor and the date of the last interaction anyone may see."""
    return join_last_dates(
        queries.visible_organizations(viewer).outerjoin(User, User.id == Organization.counselor_id), Organization
    )


def after_page(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Load the roles and the next step of the rows of a page."""
    roles, steps = run_together(partial(queries.load_roles, ids), partial(queries.load_next_step_dates, ids, actor))
    return {i: {"roles": ", ".join(str(r) for r in roles[i]), "next": steps.get(i)} for i in ids}


def _has_role(codes: tuple[str, ...]) -> sa.ColumnElement[bool]:
    link = OrganizationRoleLink
    roles = [OrganizationRole.from_code(c) for c in codes]
    return sa.exists().where(link.organization_id == Organization.id, link.role.in_(roles)).correlate_except(link)


def _in_county(name: str) -> sa.ColumnElement[bool]:
    """Return the condition for the county of a client; "-": without one."""
    counties = sa.select(Client.organization_id).where(Client.county != "")
    if name == "-":
        return Organization.id.not_in(counties)
    return Organization.id.in_(counties.where(Client.county == name))


def _in_sector(value: str) -> sa.ColumnElement[bool]:
    link = OrganizationSector
    return (
        sa.exists().where(link.organization_id == Organization.id, link.sector_id == int(value)).correlate_except(link)
    )


def _status(value: str) -> sa.ColumnElement[bool]:
    status = ClientStatus.from_code(value)
    return (
        sa.exists().where(Client.organization_id == Organization.id, Client.status == status).correlate_except(Client)
    )


EDITING = RowEditing(
    form=OrganizationForm,
    right="organization:edit",
    save=services.change_organization,
    many={
        **save_columns(Organization, *PLAIN_COLUMNS),
        **save_columns(Organization, "city", derive=derive_columns),
        **save_columns(Organization, "country", derive=partial(derive_columns, is_new_country=True)),
    },
)

ORGANIZATIONS = Listing(
    name="organizations",
    title=_l("Organizations"),
    path="/organizations/",
    template="organizations/index.html",
    entity=Organization,
    base=base,
    whole=True,
    after_page=after_page,
    editing=EDITING,
    groupings=GROUPINGS,
    cols=(
        Col(
            "name",
            _l("Name"),
            Organization.label,
            sort=Organization.sort_key,
            kind="name",
            native=Organization.native_label,
            field="name",
        ),
        Col("roles", _l("Roles"), hide_phone=True),
        Col.of(Organization.city, sort=Organization.city_key, hide_phone=True),
        Col.of(Organization.country, hide_phone=True),
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True, field="counselor_id"),
        LAST_CONTACT,
        Col("next", _l("Next step"), kind="light"),
        *Col.off_by_default(Organization),
        Col("aliases", _l("Other names"), OTHER_NAMES, show=False),
        Col("emails", _l("Email addresses"), join_points(Organization.id, ContactMedium.email), show=False),
        Col("phones", _l("Phone numbers"), join_points(Organization.id, ContactMedium.phone), show=False),
        Col("sectors", _l("Sectors"), SECTORS, show=False),
        Col("team", _l("Team"), TEAM, show=False),
        Col.of(Organization.read_first, name="note", show=False),
        Col("tags", _l("Tags"), join_tags(Organization), kind="tags", show=False),
        Col("uid", _l("Identifier"), Organization.uid, show=False),
    ),
    filters=(
        Filter("role", _l("Roles"), "many", _has_role, enum_choices(OrganizationRole)),
        Filter("status", _l("Status"), "choice", _status, enum_choices(ClientStatus)),
        Filter.of(Organization.country, kind="choice", choices=lambda _a: tuple(country_choices())),
        Filter("city", _l("City"), "text", lambda x: beginning(Organization.city_key, x)),
        Filter("tag", _l("Tag"), "text", lambda name: has_tag(Organization, name), exists=tag_exists),
        Filter(
            "sector",
            _l("Sector"),
            "choice",
            _in_sector,
            sector_filter_choices,
        ),
        Filter("county", _l("County"), "text", _in_county),
        team_filter(Organization.team_id),
        Filter(
            "counselor",
            _l("Counselor"),
            "choice",
            lambda x: Organization.counselor_id == int(x),
            list_user_choices,
        ),
        SILENT_FILTER,
        Filter(
            "confidential",
            _l("Confidential"),
            "choice",
            lambda x: Organization.confidential.is_(x == "yes"),
            (("yes", _l("Yes")), ("no", _l("No"))),
        ),
        Filter("mine", _l("Mine"), "bool", lambda _x, actor: Organization.counselor_id == actor.id, takes_actor=True),
    ),
    views=(
        View("clients", _l("Clients"), {"role": ("client",)}),
        View("primes", _l("Primes"), {"role": ("prime",)}),
        View("posts", _l("U.S. posts"), {"role": ("post",)}),
        View("owners", _l("Project owners"), {"role": ("project_owner",)}),
        View("mine", _l("Mine"), {"mine": "1"}),
    ),
)
