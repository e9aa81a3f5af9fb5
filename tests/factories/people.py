"""People, their positions, relations and roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.organizations.models import Organization, PostRole
from crm.people.models import Affiliation, Person, PostHolder, Relation
from crm.people.policy import OfficialKind, RelationKind
from crm.people.services import add_affiliation, add_person, refresh_person_name
from tests.factories.records import finished, id_of, numbers, team_id_of

RULED = object()
"""Set the team from the position, as saving the form does."""


def person(
    family_latin: str | None = None,
    given_latin: str | None = None,
    *,
    organization: Organization | None = None,
    title: str | None = None,
    team: Any = RULED,
    counselor: Any = None,
    confidential: bool = False,
    readers: Iterable[Any] = (),
    is_archived: bool = False,
    uid: str | None = None,
    **facts: Any,
) -> Person:
    """Create a person; works at `organization`, else shared unless a team is given."""
    if not family_latin and not facts.get("family_native"):
        family_latin = f"Person{next(numbers)}"
    position = {"organization_id": id_of(organization), "title": title}
    row = add_person(SYSTEM, {"family_latin": family_latin, "given_latin": given_latin, **position, **facts}, uid=uid)
    if counselor is not None:
        row.counselor_id = id_of(counselor)
    if team is not RULED:
        row.team_id = team_id_of(team)
        refresh_person_name(row)
    return finished(row, confidential=confidential, readers=readers, is_archived=is_archived)


def affiliation(
    person_row: Person,
    organization: Organization,
    *,
    title: str | None = None,
    official: OfficialKind = OfficialKind.none,
    **facts: Any,
) -> Affiliation:
    """Add a position to a person."""
    return add_affiliation(
        SYSTEM,
        person_row,
        {"organization_id": organization.id, "title": title, "official": official, "main": True, **facts},
    )


def relation(
    person_row: Person, other: Person, kind: RelationKind = RelationKind.introduced_by, **facts: Any
) -> Relation:
    """Add a relation between two people; `team` limits who sees it."""
    team_id = team_id_of(facts.pop("team", None))
    row = Relation(person_id=person_row.id, other_id=other.id, kind=kind, team_id=team_id, **facts)
    db.session.add(row)
    db.session.flush()
    return row


def holder(role: PostRole, person_row: Person, **times: Any) -> PostHolder:
    """Assign a person to a role at a post, leaving other holders unchanged."""
    row = PostHolder(post_role_id=role.id, person_id=person_row.id, **times)
    db.session.add(row)
    db.session.flush()
    return row
