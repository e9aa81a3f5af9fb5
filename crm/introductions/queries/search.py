"""Find the introduction paths of a record: links are loaded from both ends, the search is `paths.find_paths`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, fetch
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.core.words import _
from crm.introductions.paths import Link, Node, Path, find_paths, person_node, user_node
from crm.introductions.policy import MAX_PATHS, LinkKind
from crm.people.queries import AffiliationRow, load_affiliations

from .employers import load_employer_links
from .ends import load_end_links
from .goals import Goal
from .links import load_met_together, load_relation_links, load_rep_links, load_staff_links

IDS: Any = sa.bindparam("ids", expanding=True)
USERS = sa.select(User.id, User.name).where(User.id.in_(IDS))
MEMBERSHIPS = sa.select(Membership.user_id, Membership.team_id).where(Membership.user_id.in_(IDS))
MAX_PEOPLE = 100
"""So many people around the contacts are looked at, those with the strongest links first."""


class NodeName(NamedTuple):
    """The name of a user, a person or an organization on a path, and where a person works."""

    label: str
    native_label: str
    workplace: str = ""

    @property
    def text(self) -> str:
        """The name in both scripts: "Director Wang (王主任)"."""
        both = f"{self.label} ({self.native_label})" if self.label and self.native_label else ""
        return both or self.label or self.native_label


@dataclass(frozen=True)
class Introduction:
    """A path with the names of all that it mentions, those that several people have, and the teams of its users.

    `confidential` are the ids of the confidential records among them.
    """

    path: Path
    names: dict[Node, NodeName]
    repeated: frozenset[str]
    teams: dict[int, frozenset[int]]
    confidential: frozenset[int] = frozenset()

    def name(self, node: Node) -> str:
        """Return a name in both scripts, of people with the same name with the place of work."""
        name = self.names[node]
        if name.workplace and name.text in self.repeated:
            return _("%(person)s of %(organization)s", person=name.text, organization=name.workplace)
        return name.text

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

    @property
    def confidential_ids(self) -> list[int]:
        """The confidential records that the path leads over or to."""
        ids = (link.target.id for link in self.path.links if link.target.kind != "user")
        return [record_id for record_id in ids if record_id in self.confidential]

    def may_see(self, user_id: int, record: Record) -> bool:
        """Whether a colleague surely sees a record and the path: they are shared or of own teams, not confidential."""
        if record.confidential or self.confidential_ids:
            return False
        return record.team_id is None or record.team_id in self.teams.get(user_id, ())


def find_introductions(actor: Actor, goal: Goal, limit: int = MAX_PATHS) -> list[Introduction]:
    """Return the best paths from the actor to the chosen organizations of a goal, strongest first.

    People, interactions and relations that the actor may not see don't count. At most seven statements, whatever
    the number of people.
    """
    if not goal.chosen_ids or actor.id is None:
        return []
    paths = find_paths(user_node(actor.id), _load_links(actor, goal), limit)
    return _with_names(actor, paths)


def _load_links(actor: Actor, goal: Goal) -> list[Link]:
    """Load links from the organizations to people near them, then on to people whom the actor has met."""
    today = clock.today(actor.zone)
    ends, reps = run_together(
        partial(load_end_links, actor, goal, today), partial(load_rep_links, actor, goal.client_ids, today)
    )
    if not ends:
        return []
    contacts = {link.source.id for link in ends}
    near = _load_links_of(actor, contacts, goal)
    people = _strongest_people(near, without=contacts)
    far, staff = run_together(
        partial(_load_links_of, actor, people, goal), partial(load_staff_links, actor, contacts | people, today)
    )
    acquaintances = _strongest_people(far, without=contacts | people)
    return [*ends, *reps, *near, *far, *staff, *load_staff_links(actor, acquaintances, today, own_only=True)]


def _load_links_of(actor: Actor, people: Collection[int], goal: Goal) -> list[Link]:
    today = clock.today(actor.zone)
    links = run_together(
        partial(load_relation_links, actor, people, today),
        partial(load_met_together, actor, people, today),
        partial(load_employer_links, actor, people, goal.chosen_ids, today),
    )
    return list(chain(*links))


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
    people = [node.id for node in nodes if node.kind == "person"]
    users, records, memberships, positions = run_together(
        partial(fetch, USERS, {"ids": user_ids}),
        partial(_records, actor, ids=record_ids),
        partial(fetch, MEMBERSHIPS, {"ids": user_ids}),
        partial(load_affiliations, actor, people),
    )
    workplaces = {person_node(id): _workplace(rows) for id, rows in positions.items()}
    names = {user_node(id): NodeName(name, "") for id, name in users}
    for id, kind, label, native_label, _is_confidential in records:
        names[Node(kind, id)] = NodeName(label, native_label, workplaces.get(Node(kind, id), ""))
    confidential = frozenset(row.id for row in records if row.confidential)
    counts = Counter(name.text for node, name in names.items() if node.kind != "organization")
    repeated = frozenset(text for text, count in counts.items() if count > 1)
    teams: dict[int, frozenset[int]] = {}
    for user_id, team_id in memberships:
        teams[user_id] = teams.get(user_id, frozenset()) | {team_id}
    return [Introduction(path, names, repeated, teams, confidential) for path in paths]


def _workplace(positions: Sequence[AffiliationRow]) -> str:
    """Return the organization of the first current position that isn't confidential; "" without one.

    The title of a follow-up has it, and the follow-up is only as confidential as the records of the path.
    """
    current = [row for row in positions if row.to_on is None and not row.confidential]
    return current[0].organization or current[0].native_organization if current else ""


@cached_query
def _records(viewer: AccessProfile) -> Select:
    stmt = sa.select(Record.id, Record.kind, Record.label, Record.native_label, Record.confidential)
    return stmt.where(Record.id.in_(IDS), visible(viewer))
