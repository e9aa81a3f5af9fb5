"""Rows that belong to the clients of the dataset."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from crm.checkins.models import CheckIn
from crm.checkins.policy import CheckInState
from crm.compliance.policy import GiftDirection, GiftKind
from crm.compliance.services import save_gift
from crm.core import clock
from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.followups.services import add_follow_up
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.services.assistance import save_part
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.policy import SurveyState
from crm.impact.services import add_milestone
from crm.interactions.policy import InteractionState
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.matching.models import ProductMatch
from crm.matching.policy import MatchReasonKind
from crm.matching.scoring import MatchReason
from crm.opportunities.policy import ExitTest, LicenseGate, OpportunityStage
from crm.organizations.policy import RegistrationState
from crm.projects.services import save_need
from crm.projects.services.structure import save_registration
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from tests.factories import (
    representation,
    team_id_of,
)
from tests.factories.opportunities import cleared_product, make_opportunity
from tests.laws.build_records import add_need, add_record
from tests.laws.dataset import DAY, NOW, Dataset, marker_for
from tests.laws.viewers import AccessCase

GIFT: dict[str, Any] = {
    "direction": GiftDirection.by_us,
    "kind": GiftKind.gift,
    "given_on": NOW.date(),
    "person_id": None,
    "purpose": "New year",
    "amount": Decimal(80),
    "currency": "USD",
    "occasion_id": None,
}


REGISTRATION = {"state": RegistrationState.registered, "registered_on": DAY, "expires_on": None}


def add_rows_of_client(dataset: Dataset, access_case: AccessCase) -> None:
    organization = dataset.organizations[access_case.name]
    product_row = cleared_product(organization, name=f"{marker_for('product', access_case.name)} meter")
    add_record(dataset, "product", product_row, access_case)
    if not access_case.archived and not access_case.hold:
        add_match(dataset, access_case, product_row.id)
    rep = representation(
        organization,
        dataset.people.get(access_case.name) or dataset.organizations["shared"],
        territory=f"{marker_for('representation', access_case.name)} east",
    )
    add_record(dataset, "representation", rep, access_case)
    add_check_in(dataset, access_case, rep.id)
    add_opportunity_of(dataset, access_case, product_row.id)
    add_milestone_of(dataset, access_case)
    word = marker_for("registration", access_case.name)
    values = REGISTRATION | {"client_id": organization.id, "portal_url": f"https://{word.lower()}.example.org"}
    registered = save_registration(SYSTEM, values | {"prime_id": dataset.organizations["shared"].id})
    dataset.add("registration", registered, word.lower(), access_case)
    add_funding(dataset, access_case, organization.id)
    if not access_case.hold:
        add_interaction_of(dataset, access_case)
        add_follow_up_of(dataset, access_case)
    if not access_case.confidential and not access_case.hold:
        add_need(dataset, access_case, organization_id=organization.id)


def add_check_in(dataset: Dataset, access_case: AccessCase, representation_id: int) -> None:
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


def add_gift(dataset: Dataset, access_case: AccessCase) -> None:
    word = marker_for("gift", access_case.name)
    values = GIFT | {"organization_id": dataset.organizations[access_case.name].id, "description": word}
    values["user_id"] = dataset.users["anna"].id
    dataset.add("gift", save_gift(SYSTEM, values), word, access_case)


def add_funding(dataset: Dataset, access_case: AccessCase, client_id: int) -> None:
    """Add assistance and a referral of a client."""
    word = marker_for("organization", access_case.name)
    booth = save_part(SYSTEM, Assistance(), {"client_id": client_id, "description": f"{word} booth", "on": DAY})
    referral = save_part(SYSTEM, PartnerReferral(), {"client_id": client_id, "reason": f"{word} loan", "on": DAY})
    dataset.add("assistance", booth, f"{word} booth", access_case)
    dataset.add("partner_referral", referral, f"{word} loan", access_case)


def add_match(dataset: Dataset, access_case: AccessCase, product_id: int) -> None:
    """Create a need that everybody sees, and its match with a product."""
    word = marker_for("product", access_case.name)
    need = save_need(SYSTEM, {"title": f"Devices {product_id}", "organization_id": dataset.host.id})
    reason = MatchReason(MatchReasonKind.words, 50, {"words": [word]})
    match = ProductMatch(need_id=need.id, product_id=product_id, points=50, reasons=[reason.to_json()])
    match.found_at = clock.now()
    db.session.add(match)
    db.session.flush()
    dataset.add("match", match, word, access_case)


def add_opportunity_of(dataset: Dataset, access_case: AccessCase, product_id: int) -> None:
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
    add_record(dataset, "opportunity", row, access_case, exit_test=next(iter(ExitTest)).value)


def add_milestone_of(dataset: Dataset, access_case: AccessCase) -> None:
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
    add_record(dataset, "milestone", add_milestone(SYSTEM, values), access_case)
    add_survey(dataset, access_case)


def add_survey(dataset: Dataset, access_case: AccessCase) -> None:
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


def add_interaction_of(dataset: Dataset, access_case: AccessCase) -> None:
    """Create a planned interaction with the client's person and a shared one; everyone sees that it exists."""
    word = marker_for("interaction", access_case.name)
    details = InteractionDetails(
        parties=[
            PartyValues(person_id=dataset.people[access_case.name].id),
            PartyValues(person_id=dataset.people["shared"].id),
        ],
        clients=[ClientMinutes(dataset.organizations[access_case.name].id, contact=30)],
        about=[dataset.of("opportunity", access_case.name).id],
    )
    local = {
        "zone": "America/Los_Angeles",
        "notes": f"{word} said so 报价",
        "subject": f"{word} talk 报价",
        "place": f"{word} room",
    }
    values = local | {"wall": datetime(2026, 12, 7, 9), "minutes": 30, "team_id": team_id_of(access_case.team)}
    # Created by the system, because not every counselor sees all of it; the counselor is set afterward.
    if access_case.name == "inland_dora":
        values |= {"state": InteractionState.planned, "wall": datetime(2026, 12, 8, 11)}
    row = log_interaction(SYSTEM, values, details)
    add_record(dataset, "interaction", row, access_case, session_facts=dataset.organizations[access_case.name].id)


def add_follow_up_of(dataset: Dataset, access_case: AccessCase) -> None:
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
    add_record(dataset, "followup", row, access_case)
