"""The counseling records of SBA form 641 as XML of the NEXUS schema, one record for each session."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.forms.params import is_number
from crm.core.policy import SYSTEM
from crm.funding.models import IntakeAnswers
from crm.funding.policy.form641 import BUSINESS_TYPES, IN_BUSINESS, LEGAL_ENTITIES, TOPIC
from crm.funding.policy.step import ReferralPartner
from crm.interactions.queries import ClientHistory, load_client_histories
from crm.opportunities.money import convert
from crm.organizations.models import Client, Organization
from crm.organizations.policy import FactKind
from crm.reference.queries import Rates, load_rates

from .nexus_people import CounseledPerson, load_counseled_people, load_referrals
from .sessions import ClientSession

NOT_SAID = "Prefer not to say"
HUNDREDTH = Decimal("0.01")
MAX_DOLLARS = Decimal(10) ** 9
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML file can have: control characters, and U+FFFE, which forms and imports leave."""
MAX_NOTES, MAX_NAME, MAX_PERSON_NAME, ZIP_DIGITS = 1000, 80, 40, 5


def build_counseling_xml(sessions: Sequence[ClientSession], location_code: int) -> bytes:
    """Return the XML of sessions for a NEXUS location code. The caller has checked who may export them."""
    root = ET.Element("CounselingInformation")
    ids = {x.client_id for x in sessions}
    clients = _load_clients(ids)
    histories = load_client_histories(SYSTEM, ids)
    _convert_sales(histories.values(), load_rates(clock.today(SYSTEM.zone)))
    answers = {x.client_id: x for x in db.session.scalars(_answers(ids))}
    users = dict(db.session.execute(sa.select(User.id, User.name)).all())
    people, referrals = load_counseled_people(sessions), load_referrals(sessions)
    for x in sessions:
        organization, client = clients[x.client_id]
        record = ET.SubElement(root, "CounselingRecord")
        _text(record, "PartnerClientNumber", f"C{x.client_id}")
        _text(ET.SubElement(record, "Location"), "LocationCode", location_code)
        request = ET.SubElement(record, "ClientRequest")
        _add_person(request, people.get((x.interaction_id, x.client_id)))
        _add_request(request, organization, histories[x.client_id], answers.get(x.client_id), x)
        _add_intake(record, organization, client, histories[x.client_id], answers.get(x.client_id), x)
        partners = referrals.get((x.client_id, x.held_on), ())
        _add_session(record, x, ", ".join(users[i] for i in sorted(x.by_user)), partners)
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _convert_sales(histories: Collection[ClientHistory], rates: Rates) -> None:
    """Convert sales to US dollars, in which the form has them; without a rate the amount is unknown."""
    for figures in (history.figures[kind] for history in histories for kind in (FactKind.sales, FactKind.export_sales)):
        figures[:] = [
            (as_of, number if currency == "USD" else convert(number, currency, rates), "USD")
            for as_of, number, currency in figures
        ]


def _answers(ids: set[int]) -> Any:
    return sa.select(IntakeAnswers).where(IntakeAnswers.client_id.in_(ids))


def _load_clients(ids: set[int]) -> dict[int, tuple[Organization, Client | None]]:
    stmt = sa.select(Organization, Client).outerjoin(Client, Client.organization_id == Organization.id)
    return {row.id: (row, client) for row, client in db.session.execute(stmt.where(Organization.id.in_(ids)))}


def _text(parent: ET.Element, name: str, value: object) -> None:
    """Add an element; without a value none, because the schema refuses empty ones. Control characters become spaces."""
    if value not in (None, ""):
        ET.SubElement(parent, name).text = NOT_IN_XML.sub(" ", str(value))


def _money(parent: ET.Element, name: str, value: Decimal | None) -> None:
    """Add an amount of US dollars; none beyond what the schema accepts."""
    _text(parent, name, value if value is not None and 0 <= value <= MAX_DOLLARS else None)


def _add_person(request: ET.Element, person: CounseledPerson | None) -> None:
    if person is None:
        return
    name = ET.SubElement(request, "ClientNamePart1")
    _text(name, "Last", person.family_name[:MAX_PERSON_NAME])
    _text(name, "First", person.given_name[:MAX_PERSON_NAME])
    _text(request, "Email", person.email)
    if person.phones:
        phones = ET.SubElement(request, "PhonePart1")
        for label, number in zip(("Primary", "Secondary"), person.phones, strict=False):
            _text(phones, label, number)


def _add_request(
    request: ET.Element,
    row: Organization,
    history: ClientHistory,
    answers: IntakeAnswers | None,
    session: ClientSession,
) -> None:
    address = ET.SubElement(request, "AddressPart1")
    _text(address, "Street1", " ".join((row.address or "").split())[:MAX_NAME])
    _text(address, "City", row.city)
    zip_code = (row.postal_code or "")[:ZIP_DIGITS]
    _text(address, "ZipCode", zip_code if len(zip_code) == ZIP_DIGITS and is_number(zip_code) else None)
    _text(request, "SurveyAgreement", "Yes" if answers and answers.may_survey else "No")
    signature, signed_on = ET.SubElement(request, "ClientSignature"), history.facts_on(session.held_on).agreement_on
    _text(signature, "Date", signed_on)
    _text(signature, "OnFile", "Yes" if signed_on else "No")


def _add_intake(
    record: ET.Element,
    row: Organization,
    client: Client | None,
    history: ClientHistory,
    answers: IntakeAnswers | None,
    session: ClientSession,
) -> None:
    intake = ET.SubElement(record, "ClientIntake")
    _add_answers(intake, answers)
    stage = client.business_stage if client else None
    export_sales = history.figure_on(FactKind.export_sales, session.held_on)
    _text(intake, "CurrentlyInBusiness", IN_BUSINESS[stage] if stage else "Undetermined")
    exporting = "Yes" if export_sales else "No"
    _text(intake, "CurrentlyExporting", exporting if export_sales is not None else None)
    _text(intake, "CompanyName", row.label[:MAX_NAME])
    _text(intake, "BusinessType", BUSINESS_TYPES.get((history.naics or "")[:2]))
    _text(intake, "TotalNumberOfEmployees", history.figure_on(FactKind.staff, session.held_on))
    export_staff = history.figure_on(FactKind.export_staff, session.held_on)
    _text(intake, "NumberOfEmployeesInExportingBusiness", export_staff)
    income = ET.SubElement(intake, "ClientAnnualIncomePart2")
    _money(income, "GrossRevenues", history.figure_on(FactKind.sales, session.held_on))
    _money(income, "ExportGrossRevenuesOrSales", export_sales)
    if client and client.legal_form:
        entity = ET.SubElement(intake, "LegalEntity")
        _text(entity, "Code", LEGAL_ENTITIES[client.legal_form])
    _text(ET.SubElement(intake, "CounselingSeeking"), "Code", TOPIC)


def _add_answers(intake: ET.Element, answers: IntakeAnswers | None) -> None:
    race = answers.race if answers else None
    _text(ET.SubElement(intake, "Race"), "Code", race.sba if race else NOT_SAID)
    if answers is None:
        return
    values = {"Ethnicity": answers.ethnicity, "Sex": answers.sex, "Disability": answers.disability}
    for name, value in (values | {"MilitaryStatus": answers.military_status}).items():
        _text(intake, name, value.sba if value else None)
    if answers.branch and answers.military_status and answers.military_status.has_branch:
        _text(intake, "BranchOfService", answers.branch.sba)
    if answers.heard_from:
        _text(ET.SubElement(intake, "Media"), "Code", answers.heard_from.sba)


def _add_session(
    record: ET.Element, session: ClientSession, counselor: str, partners: Collection[ReferralPartner]
) -> None:
    part = ET.SubElement(record, "CounselorRecord")
    _text(part, "PartnerSessionNumber", f"S{session.interaction_id}-{session.client_id}")
    _text(ET.SubElement(part, "CounselingProvided"), "Code", TOPIC)
    if partners:
        referred = ET.SubElement(part, "ReferredClient")
        for code in dict.fromkeys(partner.sba for partner in partners):
            _text(referred, "Code", code)
    _text(part, "SessionType", session.session_type.sba)
    _text(ET.SubElement(part, "Language"), "Code", "English")
    _text(part, "DateCounseled", session.held_on)
    _text(part, "CounselorName", counselor[:MAX_NAME])
    hours = ET.SubElement(part, "CounselingHours")
    minutes = session.minutes
    for name, value in (("Contact", minutes.contact), ("Prepare", minutes.prep), ("Travel", minutes.travel)):
        _text(hours, name, (Decimal(value) / 60).quantize(HUNDREDTH))
    _text(part, "CounselorNotes", (session.english_line or "")[:MAX_NOTES])
