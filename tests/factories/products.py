"""Products of clients, and their China reps."""

from __future__ import annotations

from typing import Any

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.organizations.models import Organization
from crm.people.models import Person, Representation
from crm.people.policy import RepresentationStatus
from crm.people.services import save_representation
from crm.products.models import Product
from crm.products.services import save_product
from tests.factories.organizations import client_of
from tests.factories.people import person
from tests.factories.records import finished, id_of, numbers


def product(of: Organization | None = None, name: str | None = None, **facts: Any) -> Product:
    """Create a product of a client, by default of a new one of Inland."""
    state = {"confidential": facts.pop("confidential", False), "readers": facts.pop("readers", ())}
    client = of if of is not None else client_of()
    values = {"client_id": client.id, "name": name or f"Product {next(numbers)}", **facts}
    row = save_product(SYSTEM, values, uid=facts.pop("uid", None))
    return finished(row, **state, is_archived=False)


def representation(
    client: Organization | None = None, by: Person | Organization | None = None, *, counselor: Any = None, **facts: Any
) -> Representation:
    """Create a China rep: a person or an organization, by default a new person; active unless set otherwise."""
    client = client if client is not None else client_of()
    by = by if by is not None else person(organization=client)
    party_columns = {"person_id": by.id} if isinstance(by, Person) else {"organization_id": by.id}
    state = {"confidential": facts.pop("confidential", False), "readers": facts.pop("readers", ())}
    values = {"client_id": client.id, "status": RepresentationStatus.active, **party_columns, **facts}
    row = save_representation(SYSTEM, values)
    if counselor is not None:
        row.counselor_id = id_of(counselor)
    db.session.flush()
    return finished(row, **state, is_archived=False)
