"""Form 641: which element has which value, and what is left out because the schema refuses it."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from crm.funding.models import IntakeAnswers
from crm.funding.policy.form641 import BranchOfService, Disability, Ethnicity, HeardFrom, MilitaryStatus
from crm.funding.queries.filing import list_countable
from crm.funding.queries.nexus import build_counseling_xml
from crm.interactions.policy import SessionType
from crm.interactions.services import PartyValues
from crm.organizations.models import Client, DatedFact
from crm.organizations.policy import BusinessStage, FactKind
from crm.organizations.services import set_facts
from crm.people.services import add_person
from crm.reference.models import Rate
from tests.factories import client_of, reachable

from .conftest import QUARTER, SCHEMA, SESSION_AT, complete_client


@pytest.fixture
def records(award):
    """Return a function that returns the records of the quarter, which are valid."""

    def build() -> list[ET.Element]:
        xml = build_counseling_xml(list_countable(award, None, QUARTER["first"], QUARTER["last"]), 249003)
        SCHEMA.validate(io.BytesIO(xml))
        return list(ET.fromstring(xml))

    return build


def texts(record: ET.Element, *paths: str) -> list[str | None]:
    return [record.findtext(path) for path in paths]


def set_figure(client, kind: FactKind, number: int, day: date = date(2026, 2, 1)) -> None:
    values = {"kind": kind, "number": number, "as_of": day, "source": "Client"}
    set_facts(DatedFact(organization_id=client.id), values)


def test_client_and_its_figures_are_those_of_the_day(client_firm, session_for, records, session):
    complete_client(client_firm)
    client_firm.address, client_firm.city, client_firm.postal_code = "1 Mill\n Road", "Stockton", "95202-1234"
    set_facts(session.get(Client, client_firm.id), {"business_stage": BusinessStage.in_business, "naics": "334513"})
    for kind, number in ((FactKind.export_staff, 3), (FactKind.export_sales, 250_000), (FactKind.sales, 950_000)):
        set_figure(client_firm, kind, number)
    set_figure(client_firm, FactKind.staff, 99, date(2026, 11, 11))
    row = session_for(client_firm, wall=SESSION_AT, session_type=SessionType.online)
    (record,) = records()
    assert texts(record, "PartnerClientNumber", "Location/LocationCode") == [f"C{client_firm.id}", "249003"]
    address = "ClientRequest/AddressPart1"
    assert texts(record, f"{address}/Street1", f"{address}/City", f"{address}/ZipCode") == [
        "1 Mill Road",
        "Stockton",
        "95202",
    ]
    signature = "ClientRequest/ClientSignature"
    assert texts(record, f"{signature}/Date", f"{signature}/OnFile") == ["2026-01-01", "Yes"]
    names = ("CurrentlyInBusiness", "CurrentlyExporting", "BusinessType", "LegalEntity/Code", "TotalNumberOfEmployees")
    assert texts(record.find("ClientIntake"), *names) == ["Yes", "Yes", "Manufacturing", "LLC", "12"]
    names = ("NumberOfEmployeesInExportingBusiness", "ClientAnnualIncomePart2/GrossRevenues")
    names += ("ClientAnnualIncomePart2/ExportGrossRevenuesOrSales",)
    assert [float(x) for x in texts(record.find("ClientIntake"), *names)] == [3, 950_000, 250_000]
    names = ("PartnerSessionNumber", "SessionType", "DateCounseled", "CounselorName", "CounselorNotes")
    assert texts(record.find("CounselorRecord"), *names) == [
        f"S{row.id}-{client_firm.id}",
        "Online",
        "2026-11-10",
        "Anna Reyes",
        None,
    ]
    topics = ("ClientIntake/CounselingSeeking/Code", "CounselorRecord/CounselingProvided/Code")
    assert texts(record, *topics) == ["International Trade"] * 2


@pytest.mark.parametrize("zip_code", ["9520", "SW1A 1AA", "", None])
def test_unknown_values_are_left_out(client_firm, session_for, records, zip_code):
    complete_client(client_firm)
    client_firm.postal_code = zip_code
    session_for(client_firm, wall=SESSION_AT)
    (record,) = records()
    address = record.find("ClientRequest/AddressPart1")
    assert [part.tag for part in address] == []
    assert texts(record, "ClientRequest/SurveyAgreement", "ClientIntake/CurrentlyInBusiness") == ["No", "Undetermined"]
    tags = {part.tag for part in record.iter()}
    assert not tags & {"CurrentlyExporting", "BusinessType", "Ethnicity", "MilitaryStatus", "Media", "ReferredClient"}


def test_sales_in_other_currencies_are_filed_in_us_dollars(client_firm, session_for, records, session):
    complete_client(client_firm)
    session.add(Rate(currency="CNY", on=date(2026, 1, 1), usd=Decimal("0.14")))
    session.flush()
    values = {"number": 7_000_000, "as_of": date(2026, 2, 1), "source": "Client"}
    for kind, currency in ((FactKind.sales, "CNY"), (FactKind.export_sales, "JPY")):
        set_facts(DatedFact(organization_id=client_firm.id), values | {"kind": kind, "currency": currency})
    session_for(client_firm, wall=SESSION_AT)
    (record,) = records()
    income = record.find("ClientIntake/ClientAnnualIncomePart2")
    assert {part.tag: part.text for part in income} == {"GrossRevenues": "980000"}


def test_client_without_export_sales_does_not_export(client_firm, session_for, records):
    complete_client(client_firm)
    set_figure(client_firm, FactKind.export_sales, 0)
    session_for(client_firm, wall=SESSION_AT)
    (record,) = records()
    assert record.findtext("ClientIntake/CurrentlyExporting") == "No"


@pytest.mark.parametrize(
    ("status", "branch"), [(MilitaryStatus.veteran, "Navy"), (MilitaryStatus.spouse, None), (None, None)]
)
def test_answers_of_each_client_are_theirs_and_a_branch_is_for_those_who_served(
    client_firm, session_for, records, session, status, branch
):
    delta = client_of("Inland", "Delta Orchards")
    for row in (client_firm, delta):
        complete_client(row)
        session_for(row, wall=SESSION_AT)
    answers = {"ethnicity": Ethnicity.hispanic, "disability": Disability.no, "heard_from": HeardFrom.chamber}
    answers |= {"military_status": status, "branch": BranchOfService.navy, "may_survey": True}
    session.add(IntakeAnswers(client_id=client_firm.id, **answers))
    session.flush()
    first, second = records()
    names = ("Ethnicity", "Disability", "MilitaryStatus", "BranchOfService", "Media/Code")
    own = [status.sba if status else None, branch]
    assert texts(first.find("ClientIntake"), *names) == ["Hispanic or Latino", "No", *own, "Chamber of Commerce"]
    assert texts(second.find("ClientIntake"), *names) == [None] * 5
    assert [x.findtext("ClientRequest/SurveyAgreement") for x in (first, second)] == ["Yes", "No"]


def test_first_person_of_the_client_is_named(anna, client_firm, session_for, records):
    complete_client(client_firm)
    people = [
        add_person(anna, {"given_latin": given_name, "family_latin": family, "organization_id": client_firm.id})
        for given_name, family in (("Rosa", ""), ("Ann", "Lee"), ("Bob", "Moss"))
    ]
    session_for(
        client_firm, wall=SESSION_AT, parties=[PartyValues(x.id, organization_id=client_firm.id) for x in people]
    )
    (record,) = records()
    assert texts(record, "ClientRequest/ClientNamePart1/Last", "ClientRequest/ClientNamePart1/First") == ["Lee", "Ann"]
    assert record.find("ClientRequest/PhonePart1") is None
    reachable(people[1], phone="(209) 555-0149", country="US")
    (record,) = records()
    assert [x.text for x in record.find("ClientRequest/PhonePart1")] == ["2095550149"]


def test_characters_that_xml_cannot_have_become_spaces(client_firm, session_for, records):
    complete_client(client_firm)
    session_for(client_firm, wall=SESSION_AT, english_line="HS codes\x0bof sensors\x1f \ufffe🙂")
    (record,) = records()
    assert texts(record, "CounselorRecord/CounselorNotes") == ["HS codes of sensors   🙂"]


@pytest.mark.parametrize(("sales", "expected"), [(10**9, "1000000000.00"), (10**9 + 1, None), (-1, None)])
def test_sales_beyond_the_schema_are_left_out(client_firm, session_for, records, sales, expected):
    complete_client(client_firm)
    for kind in (FactKind.sales, FactKind.export_sales):
        set_figure(client_firm, kind, sales)
    session_for(client_firm, wall=SESSION_AT)
    (record,) = records()
    income = "ClientIntake/ClientAnnualIncomePart2"
    assert texts(record, f"{income}/GrossRevenues", f"{income}/ExportGrossRevenuesOrSales") == [expected] * 2
