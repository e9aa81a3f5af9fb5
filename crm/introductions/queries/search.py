"""Find the introduction paths of a record: links are loaded from both ends, the search is `paths.find_paths`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.introductions.paths import Link, Node, Path, find_paths, user_node
from crm.introductions.policy import MAX_PATHS, LinkKind

from .employers import load_employer_links
from .ends import load_end_links
from .goals import Goal
from .links import load_met_together, load_relation_links, load_rep_links, load_staff_links

MAX_PEOPLE = 100
"""So many people around the contacts are looked at, those with the strongest links first."""


class NodeName(NamedTuple):
    """The name of a user, a person or an organization on a path."""

    label: str
    native_label: str


@dataclass(frozen=True)
class Introduction:
    """A path with the names of all that it mentions, and the teams of its users."""

    path: Path
    names: dict[Node, NodeName]
    teams: dict[int, frozenset[int]]

    def name(self, node: Node) -> str:
        """Return a name in both scripts: "Director Wang (王主任)"."""
        label, native_label = self.names[node]
        return f"{label} ({native_label})" if label and native_label else label or native_label

    @property
    def target(self) -> Node:
        """The organization to reach."""
        return self.path.links[-1].target

    @property
    def contact(self) -> Node:
        """The person who works at the organization; without one, the organization."""
        last = self.path.links[-1]
        return last.source if last.kind is LinkKind.works_at else last.target

    @property
    def people(self) -> list[Node]:
        """The users and people to ask, before the contact."""
        return [link.target for link in self.path.links if link.target not in (self.contact, self.target)]

    @property
    def has_colleague(self) -> bool:
        """Whether a colleague has to be asked first."""
        return self.path.links[0].target.kind == "user"

    def may_see(self, user_id: int, record: Record) -> bool:
        """Whether a colleague surely sees a record: it is shared or of the colleague's teams, and not confidential."""
        return not record.confidential and (record.team_id is None or record.team_id in self.teams.get(user_id, ()))


def find_introductions(actor: Actor, goal: Goal, limit: int = MAX_PATHS) -> list[Introduction]:
    """Return the best paths from the actor to the chosen organizations of a goal, strongest first.

    People, interactions and relations that the actor may not see don't count. At most 18 statements, whatever the
    number of people.
    """
    if not goal.chosen_ids or actor.id is None:
        return []
    paths = find_paths(user_node(actor.id), _load_links(actor, goal), limit)
    return _with_names(actor, paths)


def _load_links(actor: Actor, goal: Goal) -> list[Link]:
    """Load links from the organizations to people near them, then on to people whom the actor has met."""
    today = clock.today(actor.zone)
    ends = load_end_links(actor, goal, today)
    reps = load_rep_links(actor, goal.client_ids, today)
    if not ends:
        return []
    contacts = {link.source.id for link in ends}
    near = _around(actor, contacts, goal)
    people = _strongest_people(near, without=contacts)
    far = _around(actor, people, goal)
    acquaintances = _strongest_people(far, without=contacts | people)
    return [
        *ends,
        *reps,
        *near,
        *far,
        *load_staff_links(actor, contacts | people, today),
        *load_staff_links(actor, acquaintances, today, own_only=True),
    ]


def _around(actor: Actor, people: Collection[int], goal: Goal) -> list[Link]:
    today = clock.today(actor.zone)
    return [
        *load_relation_links(actor, people, today),
        *load_met_together(actor, people, today),
        *load_employer_links(actor, people, goal.chosen_ids, today),
    ]


def _strongest_people(links: Iterable[Link], without: Collection[int]) -> set[int]:
    people: dict[int, None] = {}
    for link in sorted(links, key=lambda link: link.order):
        for node in (link.source, link.target):
            if node.id not in without:
                people[node.id] = None
    return set(list(people)[:MAX_PEOPLE])


def _with_names(actor: Actor, paths: list[Path]) -> list[Introduction]:
    if not paths:
        return []
    nodes = {node for path in paths for link in path.links for node in (link.source, link.target)}
    places = {link.organization_id for path in paths for link in path.links if link.organization_id}
    user_ids = sorted(node.id for node in nodes if node.kind == "user")
    record_ids = sorted({node.id for node in nodes if node.kind != "user"} | places)
    names, teams = _load_names(actor, user_ids, record_ids), _load_teams(user_ids)
    return [Introduction(path, names, teams) for path in paths]


def _load_names(actor: Actor, user_ids: list[int], record_ids: list[int]) -> dict[Node, NodeName]:
    users = sa.select(User.id, User.name).where(User.id.in_(user_ids))
    records = sa.select(Record.id, Record.kind, Record.label, Record.native_label).where(
        Record.id.in_(record_ids), visible(actor)
    )
    names = {user_node(id): NodeName(name, "") for id, name in db.session.execute(users)}
    for id, kind, label, native_label in db.session.execute(records):
        names[Node(kind, id)] = NodeName(label, native_label)
    return names


def _load_teams(user_ids: list[int]) -> dict[int, frozenset[int]]:
    stmt = sa.select(Membership.user_id, Membership.team_id).where(Membership.user_id.in_(user_ids))
    teams: dict[int, frozenset[int]] = {}
    for user_id, team_id in db.session.execute(stmt):
        teams[user_id] = teams.get(user_id, frozenset()) | {team_id}
    return teams
