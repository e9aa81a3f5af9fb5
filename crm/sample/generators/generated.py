"""Everything that was generated so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from crm.sample.rows.leads import ProjectRef
from crm.sample.rows.specs import OrganizationRef


@dataclass(slots=True)
class GeneratedRecords:
    """Everything that was generated, for later generators."""

    clients: list[OrganizationRef] = field(default_factory=list)
    hosts: list[OrganizationRef] = field(default_factory=list)
    posts: list[OrganizationRef] = field(default_factory=list)
    leads: list[ProjectRef] = field(default_factory=list)
    counselors: dict[str, list[str]] = field(default_factory=dict)
    sectors: dict[int, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    @property
    def organizations(self) -> list[OrganizationRef]:
        """All organizations that can have people."""
        return [*self.clients, *self.hosts, *self.posts]
