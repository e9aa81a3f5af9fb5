"""The lists of people and of China reps."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile
from crm.core.data.base import alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.forms.choice_sources import country_choices
from crm.core.lists import Col, Filter, Listing, RowEditing, View
from crm.core.lists.derive import enum_choices
from crm.core.lists.editing import save_columns
from crm.core.lists.grouping import Grouping
from crm.core.lists.record_dates import LAST_CONTACT, join_last_dates
from crm.core.lists.record_groupings import record_grouping, user_grouping
from crm.core.policy import Actor
from crm.core.search.search import beginning
from crm.core.words import _l, _p
from crm.organizations.models import OrganizationRoleLink
from crm.organizations.policy import OrganizationRole
from crm.organizations.queries import load_next_step_dates
from crm.records.policy import ContactMedium
from crm.records.queries import join_points
from crm.records.tag_queries import has_tag, join_tags, tag_exists

from . import queries, services
from .cards import build_cards
from .derived import PLAIN_COLUMNS, derive_columns
from .endings import ending_soon_text
from .forms import PersonForm
from .models import Affiliation, Person, Representation
from .policy import OfficialKind, RepresentationStatus

ROLES = enum_choices(OrganizationRole)


def base(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Select the visible people with their counselor and the date of the last interaction anyone may see."""
    return join_last_dates(queries.visible_people(viewer).outerjoin(User, User.id == Person.counselor_id), Person)


def after_page(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Load the primary position and the next step of the rows of a page."""
    affiliations, steps = run_together(
        partial(queries.load_affiliations, actor, ids), partial(load_next_step_dates, ids, actor)
    )
    cells: dict[int, dict[str, Any]] = {}
    for person_id in ids:
        cells[person_id] = {"organization": None, "title": None, "next": steps.get(person_id)}
        current = next((row for row in affiliations[person_id] if row.to_on is None), None)
        if current is not None:
            cells[person_id]["organization"] = current.organization_id, current.organization
            cells[person_id]["title"] = current.title or current.native_title
    return cells


def _contact_details(medium: ContactMedium) -> sa.ColumnElement[str | None]:
    """Select the email addresses, phone numbers or WeChat names that everyone who sees the person may see."""
    return sa.case((queries.has_public_contact_details(), join_points(Person.id, medium)), else_=None)


def _at_role(codes: tuple[str, ...], actor: Actor) -> sa.ColumnElement[bool]:
    link, organization = OrganizationRoleLink, alias(Record, "role_organization")
    roles = [OrganizationRole.from_code(code) for code in codes]
    stmt = (
        sa.select(Affiliation.id)
        .join(link, link.organization_id == Affiliation.organization_id)
        .join(organization, organization.id == Affiliation.organization_id)
        # An organization hidden from the actor must not reveal where a person works.
        .where(visible(actor, organization), Affiliation.person_id == Person.id, link.role.in_(roles))
    )
    return stmt.correlate(Person).exists()


def _official(_value: Any, actor: Actor) -> sa.ColumnElement[bool]:
    organization = alias(Record, "official_organization")
    stmt = sa.select(Affiliation.id).where(Affiliation.person_id == Person.id, Affiliation.to_on.is_(None))
    stmt = stmt.join(organization, organization.id == Affiliation.organization_id).where(visible(actor, organization))
    return stmt.where(Affiliation.official != OfficialKind.none).correlate(Person).exists()


def _to_greet(_value: Any, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition of the actor's people who are still to be greeted at the next Spring Festival."""
    since = queries.greetings_begin_at(clock.today(actor.zone), actor.zone)
    return sa.and_(Person.counselor_id == actor.id, queries.needs_greeting(since))


EDITING = RowEditing(
    form=PersonForm,
    right="person:edit",
    save=services.change_person,
    many={
        **save_columns(Person, *PLAIN_COLUMNS),
        **save_columns(Person, "city", derive=derive_columns),
        **save_columns(Person, "country", derive=partial(derive_columns, is_new_country=True)),
    },
    facts=(
        *("display_order", "pronunciation", "mail_language", "consent", "consent_place", "consent_on"),
        *PersonForm.birthday_fields,
    ),
)

PEOPLE = Listing(
    name="people",
    title=_l("People"),
    path="/people/",
    template="people/index.html",
    entity=Person,
    base=base,
    whole=True,
    after_page=after_page,
    editing=EDITING,
    build_cards=build_cards,
    groupings=(
        Grouping("city", _l("City"), Person.city),
        user_grouping("counselor", _l("Counselor"), Person.counselor_id),
        *Grouping.dates("created", _l("Date created"), Person.created_at),
    ),
    cols=(
        Col("name", _l("Name"), Person.label, sort=Person.sort_key, kind="name", native=Person.native_label),
        Col("title", _p("job", "Title"), hide_phone=True),
        Col("organization", _l("Works at"), kind="link", path="/organizations/", hide_phone=True),
        Col.of(Person.city, sort=Person.city_key, hide_phone=True),
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True, field="counselor_id"),
        LAST_CONTACT,
        Col("next", _l("Next step"), kind="light"),
        *Col.off_by_default(Person),
        Col("emails", _l("Email addresses"), _contact_details(ContactMedium.email), show=False),
        Col("phones", _l("Phone numbers"), _contact_details(ContactMedium.phone), show=False),
        Col("wechat", _l("WeChat"), _contact_details(ContactMedium.wechat), show=False),
        Col("tags", _l("Tags"), join_tags(Person), kind="tags", show=False),
        Col("uid", _l("Identifier"), Person.uid, show=False),
    ),
    filters=(
        Filter("at", _l("Organization type"), "many", _at_role, ROLES, takes_actor=True),
        Filter.of(Person.country, kind="choice", choices=lambda _a: tuple(country_choices())),
        Filter("city", _l("City"), "text", lambda x: beginning(Person.city_key, x)),
        Filter("tag", _l("Tag"), "text", lambda name: has_tag(Person, name), exists=tag_exists),
        Filter("official", _l("Officials"), "bool", _official, takes_actor=True),
        Filter("mine", _l("Mine"), "bool", lambda _x, actor: Person.counselor_id == actor.id, takes_actor=True),
        Filter("festival", _l("Spring Festival greetings"), "bool", _to_greet, takes_actor=True),
    ),
    views=(
        View("posts", _l("At U.S. posts"), {"at": ("post",)}),
        View("primes", _l("At primes"), {"at": ("prime",)}),
        View("officials", _l("Officials"), {"official": "1"}),
        View("clients", _l("At clients"), {"at": ("client",)}),
        View("mine", _l("Mine"), {"mine": "1"}),
    ),
)


def load_rep_parties(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Load the client, person and organization of each China rep, as far as the actor may see them."""
    return {
        rep.id: {
            "client": (rep.client_id, rep.client),
            "person": rep.person or rep.native_person,
            "organization": rep.organization,
            "ends": ending_soon_text(rep.to_on) if rep.status is not RepresentationStatus.ended else "",
        }
        for rep in queries.load_representations(actor, ids)
    }


REP = Representation
REPS = Listing(
    name="reps",
    title=_l("China reps"),
    path="/people/reps/",
    entity=REP,
    template="people/reps.html",
    base=queries.visible_representations,
    after_page=load_rep_parties,
    whole=True,
    groupings=(
        record_grouping("client", _l("Client"), REP.client_id),
        user_grouping("counselor", _l("Counselor"), REP.counselor_id),
        *Grouping.dates("from", _l("Start date"), REP.from_on),
        *Grouping.dates("to", _l("End date"), REP.to_on),
    ),
    cols=(
        Col("name", _l("China rep"), REP.label, sort=REP.sort_key, kind="name", native=REP.native_label),
        Col("client", _l("Client"), kind="link", path="/organizations/", show=False),
        Col("person", _l("Person"), show=False),
        Col("organization", _l("Organization"), show=False),
        Col.of(REP.rep_kind, name="kind", hide_phone=True),
        Col.of(REP.territory, hide_phone=True),
        Col.of(REP.status),
        Col.of(REP.to_on, name="to", sort=True, nulls_last=True, hide_phone=True),
        Col("ends", _l("End"), hide_phone=True, export=False),
        Col.of(REP.exclusive, hide_phone=True),
        Col.of(REP.from_on, name="from", show=False),
        Col.of(REP.basis, show=False),
        Col.of(REP.may_quote, field="", show=False),
        Col.of(REP.mark_owner, name="mark", hide_phone=True),
        Col.of(REP.note, show=False),
        Col("uid", _l("Identifier"), REP.uid, show=False),
    ),
    filters=(
        Filter.of(REP.status),
        Filter.of(REP.rep_kind, name="kind"),
        Filter("before", _l("Ends before"), "date", lambda day: REP.to_on < day),
        Filter("mine", _l("Mine"), "bool", lambda _x, actor: REP.counselor_id == actor.id, takes_actor=True),
    ),
    views=(View("active", _l("Active"), {"status": "active"}, sort="to"), View("mine", _l("Mine"), {"mine": "1"})),
)
