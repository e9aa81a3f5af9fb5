"""Load what matching compares: the profiles of needs and products, in a fixed number of statements.

Facts of confidential China reps and primes are left out: those who see a match may not see them. Archived records are
compared, too, and left out when matches are read: archiving and restoring then change nothing here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias, db
from crm.core.data.record import Record
from crm.matching.scoring import Amount, NeedProfile, ProductProfile, read_amount
from crm.organizations.models import Client, Organization, OrganizationSector, Prime
from crm.people.models import Representation
from crm.people.policy import RepresentationStatus
from crm.products.models import Product
from crm.products.policy import split_list
from crm.projects.models import Need, Project, ProjectParty, ProjectSector
from crm.projects.policy import NeedState, ProjectRole
from crm.reference.models import Sector

BUYERS = (ProjectRole.owner, ProjectRole.prime, ProjectRole.end_user)
ACTIVE_REPS = (RepresentationStatus.active, RepresentationStatus.proposed)
# The plain tables: loading records of two tables each takes longer than comparing them.
NEEDS: Any = Need.__table__
PRODUCTS: Any = Product.__table__
OPEN_NEEDS = (NeedState.open, NeedState.matched)


def load_needs(ids: Collection[int]) -> list[NeedProfile]:
    """Return the open ones of these needs, by id."""
    buyer, project = alias(Organization, "matching_buyer"), alias(Project, "matching_project")
    stmt = (
        sa.select(
            NEEDS,
            project.country.label("project_country"),
            project.city.label("project_city"),
            buyer.country.label("buyer_country"),
            buyer.city.label("buyer_city"),
        )
        .outerjoin(project, project.id == NEEDS.c.project_id)
        .outerjoin(buyer, buyer.id == NEEDS.c.organization_id)
        .where(NEEDS.c.id.in_(ids), NEEDS.c.state.in_(OPEN_NEEDS))
        .order_by(NEEDS.c.id)
    )
    rows = db.session.execute(stmt).all()
    project_ids = {row.project_id for row in rows if row.project_id}
    sectors, parties = _load_project_sectors(project_ids), _load_buyers(project_ids)
    own_ids = {row.organization_id for row in rows if row.organization_id}
    primes = _load_places(own_ids.union(*parties.values()))
    return [_need_profile(row, sectors[row.project_id], parties[row.project_id], primes) for row in rows]


def _need_profile(row: Any, sectors: Collection[str], parties: Collection[int], primes: dict[int, str]) -> NeedProfile:
    buyer_ids = {*parties, *([row.organization_id] if row.organization_id else [])}
    return NeedProfile(
        id=row.id,
        title=row.title,
        native_title=row.native_title,
        spec=row.spec,
        kind=row.type.value,
        hs6=row.hs6,
        sectors=frozenset(sectors),
        certificates=frozenset(split_list(row.certificates)),
        quantity=_amount(row.quantity_number, row.quantity_unit, row.quantity),
        needed_by=row.needed_by,
        country=row.project_country if row.project_id else row.buyer_country,
        cities=_texts(row.project_city, None if row.project_id else row.buyer_city),
        prime_places=", ".join(primes[i] for i in sorted(buyer_ids) if i in primes) or None,
        buyer_ids=frozenset(buyer_ids),
    )


def _load_project_sectors(project_ids: Collection[int]) -> dict[int | None, set[str]]:
    stmt = (
        sa.select(ProjectSector.project_id, Sector.name)
        .join(Sector, Sector.id == ProjectSector.sector_id)
        .where(ProjectSector.project_id.in_(project_ids))
    )
    return _group(db.session.execute(stmt))


def _load_buyers(project_ids: Collection[int]) -> dict[int | None, set[int]]:
    """Return the organizations that buy in each project: its owner, primes and end users."""
    stmt = sa.select(ProjectParty.project_id, ProjectParty.organization_id).where(
        ProjectParty.project_id.in_(project_ids), ProjectParty.role.in_(BUYERS)
    )
    return _group(db.session.execute(stmt))


def _load_places(organization_ids: Collection[int]) -> dict[int, str]:
    """Return where primes operate."""
    record = alias(Record, "matching_prime")
    stmt = (
        sa.select(Prime.organization_id, Prime.present_in)
        .join(record, record.id == Prime.organization_id)
        .where(Prime.organization_id.in_(organization_ids))
        .where(Prime.present_in.is_not(None), sa.not_(record.confidential))
    )
    return {organization_id: places or "" for organization_id, places in db.session.execute(stmt)}


def load_products(ids: Collection[int]) -> list[ProductProfile]:
    """Return these products, by id."""
    stmt = (
        sa.select(PRODUCTS, Client.china_goals)
        .outerjoin(Client, Client.organization_id == PRODUCTS.c.client_id)
        .where(PRODUCTS.c.id.in_(ids))
        .order_by(PRODUCTS.c.id)
    )
    rows = db.session.execute(stmt).all()
    client_ids = {row.client_id for row in rows}
    sectors, territories = _load_client_sectors(client_ids), _load_territories(client_ids)
    return [_product_profile(row, sectors[row.client_id], territories[row.client_id]) for row in rows]


def _product_profile(row: Any, sectors: Collection[str], territories: Collection[str]) -> ProductProfile:
    return ProductProfile(
        id=row.id,
        client_id=row.client_id,
        name=row.name,
        native_name=row.native_name,
        description=row.description,
        kind=row.offer.value,
        hs6=row.hs6,
        naics=row.naics,
        sectors=frozenset(sectors),
        certificates=frozenset(split_list(row.certificates)),
        capacity=_amount(row.capacity_number, row.capacity_unit, row.capacity),
        jurisdiction=row.jurisdiction.value,
        eccn=row.eccn,
        usml_category=row.usml_category,
        places=frozenset(territories),
        goals=row.china_goals,
    )


def _load_client_sectors(client_ids: Collection[int]) -> dict[int | None, set[str]]:
    stmt = (
        sa.select(OrganizationSector.organization_id, Sector.name)
        .join(Sector, Sector.id == OrganizationSector.sector_id)
        .where(OrganizationSector.organization_id.in_(client_ids))
    )
    return _group(db.session.execute(stmt))


def _load_territories(client_ids: Collection[int]) -> dict[int | None, set[str]]:
    """Return the territories of active China reps by client."""
    rep = Representation
    stmt = sa.select(rep.client_id, rep.territory).where(
        rep.client_id.in_(client_ids),
        rep.territory.is_not(None),
        rep.status.in_(ACTIVE_REPS),
        rep.archived_at.is_(None),
        sa.not_(rep.confidential),
    )
    return _group(db.session.execute(stmt))


def _group(rows: Iterable[Any]) -> dict[Any, set[Any]]:
    groups: dict[Any, set[Any]] = defaultdict(set)
    for key, value in rows:
        groups[key].add(value)
    return groups


def _amount(number: Decimal | None, unit: str | None, text: str | None) -> Amount | None:
    return read_amount(text if number is None else f"{number.normalize():f} {unit or ''}".strip())


def _texts(*texts: str | None) -> frozenset[str]:
    return frozenset(text for text in texts if text)
