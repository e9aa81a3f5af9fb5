"""Make people, and change where they work, whom they know, which roles they hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.record import touch
from crm.core.errors import Invalid
from crm.core.policy import Actor, may_archive
from crm.core.words import _, _l
from crm.organizations.models import PostRole
from crm.organizations.policy import PostRoleKind
from crm.organizations.queries import get_organization
from crm.people.models import Affiliation, Person, PostHolder, Relation
from crm.people.policy import DisplayOrder, RelationKind
from crm.records.services import check_counselor, update_access

from .people import refresh_person_name, set_columns, update_person_team

CHOOSE_TEAM = _l("Choose a team, or enter where this person works.")
NO_TEAM = _l("Enter where this person works, or ask an administrator to add you to a team.")


def add_person(actor: Actor, values: Mapping[str, Any], *, uid: str | None = None) -> Person:
    """Make a person; `values` may hold `organization_id`, `title`, `native_title` of the first job.

    Without a firm it belongs to the maker's team; a maker above the teams says which: `team_id`. Raises Invalid without
    that, and without any name.
    """
    team_id = values.get("team_id") if actor.is_above_teams else actor.first_team_id
    person = Person(uid=uid or new_uid(), team_id=team_id, counselor_id=values.get("counselor_id"))
    if values.get("display_order") is None:
        by_name = DisplayOrder.family_first if values.get("family_native") else DisplayOrder.given_first
        values = {**values, "display_order": by_name}
    set_columns(person, values)
    db.session.add(person)
    db.session.flush()
    if values.get("organization_id"):
        job = {k: values.get(k) for k in ("organization_id", "title", "native_title", "official") if values.get(k)}
        add_affiliation(actor, person, job)
    elif team_id is None and not actor.everything:
        raise Invalid(CHOOSE_TEAM, "team_id") if actor.is_above_teams else Invalid(NO_TEAM)
    else:
        refresh_person_name(person)
    check_counselor(person.counselor_id, person.team_id)
    return person


def add_affiliation(actor: Actor, person: Person, values: Mapping[str, Any]) -> Affiliation:
    """Add a job; a main one takes the place of the main one before. Proposes how to address from the native title.

    Raises Invalid as `change_affiliation` does.
    """
    get_organization(actor, values["organization_id"])
    job = Affiliation(person_id=person.id, **{"main": True, **values})
    return _save_affiliation(actor, person, job)


def change_affiliation(actor: Actor, person: Person, job: Affiliation, values: Mapping[str, Any]) -> Affiliation:
    """Change a job. Of those that have not ended one is the main one.

    Raises Invalid when it ends before it begins or has not ended yet, or takes a shared person from the other teams.
    """
    keeps = person.team_id is not None or may_archive(actor, person)
    for name, value in values.items():
        setattr(job, name, value)
    touch(person)
    job = _save_affiliation(actor, person, job)
    if person.team_id is not None and not keeps:
        # For the other teams the person would be gone, as if archived.
        raise Invalid(
            _("Add a new position or ask a manager. Other teams would lose access to this person."), "organization_id"
        )
    return job


def _save_affiliation(actor: Actor, person: Person, job: Affiliation) -> Affiliation:
    _check_date_order(job.from_on, job.to_on)
    if job.to_on and job.to_on > clock.today(actor.zone):
        raise Invalid(_("Leave the end date blank until the position has ended."), "to_on")
    db.session.add(job)
    db.session.flush()
    _keep_one_primary(job)
    if not person.address_as:
        person.address_as = names.propose_address(person.family_native, job.native_title)
    db.session.flush()
    update_person_team(person, actor.first_team_id)
    update_access("person", [person.id])
    refresh_person_name(person)
    return job


def _keep_one_primary(job: Affiliation) -> None:
    """Of the jobs of today the main one is the one just said to be, else the one before, else the latest."""
    stmt = sa.select(Affiliation).where(Affiliation.person_id == job.person_id, Affiliation.to_on.is_(None))
    running = list(db.session.scalars(stmt))
    main = max(running, key=lambda x: (x is job and x.main, x.main, x is not job, x.id), default=None)
    for one in running:
        one.main = one is main


def add_relation(actor: Actor, person: Person, other: Person, values: Mapping[str, Any]) -> Relation:
    """Say how one person knows another. Raises Invalid for oneself, or when it is said already."""
    if person.id == other.id:
        raise Invalid(_("Choose a different person."), "other_id")
    kind = values["kind"]
    known = sa.select(Relation.id).where(
        Relation.kind == kind, Relation.person_id == person.id, Relation.other_id == other.id
    )
    if db.session.scalar(known) is not None:
        raise Invalid(_("Choose a different person or relation. This one already exists."), "other_id")
    team_id = None
    if kind is RelationKind.schoolmate:
        team_id = actor.first_team_id or person.team_id or other.team_id
        if team_id is None:
            raise Invalid(
                _("Ask an administrator to add you to a team. Only one team can see schoolmate relations."), "kind"
            )
    relation = Relation(
        person_id=person.id,
        other_id=other.id,
        kind=kind,
        evidence=values.get("evidence"),
        since_on=values.get("since_on"),
        team_id=team_id,
    )
    db.session.add(relation)
    db.session.flush()
    return relation


def assign_role(role: PostRole, person: Person | None, values: Mapping[str, Any], today: date) -> None:
    """Put somebody into a role at a post, or nobody: then who held it ends there, and it is vacant.

    A vacant one that is held again is filled by rotation. Raises Invalid as `add_post_holder` does.
    """
    if person is not None:
        add_post_holder(role.id, person, values, today)
        if role.kind is PostRoleKind.vacant and not values.get("to_on"):
            role.kind = PostRoleKind.rotating
        return
    ends = values.get("to_on") or values.get("from_on") or today
    _end_holders(role.id, ends, "to_on")
    role.kind = PostRoleKind.vacant
    db.session.flush()


def _end_holders(role_id: int, ends: date, field: str) -> None:
    held = sa.select(PostHolder).where(PostHolder.post_role_id == role_id, PostHolder.to_on.is_(None))
    for before in db.session.scalars(held):
        if before.from_on and before.from_on > ends:
            raise Invalid(_("The current holder started later. Change the dates."), field)
        before.to_on = ends


def add_post_holder(role_id: int, person: Person, values: Mapping[str, Any], today: date) -> PostHolder:
    """Put somebody into a role at a post; who held it before ends there, today when no beginning is known.

    Raises Invalid when the end is before the beginning, here or of the one before.
    """
    begins, ends = values.get("from_on"), values.get("to_on")
    _check_date_order(begins, ends)
    if not ends:
        _end_holders(role_id, begins or today, "from_on")
    times = {k: values.get(k) for k in ("from_on", "to_on", "expected_end_on")}
    holder = PostHolder(post_role_id=role_id, person_id=person.id, **times)
    db.session.add(holder)
    db.session.flush()
    return holder


def change_post_holder(person: Person, held: PostHolder, values: Mapping[str, Any]) -> None:
    """Correct when somebody holds, or held, a role. Raises Invalid when the end is before the beginning."""
    _check_date_order(values["from_on"], values["to_on"])
    for name, value in values.items():
        setattr(held, name, value)
    touch(person)
    db.session.flush()


def remove_post_holder(person: Person, held: PostHolder) -> None:
    """Take away that somebody held a role; history keeps it."""
    db.session.delete(held)
    touch(person)
    db.session.flush()


def _check_date_order(begins: date | None, ends: date | None) -> None:
    if begins and ends and ends < begins:
        raise Invalid(_("Enter an end date on or after the start date."), "to_on")
