"""A dataset with a record of every kind in every access case; each has a unique word in all its texts."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from crm.checkins.models import CheckIn
from crm.checkins.policy import CheckInState
from crm.compliance.policy import GiftDirection, GiftKind
from crm.compliance.services import save_gift
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.core.web.files import folder
from crm.duplicates.models import DuplicatePair
from crm.followups.models import Cadence
from crm.followups.services import add_follow_up
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.services.assistance import save_part
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.policy import SurveyState
from crm.impact.services import add_milestone
from crm.interactions.policy import InteractionState
from crm.interactions.services import ForClient, InteractionDetails, PartyValues, log_interaction
from crm.matching.models import ProductMatch
from crm.matching.policy import MatchReasonKind
from crm.matching.scoring import MatchReason
from crm.opportunities.policy import ExitTest, LicenseGate, OpportunityStage
from crm.organizations.models import ClientAgreement, DatedFact
from crm.organizations.policy import FactKind, OrganizationRole, RegistrationState
from crm.people.policy import OfficialKind
from crm.projects.models import LeadChange, Need, Project
from crm.projects.policy import LeadStage, LeadTest, ProjectRole
from crm.projects.services import add_project, save_need, save_party
from crm.projects.services.structure import save_package, save_registration
from crm.projects.structure_policy import PackageState
from crm.records.models import Attachment
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from crm.shows.models import Show, ShowMeeting
from crm.shows.services import save_going, save_meeting, save_show
from tests.factories import (
    affiliation,
    archived,
    client_of,
    holder,
    make_confidential,
    organization,
    owner,
    person,
    post_role,
    reachable,
    relation,
    representation,
    team_id_of,
)
from tests.factories.opportunities import cleared_product, make_opportunity
from tests.fixtures.people import make_people
from tests.laws.dataset import DAY, FILE, FILE_NAME, NOW, RECORD_KINDS, Dataset, LawRecord, marker_for
from tests.laws.expected import ACCESS_CASES, AccessCase
from tests.laws.owned_rows import add_owned_rows

__all__ = ["DAY", "NOW", "RECORD_KINDS", "Dataset", "LawRecord", "build_dataset", "marker_for"]


PACKAGE = {"native_name": None, "organization_id": None, "state": PackageState.open, "bid_wall": None}
GIFT: dict[str, Any] = {
    "direction": GiftDirection.by_us,
    "kind": GiftKind.gift,
    "given_on": DAY,
    "person_id": None,
    "purpose": "New year",
    "amount": Decimal(80),
    "currency": "USD",
    "occasion_id": None,
}
REGISTRATION = {"state": RegistrationState.registered, "registered_on": DAY, "expires_on": None}


def build_dataset() -> Dataset:
    """Create everything in `db.session`, and flush it."""
    dataset = Dataset(users=make_people())
    (folder("attachments") / FILE_NAME).write_bytes(FILE)
    dataset.host = organization("Common Host", country="CN", city="Suzhou")
    for access_case in ACCESS_CASES.values():
        _add_organization(dataset, access_case)
        if not access_case.hold:
            _gift(dataset, access_case)
            _person(dataset, access_case)
            _project(dataset, access_case)
        if access_case.team:
            _of_client(dataset, access_case)
    _shows(dataset)
    add_owned_rows(dataset)
    db.session.flush()
    return dataset


def _apply_access_case(record: Record, access_case: AccessCase, dataset: Dataset) -> None:
    """Bring a record into its access case."""
    record.team_id = team_id_of(access_case.team)
    record.counselor_id = dataset.users[access_case.counselor].id
    db.session.flush()
    if access_case.confidential:
        make_confidential(record, *(dataset.users[name] for name in access_case.readers))
    if access_case.archived:
        archived(record, f"{record.label.split()[0]} is away")
    db.session.add(
        Attachment(
            record_id=record.id,
            name=f"{record.label.split()[0]}.txt",
            media_type="text/plain",
            size=3,
            sha256=sha256(FILE).hexdigest(),
            stored_as=FILE_NAME,
            at=clock.now(),
        )
    )
    db.session.flush()


def _took(dataset: Dataset, kind: str, record: Record, access_case: AccessCase, **rows: Any) -> LawRecord:
    _apply_access_case(record, access_case, dataset)
    word = marker_for(kind, access_case.name)
    file = db.session.scalars(sa.select(Attachment).where(Attachment.record_id == record.id)).one()
    dataset.add("file", file, word, access_case)
    if kind in ("organization", "person"):
        pair = DuplicatePair(a_id=dataset.host.id, b_id=record.id, score=1.0, reasons=[])
        db.session.add(pair)
        db.session.flush()
        dataset.add("pair", pair, word, access_case)
    return dataset.add(kind, record, word, access_case, rows=rows)


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
    record = _took(dataset, "organization", client, access_case, owner_remove=owner_row.id, holder=role.id, **rows)
    record.missing_parts = (
        ("organizations.prime", "organizations.post") if access_case.team else ("organizations.client",)
    )


def _person(dataset: Dataset, access_case: AccessCase) -> None:
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
    _took(dataset, "person", viewer, access_case, affiliation_edit=job.id, relation_remove=relation_row.id, **rows)


def _project(dataset: Dataset, access_case: AccessCase) -> None:
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
    _took(dataset, "project", row, access_case, **parts, **codes)
    _need(dataset, access_case, project_id=row.id)


def _need(dataset: Dataset, access_case: AccessCase, **host: int) -> None:
    word = marker_for("need", access_case.name)
    row: Need = save_need(SYSTEM, {"title": f"{word} pumps 报价", "description": f"{word} wanted", **host})
    _took(dataset, "need", row, access_case)


def _of_client(dataset: Dataset, access_case: AccessCase) -> None:
    organization = dataset.organizations[access_case.name]
    product_row = cleared_product(organization, name=f"{marker_for('product', access_case.name)} meter")
    _took(dataset, "product", product_row, access_case)
    if not access_case.archived and not access_case.hold:
        _match(dataset, access_case, product_row.id)
    rep = representation(
        organization,
        dataset.people.get(access_case.name) or dataset.organizations["shared"],
        territory=f"{marker_for('representation', access_case.name)} east",
    )
    _took(dataset, "representation", rep, access_case)
    _check_in(dataset, access_case, rep.id)
    _case(dataset, access_case, product_row.id)
    _milestone(dataset, access_case)
    word = marker_for("registration", access_case.name)
    values = REGISTRATION | {"client_id": organization.id, "portal_url": f"https://{word.lower()}.example.org"}
    registered = save_registration(SYSTEM, values | {"prime_id": dataset.organizations["shared"].id})
    dataset.add("registration", registered, word.lower(), access_case)
    _add_funding(dataset, access_case, organization.id)
    if not access_case.hold:
        _contact(dataset, access_case)
        _step(dataset, access_case)
    if not access_case.confidential and not access_case.hold:
        _need(dataset, access_case, organization_id=organization.id)


def _check_in(dataset: Dataset, access_case: AccessCase, representation_id: int) -> None:
    """Add a check-in with an answer, if the China rep is a person."""
    contact = dataset.people.get(access_case.name)
    if contact is None:
        return
    word = marker_for("checkin", access_case.name)
    row = CheckIn(representation_id=representation_id, person_id=contact.id, month="2026-02", answer=f"{word} answer")
    row.token_hash, row.address, row.language = word, "zq@example.cn", "en"
    row.sent_at = row.answered_at = NOW
    row.state = CheckInState.answered
    db.session.add(row)
    db.session.flush()
    dataset.add("checkin", row, row.answer or "", access_case)


def _gift(dataset: Dataset, access_case: AccessCase) -> None:
    word = marker_for("gift", access_case.name)
    values = GIFT | {"organization_id": dataset.organizations[access_case.name].id, "description": word}
    values["user_id"] = dataset.users["anna"].id
    dataset.add("gift", save_gift(SYSTEM, values), word, access_case)


def _add_funding(dataset: Dataset, access_case: AccessCase, client_id: int) -> None:
    """Add assistance and a referral of a client."""
    word = marker_for("organization", access_case.name)
    booth = save_part(SYSTEM, Assistance(), {"client_id": client_id, "what": f"{word} booth", "on": DAY})
    referral = save_part(SYSTEM, PartnerReferral(), {"client_id": client_id, "reason": f"{word} loan", "on": DAY})
    dataset.add("assistance", booth, f"{word} booth", access_case)
    dataset.add("partner_referral", referral, f"{word} loan", access_case)


def _match(dataset: Dataset, access_case: AccessCase, product_id: int) -> None:
    """Create a need that everybody sees, and its match with a product."""
    word = marker_for("product", access_case.name)
    need = save_need(SYSTEM, {"title": f"Devices {product_id}", "organization_id": dataset.host.id})
    reason = MatchReason(MatchReasonKind.words, 50, {"words": [word]})
    match = ProductMatch(need_id=need.id, product_id=product_id, points=50, reasons=[reason.to_json()])
    match.found_at = clock.now()
    db.session.add(match)
    db.session.flush()
    dataset.add("match", match, word, access_case)


def _case(dataset: Dataset, access_case: AccessCase, product_id: int) -> None:
    word = marker_for("opportunity", access_case.name)
    stage = OpportunityStage.export_hold if access_case.hold else OpportunityStage.matched
    row = make_opportunity(
        dataset.organizations[access_case.name],
        f"{word} case",
        stage=stage,
        product_id=product_id,
        license_gate=LicenseGate.to_determine if access_case.hold else LicenseGate.not_needed,
        amount=4711,
        currency="USD",
    )
    set_evidence(SYSTEM, row, next(iter(ExitTest)).value, EvidenceState.met, f"{word} said", "")
    _took(dataset, "opportunity", row, access_case, exit_test=next(iter(ExitTest)).value)


def _milestone(dataset: Dataset, access_case: AccessCase) -> None:
    word = marker_for("milestone", access_case.name)
    values = {
        "client_id": dataset.organizations[access_case.name].id,
        "title": f"{word} sale",
        "note": f"{word} note 报价",
        "evidence": f"{word} contract",
        "amount": 4711,
        "country": "CN",
        "on": DAY,
    }
    if not access_case.hold:
        values["opportunity_id"] = dataset.of("opportunity", access_case.name).id
    _took(dataset, "milestone", add_milestone(SYSTEM, values), access_case)
    _survey(dataset, access_case)


def _survey(dataset: Dataset, access_case: AccessCase) -> None:
    """Create an answered survey of a client, and a schedule."""
    word, client_id = marker_for("survey", access_case.name), dataset.organizations[access_case.name].id
    row = ImpactSurvey(client_id=client_id, address=f"{word.lower()}@example.org", language="en", token_hash=word)
    row.period_from = row.period_to = DAY
    row.sent_at = row.answered_at = clock.now()
    row.expires_at = clock.now()
    row.state, row.jobs, row.comment, row.answered_by = SurveyState.answered, 2, f"{word} comment", f"{word} Ortega"
    plan_word = marker_for("plan", access_case.name)
    plan = SurveyPlan(client_id=client_id, reason=f"{plan_word} award", starts_on=DAY, until_on=DAY, next_on=DAY)
    db.session.add_all([row, plan])
    db.session.flush()
    dataset.add("survey", row, word, access_case)
    dataset.add("survey_plan", plan, plan_word, access_case)


def _contact(dataset: Dataset, access_case: AccessCase) -> None:
    """Create a planned interaction with the client's person and a shared one; everyone sees that it exists."""
    word = marker_for("interaction", access_case.name)
    details = InteractionDetails(
        parties=[
            PartyValues(person_id=dataset.people[access_case.name].id),
            PartyValues(person_id=dataset.people["shared"].id),
        ],
        clients=[ForClient(dataset.organizations[access_case.name].id, contact=30)],
        about=[dataset.of("opportunity", access_case.name).id],
    )
    local = {
        "zone": "America/Los_Angeles",
        "notes": f"{word} said so 报价",
        "subject": f"{word} talk 报价",
        "place": f"{word} room",
    }
    values = local | {"wall": datetime(2026, 12, 7, 9), "minutes": 30, "team_id": team_id_of(access_case.team)}
    # Created by the system, because not every counselor sees all of it; the counselor is set afterwards.
    if access_case.name == "inland_dora":
        values |= {"state": InteractionState.planned, "wall": datetime(2026, 12, 8, 11)}
    row = log_interaction(SYSTEM, values, details)
    _took(dataset, "interaction", row, access_case, session_facts=dataset.organizations[access_case.name].id)


def _step(dataset: Dataset, access_case: AccessCase) -> None:
    word = marker_for("followup", access_case.name)
    about = [
        dataset.people[access_case.name].id,
        dataset.people["shared"].id,
        dataset.of("opportunity", access_case.name).id,
    ]
    row = add_follow_up(
        SYSTEM,
        {
            "title": f"{word} call 报价",
            "note": f"{word} note 报价",
            "due_on": DAY,
            "counselor_id": dataset.users[access_case.counselor].id,
            "zone": "America/Los_Angeles",
        },
        about=about,
    )
    _took(dataset, "followup", row, access_case)


def _shows(dataset: Dataset) -> None:
    for name in ("shared", "shared_gone"):
        access_case, word = ACCESS_CASES[name], marker_for("show", name)
        values = {
            "name": f"{word} Fair",
            "city": "Suzhou",
            "zone": "Asia/Shanghai",
            "starts_on": DAY,
            "ends_on": date(2026, 12, 11),
        }
        show: Show = save_show(SYSTEM, values)
        going = save_going(show, {"record_id": dataset.organizations["shared"].id})
        save_going(show, {"record_id": dataset.organizations["secret_bay"].id})
        _took(dataset, "show", show, access_case, participant_edit=going.id, participant_remove=going.id)
        if name == "shared":
            dataset.show = show
            _meetings(dataset, show)


def _meetings(dataset: Dataset, show: Show) -> None:
    for hour, name in enumerate(("inland", "bay"), 9):
        word, access_case = marker_for("meeting", name), ACCESS_CASES[name]
        values = {
            "day": DAY,
            "time": time(hour),
            "minutes": 30,
            "table": f"T{hour}",
            "note": f"{word} note 报价",
            "client_id": dataset.organizations[name].id,
            "host_id": dataset.organizations["shared"].id,
            "people": [dataset.people[name].id],
            "staff": [dataset.users[access_case.counselor].id],
        }
        row: ShowMeeting = save_meeting(SYSTEM, show, values)
        dataset.add("meeting", row, word, access_case)
