"""A dataset with a record of every kind in every access case; each has a unique word in all its texts."""

from __future__ import annotations

from typing import Any

from crm.core import clock
from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.core.web.files import folder
from crm.followups.models import Cadence
from crm.organizations.models import ClientAgreement, DatedFact
from crm.organizations.policy import FactKind, OrganizationRole
from crm.people.policy import OfficialKind
from crm.projects.models import LeadChange, Project
from crm.projects.policy import LeadStage, LeadTest, ProjectRole
from crm.projects.services import add_project, save_party
from crm.projects.services.structure import save_package
from crm.projects.structure_policy import PackageState
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from tests.factories import (
    affiliation,
    client_of,
    holder,
    organization,
    owner,
    person,
    post_role,
    reachable,
    relation,
)
from tests.fixtures.people import make_people
from tests.laws.build_client_rows import add_gift, add_rows_of_client
from tests.laws.build_records import add_need, add_record
from tests.laws.build_shows import add_shows
from tests.laws.dataset import DAY, FILE, FILE_NAME, NOW, RECORD_KINDS, Dataset, LawRecord, marker_for
from tests.laws.owned_rows import add_owned_rows
from tests.laws.viewers import ACCESS_CASES, AccessCase

__all__ = ["DAY", "NOW", "RECORD_KINDS", "Dataset", "LawRecord", "build_dataset", "marker_for"]


PACKAGE = {"native_name": None, "organization_id": None, "state": PackageState.open, "bid_wall": None}


def build_dataset() -> Dataset:
    """Create everything in `db.session`, and flush it."""
    dataset = Dataset(users=make_people())
    (folder("attachments") / FILE_NAME).write_bytes(FILE)
    dataset.host = organization("Common Host", country="CN", city="Suzhou")
    for access_case in ACCESS_CASES.values():
        _add_organization(dataset, access_case)
        if not access_case.hold:
            add_gift(dataset, access_case)
            add_person_of(dataset, access_case)
            add_project_of(dataset, access_case)
        if access_case.team:
            add_rows_of_client(dataset, access_case)
    add_shows(dataset)
    add_owned_rows(dataset)
    db.session.flush()
    return dataset


def _add_organization(dataset: Dataset, access_case: AccessCase) -> None:
    word = marker_for("organization", access_case.name)
    facts: dict[str, Any] = {
        "country": "CN",
        "city": f"{word}ville",
        "native_name": f"{word}中",
        "description": f"{word} does",
    }
    if access_case.team:
        client = client_of(access_case.team, f"{word} Sensors", **facts)
    else:
        client = organization(f"{word} Sensors", roles=[OrganizationRole.prime, OrganizationRole.post], **facts)
    owner_row = owner(client, f"{word} Holding", 51)
    dataset.organizations[access_case.name] = client
    reachable(client, email=f"{word.lower()}@example.org")
    role = post_role(client, f"{word} Officer")
    agreed = ClientAgreement(organization_id=client.id, from_on=DAY)
    staff = DatedFact(organization_id=client.id, kind=FactKind.staff, number=4711, as_of=DAY, source=f"{word} form")
    db.session.add_all([agreed, staff])
    db.session.flush()
    rows = {"agreement_edit": agreed.id, "agreement_remove": agreed.id, "fact_edit": staff.id, "fact_remove": staff.id}
    rows["post_role_edit"] = role.id
    record = add_record(dataset, "organization", client, access_case, owner_remove=owner_row.id, holder=role.id, **rows)
    record.missing_parts = (
        ("organizations.prime", "organizations.post") if access_case.team else ("organizations.client",)
    )


def add_person_of(dataset: Dataset, access_case: AccessCase) -> None:
    word, organization = marker_for("person", access_case.name), dataset.organizations[access_case.name]
    viewer = person(word, "Limin", city=f"{word}town", country="CN", read_first=f"{word} reads")
    job = affiliation(viewer, organization, title=f"{word} engineer 报价", official=OfficialKind.state_owned)
    relation_row = relation(
        viewer, dataset.people.get("shared", viewer) if dataset.people else person("Other", "Friend")
    )
    reachable(viewer, email=f"{word.lower()}@example.org", phone="+86 139 1234 5678")
    db.session.add(Cadence(record_id=viewer.id, counts_from=DAY))
    dataset.people[access_case.name] = viewer
    term = holder(post_role(dataset.organizations["shared"], "Consul"), viewer)
    rows = {"holder_edit": term.id, "holder_remove": term.id}
    add_record(dataset, "person", viewer, access_case, affiliation_edit=job.id, relation_remove=relation_row.id, **rows)


def add_project_of(dataset: Dataset, access_case: AccessCase) -> None:
    if access_case.team and not access_case.confidential:
        return
    word = marker_for("project", access_case.name)
    row: Project = add_project(SYSTEM, {"name": f"{word} City", "country": "CN", "description": f"{word} is built"})
    party = save_party(row, {"organization_id": dataset.host.id, "role": next(iter(ProjectRole))})
    db.session.add(
        LeadChange(
            project_id=row.id,
            at=clock.now(),
            old=LeadStage.lead_heard,
            new=list(LeadStage)[1],
            why=f"{word} moved",
            skipped=[],
        )
    )
    set_evidence(SYSTEM, row, next(iter(LeadTest)).value, EvidenceState.met, f"{word} said", "")
    codes = {"lead_test": next(iter(LeadTest)).value}
    package = save_package(row, PACKAGE | {"name": f"{word} lot"})
    parts = {"party_edit": party.id, "party_remove": party.id, "package_edit": package.id, "package_remove": package.id}
    add_record(dataset, "project", row, access_case, **parts, **codes)
    add_need(dataset, access_case, project_id=row.id)
