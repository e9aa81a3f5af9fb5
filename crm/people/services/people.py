"""Change a person: names, team, contact details."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.columns import own_names
from crm.core.data.record import ARCHIVE_COLUMNS, touch, update_dependents
from crm.core.data.record_names import set_names
from crm.core.errors import Invalid
from crm.core.hooks import QUICK_UNDO, UNDONE, QuickUndo
from crm.core.policy import Actor
from crm.core.words import _
from crm.organizations.models import Organization
from crm.people.derived import PLAIN_COLUMNS, load_names
from crm.people.models import Affiliation, Person
from crm.people.policy import Employer, team_of_person
from crm.people.queries import may_see_contact_details
from crm.records.queries import points_of
from crm.records.services import (
    PLACE_COLUMNS,
    ContactPointValues,
    assign_chosen_counselor,
    declare_links,
    set_points,
    set_tags,
    zone_of_place,
)

EARLIEST_BIRTH_YEAR = 1900


# A person whose only current positions are at confidential clients is as confidential as they are.
declare_links(
    "person",
    sa.select(Affiliation.person_id, Affiliation.organization_id)
    .join(Person, Person.id == Affiliation.person_id)
    .where(Affiliation.to_on.is_(None), Person.team_id.is_not(None)),
    only_if_all=True,
)


def change_person(actor: Actor, person: Person, values: Mapping[str, Any]) -> Person:
    """Change the columns in `values`. Raises Invalid without a name, or for a counselor without access."""
    before = person.label, person.native_label, person.counselor_id
    set_columns(person, values)
    if "counselor_id" in values:
        assign_chosen_counselor(actor, person, values["counselor_id"])
    db.session.flush()
    refresh_person_name(person)
    touch(person)
    if before != (person.label, person.native_label, person.counselor_id):
        update_dependents(person)
    return person


def set_columns(person: Person, values: Mapping[str, Any]) -> None:
    """Set the columns in `values`. Raises Invalid if no name is left, or for a date of birth that doesn't exist."""
    place = person.country, person.zone
    for name in own_names(Person):
        if name in values:
            setattr(person, name, values[name])
    parts = (person.family_latin, person.given_latin, person.family_native, person.given_native, person.english_name)
    if not any(parts):
        raise Invalid(_("Enter a name in any script."), "given_latin")
    _check_birth_date(person)
    is_new_country = place[0] != person.country and place[1] == person.zone
    person.zone = zone_of_place(person.country, person.zone, is_new_country=is_new_country)
    person.city_key = names.city_key(person.city)


def _check_birth_date(person: Person) -> None:
    today = clock.now().date()
    try:
        day = person.birth_date
    except ValueError:
        raise Invalid(_("Enter a valid month and day, or leave both blank."), "birth_day") from None
    if day is not None and not EARLIEST_BIRTH_YEAR <= day.year <= today.year:
        raise Invalid(_("Enter a year between 1900 and this year."), "birth_year")


def refresh_person_name(*people: Person) -> None:
    """Update the label, sort key and search tokens: names, organizations, city, email addresses, phone numbers."""
    db.session.flush()
    columns = load_names([person.id for person in people])
    for person in people:
        set_names(person, columns[person.id])
    db.session.flush()


def update_person_team(person: Person, first_team_id: int | None) -> None:
    """Set the team from the organizations where the person works or worked (`team_of_person`)."""
    stmt = (
        sa.select(Organization.team_id)
        .join(Affiliation, Affiliation.organization_id == Organization.id)
        .where(Affiliation.person_id == person.id)
    )
    employers = [Employer(team_id) for team_id in db.session.scalars(stmt)]
    team_id = team_of_person(employers, person.team_id or first_team_id)
    if person.confidential and team_id is None:
        team_id = person.team_id
    if team_id == person.team_id:
        return
    person.team_id = team_id
    db.session.flush()
    if person.label or person.native_label:
        update_dependents(person)  # Not a new person, to whom nothing refers yet.


def set_contact_details(actor: Actor, person: Person, points: Iterable[ContactPointValues], tags: str | None) -> None:
    """Replace the email addresses, phone numbers, WeChat names and tags; those the actor may not see are kept."""
    if not may_see_contact_details(actor, person):
        points = [*(ContactPointValues(p.medium, p.label, p.raw) for p in points_of([person.id])[person.id]), *points]
    set_points(person, points, person.country, "emails")
    set_tags(person, tags or "")
    refresh_person_name(person)


UNDONE["person"] = lambda _actor, undone: refresh_person_name(*undone)
QUICK_UNDO["person"] = QuickUndo(
    frozenset({*PLAIN_COLUMNS, *PLACE_COLUMNS, *ARCHIVE_COLUMNS}), deriving=PLACE_COLUMNS, derive=load_names
)
