"""Create people; change their positions, relations and roles at posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.locks import lock_row
from crm.core.data.record import touch, visible
from crm.core.errors import Invalid
from crm.core.policy import Actor, may_archive
from crm.core.words import _, _l
from crm.names.matching import usual_order
from crm.organizations.models import Organization, PostRole
from crm.organizations.policy import PostRoleKind
from crm.organizations.queries import get_organization
from crm.people.models import Affiliation, Person, PostHolder, Relation
from crm.people.policy import DisplayOrder, RelationKind
from crm.people.post_terms import has_ended, is_current_holder
from crm.records.services import check_counselor, keep_readers, update_access

from .people import refresh_person_name, set_columns, update_person_team

CHOOSE_TEAM = _l("Choose a team, or enter where this person works.")
NO_TEAM = _l("Enter where this person works, or ask an administrator to add you to a team.")


def add_person(actor: Actor, values: Mapping[str, Any], *, uid: str | None = None) -> Person:
    """Create a person; `values` may contain `organization_id`, `title` and `native_title` of the first position.

    Without a position, the person belongs to the actor's team; an actor above teams chooses `team_id`. Raises Invalid
    without a team or a name.
    """
    team_id = values.get("team_id") if actor.is_above_teams else actor.first_team_id
    person = Person(uid=uid or new_uid(), team_id=team_id, counselor_id=values.get("counselor_id"))
    if values.get("display_order") is None:
        order = usual_order(values.get("family_native"), values.get("given_latin") or values.get("english_name"))
        values = {**values, "display_order": DisplayOrder.from_code(order)}
    set_columns(person, values)
    db.session.add(person)
    db.session.flush()
    if values.get("organization_id"):
        position = {k: values.get(k) for k in ("organization_id", "title", "native_title", "official") if values.get(k)}
        add_affiliation(actor, person, position)
    elif team_id is None and not actor.is_system:
        raise Invalid(CHOOSE_TEAM, "team_id") if actor.is_above_teams else Invalid(NO_TEAM)
    else:
        refresh_person_name(person)
    check_counselor(person.counselor_id, person.team_id)
    return person


def add_affiliation(actor: Actor, person: Person, values: Mapping[str, Any]) -> Affiliation:
    """Add a position; a primary one replaces the former primary one. Proposes `address_as` from the native title.

    Raises Invalid as `change_affiliation` does, and if a person of a team would be shared while `confirm_shared` of
    `values` is False.
    """
    get_organization(actor, values["organization_id"])
    team_id, columns = person.team_id, {name: x for name, x in values.items() if name != "confirm_shared"}
    affiliation = Affiliation(person_id=person.id, **{"main": True, **columns})
    _save_affiliation(actor, person, affiliation)
    if not values.get("confirm_shared", True):
        _confirm_shared(person, team_id, affiliation.organization_id)
    return affiliation


def change_affiliation(
    actor: Actor, person: Person, affiliation: Affiliation, values: Mapping[str, Any]
) -> Affiliation:
    """Change a position; one of the current positions is always the primary one.

    Raises Invalid if the dates are reversed, if the end is in the future, or if a shared person would disappear for
    the other teams.
    """
    may_change_team = person.team_id is not None or may_archive(actor, person)
    team_id = person.team_id
    with keep_readers(person):
        for name, value in values.items():
            if name != "confirm_shared":
                setattr(affiliation, name, value)
        touch(person)
        affiliation = _save_affiliation(actor, person, affiliation)
    if not values.get("confirm_shared", True):
        _confirm_shared(person, team_id, affiliation.organization_id)
    if person.team_id is not None and not may_change_team:
        # The person would disappear for the other teams, as if archived.
        raise Invalid(
            _("Add a new position or ask a manager. Other teams would lose access to this person."), "organization_id"
        )
    return affiliation


def _confirm_shared(person: Person, team_id: int | None, organization_id: int) -> None:
    """Raise Invalid if a person of a team becomes visible to all teams, which the user hasn't confirmed."""
    if team_id is None or person.team_id is not None:
        return
    organization = db.session.get_one(Organization, organization_id)
    message = _(
        "Check the box to let all teams see %(person)s: %(organization)s is shared.",
        person=person.label or person.native_label,
        organization=organization.label or organization.native_label,
    )
    raise Invalid(message, "confirm_shared")


def _save_affiliation(actor: Actor, person: Person, affiliation: Affiliation) -> Affiliation:
    _check_date_order(affiliation.from_on, affiliation.to_on)
    if affiliation.to_on and affiliation.to_on > clock.today(actor.zone):
        raise Invalid(_("Leave the end date blank until the position has ended."), "to_on")
    db.session.add(affiliation)
    db.session.flush()
    _keep_one_primary(affiliation)
    if not person.address_as:
        person.address_as = names.propose_address(person.family_native, affiliation.native_title)
    db.session.flush()
    update_person_team(person, actor.first_team_id)
    update_access("person", [person.id])
    refresh_person_name(person)
    return affiliation


def _keep_one_primary(affiliation: Affiliation) -> None:
    """Keep one current position primary: the changed one if so marked, else the former primary one, else the latest."""
    stmt = sa.select(Affiliation).where(Affiliation.person_id == affiliation.person_id, Affiliation.to_on.is_(None))
    current = list(db.session.scalars(stmt))
    primary = max(
        current, key=lambda x: (x is affiliation and x.main, x.main, x is not affiliation, x.id), default=None
    )
    for one in current:
        one.main = one is primary


def add_relation(actor: Actor, person: Person, other: Person, values: Mapping[str, Any]) -> Relation:
    """Add how one person knows another. Raises Invalid for the same person, or if the relation already exists."""
    if person.id == other.id:
        raise Invalid(_("Choose a different person."), "other_id")
    kind = values["kind"]
    stmt = sa.select(Relation.id).where(
        Relation.kind == kind, Relation.person_id == person.id, Relation.other_id == other.id
    )
    if db.session.scalar(stmt) is not None:
        raise Invalid(_("Choose a different person or type. This relationship already exists."), "other_id")
    relation = Relation(
        person_id=person.id,
        other_id=other.id,
        kind=kind,
        evidence=values.get("evidence"),
        since_on=values.get("since_on"),
        team_id=_schoolmate_team(actor, person, other) if kind is RelationKind.schoolmate else None,
    )
    db.session.add(relation)
    db.session.flush()
    return relation


def _schoolmate_team(actor: Actor, person: Person, other: Person) -> int:
    """Return the only team that sees a schoolmate relation. Raises Invalid without one."""
    team_id = actor.first_team_id or person.team_id or other.team_id
    if team_id is None:
        raise Invalid(
            _("Ask an administrator to add you to a team. Only one team can see schoolmate relationships."), "kind"
        )
    return team_id


def assign_role(actor: Actor, role: PostRole, person: Person | None, values: Mapping[str, Any], today: date) -> None:
    """Set the holder of a role at a post; None ends the current holder's term and makes the role vacant.

    If the term ends on a later day, the role isn't vacant before (`people.panels`).

    A vacant role with a new current holder becomes a rotating one, unless the type would reveal a holder whom not
    everyone sees. Raises Invalid as `add_post_holder` does.
    """
    if person is not None:
        add_post_holder(actor, role.id, person, values, today)
        is_public = person.team_id is None and not person.confidential
        if role.kind is PostRoleKind.vacant and is_public and not has_ended(values.get("to_on"), today):
            role.kind = PostRoleKind.rotating
        return
    ends = values.get("to_on") or values.get("from_on") or today
    had_holder = _end_holders(actor, role.id, ends, today, "to_on")
    if has_ended(ends, today) or not had_holder:
        role.kind = PostRoleKind.vacant
    db.session.flush()


def _end_holders(actor: Actor, role_id: int, ends: date, today: date, field: str) -> bool:
    """End the terms of the current holders whom the actor sees; return whether there are any.

    An error about another one would reveal that person.

    Waits for others who assign the role, until they commit: their holder is a current one, too.
    """
    lock_row(PostRole, role_id)
    stmt = sa.select(PostHolder).join(Person, Person.id == PostHolder.person_id)
    is_current = is_current_holder(max(ends, today))
    stmt = stmt.where(PostHolder.post_role_id == role_id, is_current, visible(actor, Person))
    has_holder = False
    for holder in db.session.scalars(stmt):
        if holder.from_on and holder.from_on > ends:
            raise Invalid(_("The current holder started later. Change the dates."), field)
        holder.to_on = ends
        has_holder = True
    return has_holder


def add_post_holder(actor: Actor, role_id: int, person: Person, values: Mapping[str, Any], today: date) -> PostHolder:
    """Add a holder of a role; the term of the current holder ends on the start date, or `today` without one.

    Raises Invalid if the dates are reversed, or if the current holder started later.
    """
    begins, ends = values.get("from_on"), values.get("to_on")
    _check_date_order(begins, ends)
    if not has_ended(ends, today):
        _end_holders(actor, role_id, begins or today, today, "from_on")
    dates = {k: values.get(k) for k in ("from_on", "to_on", "expected_end_on")}
    holder = PostHolder(post_role_id=role_id, person_id=person.id, **dates)
    db.session.add(holder)
    db.session.flush()
    return holder


def change_post_holder(person: Person, holder: PostHolder, values: Mapping[str, Any]) -> None:
    """Correct the dates of a holder. Raises Invalid if they are reversed."""
    _check_date_order(values["from_on"], values["to_on"])
    for name, value in values.items():
        setattr(holder, name, value)
    touch(person)
    db.session.flush()


def remove_post_holder(person: Person, holder: PostHolder) -> None:
    """Delete a holder of a role; it stays in the history."""
    db.session.delete(holder)
    touch(person)
    db.session.flush()


def _check_date_order(begins: date | None, ends: date | None) -> None:
    if begins and ends and ends < begins:
        raise Invalid(_("Enter an end date on or after the start date."), "to_on")
