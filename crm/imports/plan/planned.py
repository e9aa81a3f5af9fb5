"""The records that rows become once they are planned: all values of a new one, or the additions to an existing one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crm import names
from crm.core.data.record_names import naming
from crm.core.policy import Actor
from crm.core.words import _
from crm.names.matching import PersonName, person_keys
from crm.organizations.policy import OrganizationRole
from crm.people.policy import Employer, team_of_person
from crm.records.services import MAX_TAGS, tag_key

from .existing import OrganizationCandidate, PointKey
from .line import ImportLine
from .points import PlannedPoint, list_point_keys

MAX_TAG_CHARS = 40


def join_tags(all_rows: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """Return the tags of a row: those of all rows and its own."""
    return tuple(dict.fromkeys((*all_rows, *(label[:MAX_TAG_CHARS] for label in own))))


def limit_tags(line: ImportLine, existing: Collection[str] = ()) -> tuple[str, ...]:
    """Return the planned tags that a record with these keys of tags gets; a note names those over the limit."""
    tags = [tag for tag in line.data.tags if tag_key(tag) not in existing]
    free_count = max(0, MAX_TAGS - len(existing))
    if skipped := ", ".join(tags[free_count:]):
        line.note(_("Use at most %(n)d tags. These were skipped: %(tags)s", n=MAX_TAGS, tags=skipped[:200]))
    return tuple(tags[:free_count])


@dataclass
class PlannedPerson:
    """The values of a new person, or what a row adds to an existing one. `values` are by column."""

    values: dict[str, Any]
    points: tuple[PlannedPoint, ...]
    organization: OrganizationCandidate | None
    affiliation: dict[str, Any]
    tags: tuple[str, ...]
    uid: str = ""
    counselor_id: int | None = None
    """The counselor that the row names; None for the user who imports."""

    @cached_property
    def name(self) -> PersonName:
        """The parts of the name."""
        return PersonName(*(self.values.get(part) or "" for part in PersonName._fields))

    @cached_property
    def point_keys(self) -> tuple[PointKey, ...]:
        """The email addresses and phone numbers by which an existing person is found."""
        return list_point_keys(self.points)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys by which other spellings of the name are found."""
        return person_keys(self.name)

    @cached_property
    def naming(self) -> dict[str, str]:
        """Labels, sort key and search tokens of a new person."""
        v = self.values
        parts = (v["family_native"], v["given_native"], v["family_latin"], v["given_latin"])
        full_name = names.full_name(*parts, v["display_order"].value, english_name=v["english_name"])
        words = [names.person_tokens(*parts, v["english_name"], v["city"], keys=self.keys)]
        # The name of a confidential organization isn't a search token: others can see the person.
        if self.organization is not None and not self.organization.confidential:
            words.append(self.organization.tokens)
        words += [p.tokens for p in self.points]
        return naming(
            full_name.latin or full_name.native or "",
            full_name.native if full_name.latin else None,
            words,
            sort_key=names.person_sort_key(*parts),
        )

    def team_id(self, actor: Actor, chosen: int | None) -> int | None:
        """Return the team of a new person: that of the organization, else the chosen one or the actor's first one."""
        team_id = chosen or actor.first_team_id
        return team_of_person([Employer(self.organization.team_id)], team_id) if self.organization else team_id

    def prepare(self) -> None:
        """Compute labels and search tokens of a new person before the transaction: this is slower than writing."""
        if "display_order" in self.values:
            self.naming  # noqa: B018 - a cached property


@dataclass
class PlannedOrganization:
    """The values of a new organization, or what a row adds to an existing one."""

    uid: str
    values: dict[str, Any]
    team_id: int | None
    counselor_id: int | None
    roles: tuple[OrganizationRole, ...] = ()
    points: tuple[PlannedPoint, ...] = ()
    aliases: tuple[str, ...] = ()
    sectors: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
