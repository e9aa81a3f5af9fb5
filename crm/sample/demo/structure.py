"""Tender packages of the demo project, and registrations of clients at its prime contractor."""

from __future__ import annotations

from crm import calendars
from crm.organizations.policy import RegistrationState
from crm.projects.models import PackageNeed, SupplierRegistration, TenderPackage
from crm.projects.structure_policy import PackageState

from .demo_records import SHANGHAI, DemoRecords

PRIME = "Huayue Municipal Engineering Group"
PACKAGES = (
    ("air", "Lot 1: air monitoring", "一标段：空气监测", PRIME, PackageState.open, 2),
    ("water", "Lot 2: water network", "二标段：供水管网", "Jiangchuan Smart City Technology", PackageState.open, 14),
    ("data", "Lot 3: data platform", "三标段：数据平台", None, PackageState.planned, None),
)
"""Key, names, responsible party, state, and in how many days bids close."""
CHAPTERS = {"9027": "air", "9028": "water"}
REGISTRATIONS = (
    ("ClearAir Sensors", RegistrationState.registered, -335, 30),
    ("Tri-Valley Sensors", RegistrationState.applied, None, None),
)


def create(demo: DemoRecords) -> None:
    """Create the registrations."""
    for client, state, registered, expires in REGISTRATIONS:
        demo.writer.inserter.add(
            SupplierRegistration,
            client_id=demo.organizations[client].id,
            prime_id=demo.organizations[PRIME].id,
            state=state,
            portal_url="https://suppliers.huayue.example",
            registered_on=demo.day(registered) if registered is not None else None,
            expires_on=demo.day(expires) if expires is not None else None,
        )


def add_packages(demo: DemoRecords, project_id: int) -> dict[str, int]:
    """Add the tender packages of a project; return their ids by key."""
    ids = {}
    for key, name, native, party, state, days in PACKAGES:
        bid = demo.local_time(days, 17) if days is not None else None
        ids[key] = demo.writer.inserter.add(
            TenderPackage,
            project_id=project_id,
            name=name,
            native_name=native,
            organization_id=demo.organizations[party].id if party else None,
            state=state,
            bid_wall=bid,
            zone=SHANGHAI,
            bid_at=calendars.resolve_local(bid.date(), bid.time(), SHANGHAI) if bid else None,
        )
    return ids


def put_need(demo: DemoRecords, need_id: int, hs6: str, packages: dict[str, int]) -> None:
    """Put a need into the package of its HS heading; those without a code belong to the data platform."""
    key = CHAPTERS.get(hs6[:4]) if hs6 else "data"
    if key:
        demo.writer.inserter.add(PackageNeed, need_id=need_id, package_id=packages[key])
