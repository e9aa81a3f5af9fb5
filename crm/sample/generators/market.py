"""The organizations between which projects, needs and opportunities arise."""

from __future__ import annotations

from crm.organizations.policy import OrganizationRole
from crm.sample.rows.specs import OrganizationRef
from crm.sample.sectors import TRADES

from .people import PeopleGenerator


class Market:
    """Clients, and primes, buyers and owners by sector."""

    def __init__(self, generator: PeopleGenerator) -> None:
        self.generator, self.writer, self.rng = generator, generator.writer, generator.rng
        self.by_id = {i: name for name, i in self.writer.users.items()}
        owners = (OrganizationRole.project_owner, OrganizationRole.government, OrganizationRole.end_user)
        self.primes, self.buyers = self._hosts(OrganizationRole.prime), self._hosts(OrganizationRole.distributor)
        self.owners = self._hosts(*owners)
        self.reps = [f for f in generator.generated.hosts if OrganizationRole.representative in f.roles and f.people]
        self.clients = [f for f in generator.generated.clients if not f.confidential]

    def _hosts(self, *roles: OrganizationRole) -> dict[str, list[OrganizationRef]]:
        """Return hosts with one of these roles by sector; all of them for a sector without any."""
        hosts = [organization for organization in self.generator.generated.hosts if organization.roles & set(roles)]
        sectors = self.generator.generated.sectors
        return {
            code: [organization for organization in hosts if sectors.get(organization.id) == code] or hosts
            for code in TRADES
        }
