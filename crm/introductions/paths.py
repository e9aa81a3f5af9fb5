"""The search for introduction paths: pure, bounded, and the same for the same links in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import NamedTuple

from .policy import MAX_PATHS, MAX_STEPS, LinkKind

MAX_LINKS_PER_NODE = 60
"""From one node only its strongest links are followed."""
MAX_RESULTS = 500
"""So many paths are looked at to choose the best."""


class Node(NamedTuple):
    """A user, a person or an organization."""

    kind: str
    id: int


def user_node(user_id: int) -> Node:
    return Node("user", user_id)


def person_node(person_id: int) -> Node:
    return Node("person", person_id)


def organization_node(organization_id: int) -> Node:
    return Node("organization", organization_id)


@dataclass(frozen=True)
class Link:
    """Why `source` can ask `target`: strength (0 to 1) and evidence.

    `count` and `last_on` are of interactions, `from_on` and `until_on` of a time together. `organization_id` is where
    that was. `relation` is the relationship read from either end, and `text` what a user noted as its source, or
    the rank of who works there.
    """

    source: Node
    target: Node
    kind: LinkKind
    strength: float
    count: int = 0
    last_on: date | None = None
    from_on: date | None = None
    until_on: date | None = None
    organization_id: int | None = None
    relation: tuple[str, str] = ("", "")
    text: str = ""

    @property
    def order(self) -> tuple[float, str, Node, Node]:
        """Sorts the strongest first, and equally strong ones always the same."""
        return -self.strength, self.kind.value, self.target, self.source

    def reversed(self) -> Link:
        """Return the same link read from its target."""
        return replace(self, source=self.target, target=self.source, relation=self.relation[::-1])


@dataclass(frozen=True)
class Path:
    """Links from a user to an organization; the strength is the product of theirs."""

    links: tuple[Link, ...]
    strength: float

    @property
    def people(self) -> frozenset[Node]:
        """The people on the way, without users."""
        return frozenset(link.target for link in self.links if link.target.kind == "person")

    @property
    def order(self) -> tuple[float, int, tuple[Node, ...]]:
        """Sorts the strongest first, then the shortest, then always the same."""
        return -self.strength, len(self.links), tuple(link.target for link in self.links)


Network = Mapping[Node, list[Link]]


def find_paths(start: Node, links: Iterable[Link], limit: int = MAX_PATHS) -> list[Path]:
    """Return the best paths from a user to an organization over at most three people and users, strongest first.

    Links of people go both ways. A path is left out if a stronger one leads over some of the same people and no other.
    """
    best: list[Path] = []
    for path in islice(_walk(_network(links), start), MAX_RESULTS):
        if not any(other.people <= path.people for other in best):
            best.append(path)
            if len(best) == limit:
                break
    return best


def _network(links: Iterable[Link]) -> Network:
    """Return the strongest links of each node; of two nodes only the strongest link."""
    strongest: dict[tuple[Node, Node], Link] = {}
    for link in links:
        is_mutual = link.source.kind == link.target.kind == "person"
        for one in (link, link.reversed()) if is_mutual else (link,):
            other = strongest.get((one.source, one.target))
            if other is None or one.order < other.order:
                strongest[one.source, one.target] = one
    network: dict[Node, list[Link]] = {}
    for link in sorted(strongest.values(), key=lambda link: link.order):
        neighbors = network.setdefault(link.source, [])
        if link.target.kind == "organization" or len(neighbors) < MAX_LINKS_PER_NODE:
            neighbors.append(link)
    return network


def _walk(network: Network, start: Node) -> Iterator[Path]:
    """Yield the paths, strongest first: a path gets weaker with each link, so the strongest one is extended first."""
    queue = [_step((), link, 1.0) for link in network.get(start, ())]
    heapify(queue)
    while queue:
        path = heappop(queue).path
        last = path.links[-1]
        if last.target.kind == "organization":
            yield path
            continue
        visited = {link.source for link in path.links}
        for link in network.get(last.target, ()):
            if link.target not in visited and _is_within(path, link):
                heappush(queue, _step(path.links, link, path.strength))


def _is_within(path: Path, link: Link) -> bool:
    """Whether there are at most three people to ask; the last one works at the organization or knows it."""
    if link.target.kind == "organization":
        return link.kind is LinkKind.works_at or len(path.links) < MAX_STEPS
    return len(path.links) < MAX_STEPS


class _QueueEntry(NamedTuple):
    order: tuple[float, int, tuple[Node, ...]]
    path: Path


def _step(links: tuple[Link, ...], link: Link, strength: float) -> _QueueEntry:
    path = Path((*links, link), strength * link.strength)
    return _QueueEntry(path.order, path)
