"""Change people, their jobs, relations and representations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.choices import zone_for
from crm.core.db import db, new_uid
from crm.core.errors import Invalid
from crm.core.policy import Actor, may_change_counselor
from crm.core.record import FOLLOWERS, Record, follow, name_record, touch
from crm.core.words import _
from crm.organizations.models import Organization
from crm.organizations.queries import organization
from crm.records.queries import points_of
from crm.records.services import Point, check_counselor, hang_on, point_tokens, set_points, set_tags

from .models import Affiliation, Person, PostHolder, Relation, Representation
from .policy import DisplayOrder, Firm, RelationKind, team_of_person

PLAIN = (
    "family_latin", "given_latin", "family_native", "given_native", "english_name", "display_order", "address_as",
    "pronunciation", "country", "city", "zone", "address", "native_address", "languages", "mail_language", "consent",
    "consent_place", "consent_on", "read_first", "note",
)  # fmt: skip


def add_person(actor: Actor, values: Mapping[str, Any], *, uid: str | None = None) -> Person:
    """Make a person; `values` may hold `organization_id`, `title`, `native_title` of the first job.

    Raises Invalid without any name.
    """
    person = Person(uid=uid or new_uid(), team_id=actor.first_team_id, counselor_id=values.get("counselor_id"))
    if "display_order" not in values and values.get("family_native"):
        person.display_order = DisplayOrder.family_first
    _set_plain(person, values)
    db.session.add(person)
    db.session.flush()
    if values.get("organization_id"):
        job = {k: values.get(k) for k in ("organization_id", "title", "native_title", "official") if values.get(k)}
        add_affiliation(actor, person, job)
    else:
        settle_team(person, actor.first_team_id)
        name_person(person)
    check_counselor(person.counselor_id, person.team_id)
    return person


def change_person(actor: Actor, person: Person, values: Mapping[str, Any]) -> Person:
    """Change what `values` names. Raises Invalid when no name is left, or for a counselor who would not see them."""
    before = person.label, person.native_label
    _set_plain(person, values)
    if "counselor_id" in values and values["counselor_id"] != person.counselor_id:
        if not may_change_counselor(actor, person):
            raise Invalid(_("Only its counselor or a manager hands it over."), "counselor_id")
        check_counselor(values["counselor_id"], person.team_id, confidential=person.confidential)
        person.counselor_id = values["counselor_id"]
    db.session.flush()
    name_person(person)
    touch(person)
    if before != (person.label, person.native_label):
        follow(person)
    return person


def _set_plain(person: Person, values: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in values:
            setattr(person, name, values[name])
    parts = (person.family_latin, person.given_latin, person.family_native, person.given_native, person.english_name)
    if not any(parts):
        raise Invalid(_("One name is needed, in any script."), "given_latin")
    person.zone = person.zone or zone_for(person.country)
    person.city_key = names.sort_key(person.city)[:80] if person.city else ""


def shown_name(person: Person) -> names.FullName:
    """Both forms of the name, in the person's order."""
    return names.full_name(
        person.family_native, person.given_native, person.family_latin, person.given_latin, person.display_order.value,
        english_name=person.english_name,
    )  # fmt: skip


def name_person(person: Person) -> None:
    """Refresh what the person is called, sorted and found by: names, firms, city, mails and phones."""
    shown = shown_name(person)
    parts = (person.family_native, person.given_native, person.family_latin, person.given_latin)
    firms = sa.select(Organization.label, Organization.native_label).join(
        Affiliation, Affiliation.organization_id == Organization.id
    )
    # Found by the name of a firm only where everybody who sees the person sees the firm.
    own = sa.and_(Organization.team_id == person.team_id, sa.not_(Organization.confidential))
    firms = firms.where(sa.or_(Organization.team_id.is_(None), own))
    words = [names.person_tokens(*parts, person.english_name, person.city)]
    words += [names.tokens(*row) for row in db.session.execute(firms.where(Affiliation.person_id == person.id))]
    words += [point_tokens(p.medium, p.value or p.raw) for p in points_of([person.id])[person.id]]
    name_record(person, shown.latin or shown.native or "", shown.native if shown.latin else None, words)
    person.sort_key = names.person_sort_key(*parts) or person.sort_key
    db.session.flush()


def settle_team(person: Person, first_team_id: int | None) -> None:
    """Put the person where the firms say: shared, or in the client's team."""
    asked = (
        sa.select(Organization.team_id)
        .join(Affiliation, Affiliation.organization_id == Organization.id)
        .where(Affiliation.person_id == person.id)
    )
    firms = [Firm(team_id) for team_id in db.session.scalars(asked)]
    team_id = team_of_person(firms, person.team_id or first_team_id)
    if person.confidential and team_id is None:
        team_id = person.team_id
    person.team_id = team_id
    db.session.flush()


def set_reach(person: Person, points: Iterable[Point], tags: str | None) -> None:
    """Make these the person's mails, phones, WeChat name and tags."""
    set_points(person, points, person.country, "emails")
    set_tags(person, tags or "")
    name_person(person)


def add_affiliation(actor: Actor, person: Person, values: Mapping[str, Any]) -> Affiliation:
    """Add a job; a main one takes the place of the main one before. Proposes how to address from the native title."""
    organization(actor, values["organization_id"])
    job = Affiliation(person_id=person.id, **{"main": True, **values})
    return _settle_job(actor, person, job)


def change_affiliation(actor: Actor, person: Person, job: Affiliation, values: Mapping[str, Any]) -> Affiliation:
    """Change a job. Raises Invalid when it ends before it begins."""
    for name, value in values.items():
        setattr(job, name, value)
    touch(person)
    return _settle_job(actor, person, job)


def _settle_job(actor: Actor, person: Person, job: Affiliation) -> Affiliation:
    if job.from_on and job.to_on and job.to_on < job.from_on:
        raise Invalid(_("The end is before the beginning."), "to_on")
    db.session.add(job)
    db.session.flush()
    if job.main:
        others = sa.select(Affiliation).where(
            Affiliation.person_id == person.id, Affiliation.id != job.id, Affiliation.main
        )
        for other in db.session.scalars(others):
            other.main = False
    if not person.address_as:
        person.address_as = names.address_as(person.family_native, job.native_title)
    db.session.flush()
    settle_team(person, actor.first_team_id)
    name_person(person)
    return job


def add_relation(actor: Actor, person: Person, other: Person, values: Mapping[str, Any]) -> Relation:
    """Say how one person knows another. Raises Invalid for oneself, or when it is said already."""
    if person.id == other.id:
        raise Invalid(_("Nobody is related to themselves. Choose somebody else."), "other_id")
    kind = values["kind"]
    known = sa.select(Relation.id).where(
        Relation.kind == kind, Relation.person_id == person.id, Relation.other_id == other.id
    )
    if db.session.scalar(known) is not None:
        raise Invalid(_("This is known already."), "other_id")
    team_id = None
    if kind is RelationKind.schoolmate:
        team_id = actor.first_team_id or person.team_id or other.team_id
        if team_id is None:
            raise Invalid(_("Schoolmates are told to one team only, and you are in none."), "kind")
    relation = Relation(
        person_id=person.id, other_id=other.id, kind=kind, evidence=values.get("evidence"),
        since_on=values.get("since_on"), team_id=team_id,
    )  # fmt: skip
    db.session.add(relation)
    db.session.flush()
    return relation


def add_holder(role_id: int, person: Person, values: Mapping[str, Any], today: date) -> PostHolder:
    """Put somebody into a role at a post; who held it before ends there, today when no beginning is known.

    Raises Invalid when the end is before the beginning, here or of the one before.
    """
    begins, ends = values.get("from_on"), values.get("to_on")
    if begins and ends and ends < begins:
        raise Invalid(_("The end is before the beginning."), "to_on")
    if not ends:
        held = sa.select(PostHolder).where(PostHolder.post_role_id == role_id, PostHolder.to_on.is_(None))
        for before in db.session.scalars(held):
            if before.from_on and before.from_on > (begins or today):
                raise Invalid(_("Who holds it now came later. Write an end, or a later beginning."), "from_on")
            before.to_on = begins or today
    times = {k: values.get(k) for k in ("from_on", "to_on", "expected_end_on")}
    holder = PostHolder(post_role_id=role_id, person_id=person.id, **times)
    db.session.add(holder)
    db.session.flush()
    return holder


def save_representation(
    actor: Actor, values: Mapping[str, Any], representation: Representation | None = None, uid: str | None = None
) -> Representation:
    """Make or change a China rep. It belongs to the client's team. Raises Invalid when nobody is named."""
    client = organization(actor, values["client_id"])
    if not values.get("person_id") and not values.get("firm_id"):
        raise Invalid(_("Name a person, a firm, or both."), "person_id")
    if values.get("from_on") and values.get("to_on") and values["to_on"] < values["from_on"]:
        raise Invalid(_("The end is before the beginning."), "to_on")
    row = representation or Representation(uid=uid or new_uid(), counselor_id=client.counselor_id or actor.id)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    hang_on(row, client)
    name_representation(row, client)
    return row


def name_representation(row: Representation, client: Organization) -> None:
    """Refresh what a China rep is called: who stands for whom. Confidential people and firms are not named."""
    rows = [db.session.get(cls, i) for cls, i in ((Person, row.person_id), (Organization, row.firm_id)) if i]
    who = [x for x in rows if x is not None and (not x.confidential or row.confidential)]
    label = " / ".join(x.label for x in who) or _("Somebody")
    native = " / ".join(x.native_label for x in who if x.native_label)
    name_record(row, _("%(rep)s for %(client)s", rep=label, client=client.label), native, [names.tokens(client.label)])
    db.session.flush()


def _follow(record: Record) -> None:
    """Bring people and China reps up to date with a firm or a person they repeat."""
    if record.kind == "organization":
        jobs = sa.select(Affiliation.person_id).where(Affiliation.organization_id == record.id)
        for person in db.session.scalars(sa.select(Person).where(Person.id.in_(jobs))):
            settle_team(person, None)
            name_person(person)
    R = Representation  # noqa: N806 - read four times below
    about = sa.or_(R.client_id == record.id, R.firm_id == record.id, R.person_id == record.id)
    for rep in db.session.scalars(sa.select(R).where(about)) if record.kind in ("organization", "person") else ():
        client = db.session.get_one(Organization, rep.client_id)
        hang_on(rep, client)
        name_representation(rep, client)


FOLLOWERS.append(_follow)
