"""Generates products and China reps."""

from __future__ import annotations

from datetime import timedelta

from crm.people.policy import Exclusivity, RepresentationKind, RepresentationStatus
from crm.products.policy import ClassificationSource, Jurisdiction
from crm.sample.rows import products
from crm.sample.rows.specs import OrganizationRef, ProductRef
from crm.sample.sectors import TRADES

from .market import Market

CAPACITIES: tuple[tuple[int | None, str | None, str | None], ...] = (
    (None, None, None),
    (500, "pcs a month", None),
    (2000, "pcs a month", None),
    (None, None, "two lines"),
)


class ProductGenerator:
    """Generates products of clients, and the China reps who represent them."""

    def __init__(self, market: Market) -> None:
        self.market, self.generator = market, market.generator
        self.writer, self.rng = market.writer, market.rng

    def add_products(self, count: int) -> None:
        """Create so many products, first one for each client."""
        for position in range(count):
            client = (
                self.market.clients[position]
                if position < len(self.market.clients)
                else self.rng.choice(self.market.clients)
            )
            self._add_product(client)
            self.writer.inserter.insert_if_many()

    def _add_product(self, client: OrganizationRef) -> ProductRef:
        """Create a product of a client; for half of them the export classification is known."""
        rng = self.rng
        sector = self.generator.generated.sectors.get(client.id, "water")
        item = rng.choice(TRADES[sector].wares)
        classified = rng.random() < 0.62
        made_at = client.made_at + timedelta(days=rng.randint(1, 40))
        return products.add_product(
            self.writer,
            client,
            products.ProductSpec(
                name=item.name,
                sector=sector,
                made_at=min(made_at, self.writer.now),
                by=self.market.by_id[client.counselor_id or 0],
                native=item.native if rng.random() < 0.7 else None,
                kind=item.kind,
                hs6=item.hs6,
                certificates=rng.choice((None, "CE", "CE, UL", "NSF 61", "HACCP", "ISO 9001")),
                capacity=rng.choice(CAPACITIES),
                jurisdiction=Jurisdiction.ear if classified else Jurisdiction.unknown,
                eccn=item.eccn if classified else None,
                said_by=rng.choice(tuple(ClassificationSource)) if classified else None,
                said_on=made_at.date() if classified else None,
                ip_note=rng.choice((None, "Trademark filed in China", "US patent only", "No trademark in China yet")),
            ),
        )

    def add_representations(self, count: int) -> None:
        """Let rep firms and their people represent clients."""
        rng = self.rng
        for client in rng.sample(self.market.clients, min(count, len(self.market.clients))):
            organization = rng.choice(self.market.reps)
            made_at = max(client.made_at, self.generator.past())
            by_agreement = rng.random() < 0.6
            products.add_representation(
                self.writer,
                client,
                products.RepresentationSpec(
                    made_at=made_at,
                    by=self.market.by_id[client.counselor_id or 0],
                    person=rng.choice(organization.people),
                    organization=organization,
                    kind=rng.choice(
                        (RepresentationKind.agent, RepresentationKind.company, RepresentationKind.distributor)
                    ),
                    territory=rng.choice(("East China", "Zhejiang", "Jiangsu", "Guangdong", "All of China")),
                    exclusive=rng.choice(tuple(Exclusivity)),
                    from_on=made_at.date() if by_agreement else None,
                    to_on=made_at.date() + timedelta(days=730) if by_agreement else None,
                    status=rng.choices(tuple(RepresentationStatus), (1, 7, 1, 1))[0],
                    may_quote=rng.random() < 0.3,
                    products=tuple(client.products[:1]),
                ),
            )
            self.writer.inserter.insert_if_many()
