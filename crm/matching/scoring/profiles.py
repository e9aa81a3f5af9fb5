"""The facts that are compared. Texts are as entered; None or empty means not on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm.matching.scoring.amounts import Amount


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """A need with the facts of its project and prime that matter.

    `kind` is the code of a `NeedKind`, `sectors` are names, `country` is an ISO code (of the project, or else of the
    organization that has the need), `prime_places` the text on where the prime operates. `buyer_ids` are organizations
    that can't be the supplier.
    """

    id: int
    title: str
    native_title: str | None = None
    spec: str | None = None
    kind: str = "product"
    hs6: str | None = None
    naics: str | None = None
    sectors: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    quantity: Amount | None = None
    needed_by: date | None = None
    country: str | None = None
    cities: frozenset[str] = frozenset()
    prime_places: str | None = None
    buyer_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ProductProfile:
    """A product with the facts of its client that matter.

    `kind` is the code of a `ProductKind`, `sectors` are those of the client, `jurisdiction` is the code of a
    `Jurisdiction`. `places` are texts on where the client or its China reps are active (cities, territories), `goals`
    its goals in China.
    """

    id: int
    client_id: int
    name: str
    native_name: str | None = None
    description: str | None = None
    kind: str = "product"
    hs6: str | None = None
    naics: str | None = None
    sectors: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    capacity: Amount | None = None
    jurisdiction: str = "unknown"
    eccn: str | None = None
    usml_category: str | None = None
    places: frozenset[str] = frozenset()
    goals: str | None = None
