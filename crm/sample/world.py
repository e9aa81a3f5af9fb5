"""All that has been made so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from .leads import Lead
from .told import Firm


@dataclass(slots=True)
class World:
    """All that has been made, for what is made after it."""

    clients: list[Firm] = field(default_factory=list)
    hosts: list[Firm] = field(default_factory=list)
    posts: list[Firm] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    counselors: dict[str, list[str]] = field(default_factory=dict)
    sectors: dict[int, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    @property
    def firms(self) -> list[Firm]:
        """Everybody who may have people."""
        return [*self.clients, *self.hosts, *self.posts]
