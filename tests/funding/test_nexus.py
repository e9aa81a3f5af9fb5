"""Form 641: the client's person with phones, referrals, and figures that agree with the report *Activity*."""

from __future__ import annotations

import io
from datetime import date

import pytest

from crm.funding.models import PartnerReferral
from crm.funding.policy.step import ReferralPartner
from crm.funding.queries.nexus_people import load_counseled_people, load_referrals
from crm.funding.queries.sessions import list_sessions
from crm.funding.services.filing import file_report
from crm.interactions.services import PartyValues
from crm.people.services import add_person
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues, set_points
from crm.reports.queries.activity import load_activity_totals
from crm.reports.queries.scope import Scope
from tests.factories import client_of, make_confidential

from .conftest import QUARTER, SCHEMA, SESSION_AT, complete_client


@pytest.fixture
def rosa_diaz(anna, client_firm):
    """Return a person at the client, with an email address and three phones of which two are American."""
    row = add_person(anna, {"given_latin": "Rosa", "family_latin": "Díaz", "organization_id": client_firm.id})
    phones = ("+86 138 0013 8000", "(209) 555-0147", "+1 209 555 0148")
    points = [(ContactMedium.email, "rosa@tri-valley.example"), *((ContactMedium.phone, x) for x in phones)]
    set_points(row, [ContactPointValues(medium, PointLabel.work, raw) for medium, raw in points], "US")
    return row


def file_records(actor, award) -> list[dict]:
    """File the quarter; return the records of its file, which is valid."""
    report = file_report(actor("nora"), award, QUARTER)
    SCHEMA.validate(io.BytesIO(report.file))
    assert report.file.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    records = SCHEMA.to_dict(io.BytesIO(report.file))["CounselingRecord"]
    assert len(records) == len(report.sessions)
    return records


def test_person_phones_and_referrals_of_the_day_are_in_the_file(
    actor, award, client_firm, session_for, rosa_diaz, session
):
    complete_client(client_firm)
    session_for(client_firm, wall=SESSION_AT, parties=[PartyValues(rosa_diaz.id, organization_id=client_firm.id)])
    for partner, day in (
        (ReferralPartner.useac, SESSION_AT.date()),
        (ReferralPartner.exim, SESSION_AT.date()),
        (ReferralPartner.mep, SESSION_AT.date()),
        (ReferralPartner.other, SESSION_AT.date()),
        (ReferralPartner.score, date(2026, 11, 11)),
    ):
        session.add(PartnerReferral(client_id=client_firm.id, partner=partner, on=day, reason="Finance"))
    session.flush()
    (record,) = file_records(actor, award)
    request = record["ClientRequest"]
    assert request["ClientNamePart1"] == {"Last": "Díaz", "First": "Rosa"}
    assert request["Email"] == "rosa@tri-valley.example"
    assert {name: str(x) for name, x in request["PhonePart1"].items()} == {
        "Primary": "2095550147",
        "Secondary": "2095550148",
    }
    assert record["CounselorRecord"]["ReferredClient"]["Code"] == [
        "US Export Assistance Center",
        "Export/Import Bank",
        "Other",
    ]


def test_confidential_people_and_people_of_others_are_left_out(
    actor, award, client_firm, session_for, rosa_diaz, wang, prime, session
):
    complete_client(client_firm)
    parties = [PartyValues(wang.id, organization_id=prime.id), PartyValues(label="engineers", count=2)]
    row = session_for(client_firm, wall=SESSION_AT, parties=[*parties, PartyValues(rosa_diaz.id)])
    make_confidential(rosa_diaz)
    row.confidential = False
    session.flush()
    (record,) = file_records(actor, award)
    assert "ClientNamePart1" not in record["ClientRequest"]
    assert "ReferredClient" not in record["CounselorRecord"]
    (counseling_session,) = list_sessions(actor("nora"), QUARTER["first"], QUARTER["last"])
    assert load_counseled_people([counseling_session]) == {}


def test_people_and_referrals_are_those_of_the_requested_sessions(actor, client_firm, session_for, rosa_diaz, session):
    delta = client_of("Inland", "Delta Orchards")
    for client, wall in ((client_firm, SESSION_AT), (delta, SESSION_AT), (client_firm, SESSION_AT.replace(day=12))):
        session_for(client, wall=wall, parties=[PartyValues(rosa_diaz.id, organization_id=client.id)])
        row = PartnerReferral(client_id=client.id, partner=ReferralPartner.useac, on=wall.date(), reason="Finance")
        session.add(row)
        session.flush()
    sessions = list_sessions(actor("nora"), QUARTER["first"], QUARTER["last"])
    assert len(sessions) == 3
    for x in sessions:
        assert load_counseled_people([x]).keys() == {(x.interaction_id, x.client_id)}
        assert load_referrals([x]) == {(x.client_id, x.held_on): [ReferralPartner.useac]}
    assert load_counseled_people([]) == load_referrals([]) == {}


def test_figures_of_the_file_agree_with_activity(actor, award, client_firm, session_for):
    """*Activity* has the minutes of the file, and those of sessions that don't count."""
    delta = client_of("Inland", "Delta Orchards")
    for one in (client_firm, delta):
        complete_client(one)
    session_for(client_firm, wall=SESSION_AT, contact=45, prep=15, travel=30)
    session_for(client_firm, wall=SESSION_AT.replace(day=12), contact=20, prep=10)
    session_for(delta, wall=SESSION_AT.replace(day=13), contact=30)
    session_for(delta, wall=SESSION_AT.replace(day=14), contact=90, countable=False)
    hours = [x["CounselorRecord"]["CounselingHours"] for x in file_records(actor, award)]
    filed = [round(sum(float(x[name]) for x in hours) * 60) for name in ("Contact", "Prepare", "Travel")]
    first, last = QUARTER["first"], QUARTER["last"]
    other = [x.minutes for x in list_sessions(actor("nora"), first, last) if not x.is_counted]
    total = load_activity_totals(Scope(actor("nora"), None), first, last)
    assert (filed, [x.contact for x in other]) == ([95, 25, 30], [90])
    assert [total.contact, total.prep, total.travel] == [
        filed[0] + sum(x.contact for x in other),
        filed[1] + sum(x.prep for x in other),
        filed[2] + sum(x.travel for x in other),
    ]
