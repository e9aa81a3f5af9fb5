"""The list of attendees of workshops and webinars."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest

from crm.shows.attendance import add_attendees
from crm.shows.models import Show
from crm.shows.policy import Attendance, ParticipantRole, ShowKind
from crm.shows.services import save_participant, save_show
from tests.factories import affiliation, archived, client_of, make_confidential, person

URL = "/shows/attendance/"
A = Attendance


@pytest.fixture
def workshop(people, actor, session, clock):
    """Add a workshop and a webinar with people, clients, a speaker, and hidden ones; and events of other kinds."""
    anna, nora = actor("anna"), actor("nora")

    def event(name, kind, month):
        day = date(2026, month, 5)
        return save_show(nora, {"name": name, "type": kind, "starts_on": day, "ends_on": day})

    basics, customs = event("Export basics", ShowKind.workshop, 3), event("Customs", ShowKind.webinar, 4)
    trade_show, past = event("Fair", ShowKind.trade_show, 3), event("Gone", ShowKind.webinar, 3)
    tri_valley, otay, secret = (client_of("Inland", name, counselor=anna) for name in ("Tri-Valley", "Otay", "Zqsec"))
    rosa = person("Delgado", "Rosa", organization=tri_valley)
    add_attendees(anna, basics, [rosa.id, tri_valley.id, otay.id], A.attended)
    add_attendees(anna, basics, [person("Smith", "Tom").id], A.no_show)
    add_attendees(anna, customs, [tri_valley.id], A.registered)
    for name, status in (("Invited", A.invited), ("Absent", A.canceled)):
        add_attendees(anna, basics, [person(name, "Al").id, client_of("Inland", f"{name} firm").id], status)
    save_participant(basics, {"record_id": person("Speaker", "Ed").id, "going_as": ParticipantRole.speaker})
    add_attendees(nora, basics, [client_of("Bay", "Bay firm").id], A.attended)
    add_attendees(anna, customs, [make_confidential(secret).id], A.attended)
    add_attendees(anna, trade_show, [person("Guest", "Al").id], A.attended)
    add_attendees(anna, past, [otay.id], A.attended)
    archived(past)
    session.commit()
    return {"basics": basics.id, "tri_valley": tri_valley.id, "rosa": rosa.id, "anna": anna.id}


def attendees(web, query: str = "") -> list[tuple[str, str, str, str]]:
    """Return name, clients, event and status of the rows of the file, in their order."""
    rows = csv.DictReader(io.StringIO(web.get(f"{URL}?as=csv&{query}").get_data().decode("utf-8-sig")))
    return [(row["name"], row["client"], row["event"], row["status"]) for row in rows]


ROSA = ("Rosa Delgado", "Tri-Valley", "Export basics", "attended")
OTAY = ("Otay", "Otay", "Export basics", "attended")
TOM = ("Tom Smith", "", "Export basics", "no_show")
LATER = ("Tri-Valley", "Tri-Valley", "Customs", "registered")


def test_attendees_are_those_that_reports_count(client, workshop):
    anna = client.login_as("anna")
    assert attendees(anna) == [LATER, TOM, OTAY, ROSA]
    page = anna.get(URL).text
    assert f'href="/records/{workshop["rosa"]}"' in page
    assert f'href="/shows/{workshop["basics"]}"' in page
    assert "Zqsec" in page
    assert "1 confidential row is left out." in page
    assert [row[0] for row in attendees(client.login_as("boris"))] == ["Bay firm", "Tom Smith"]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("status=attended", [OTAY, ROSA]),
        ("status=attended&status=registered", [LATER, OTAY, ROSA]),
        ("type=webinar", [LATER]),
        ("kind=organization", [LATER, OTAY]),
        ("from=2026-04-01", [LATER]),
        ("to=2026-03-31&kind=person", [TOM, ROSA]),
        ("event={basics}", [TOM, OTAY, ROSA]),
        ("attendee={rosa}", [ROSA]),
        ("client={tri_valley}", [LATER, ROSA]),
        ("counselor={anna}", [LATER, OTAY]),
        ("in=client:{tri_valley}", [LATER, ROSA]),
        ("in=client:", [TOM]),
        ("in=event:{basics}&in=status:no_show", [TOM]),
        ("q=delgado", [ROSA]),
        ("q=customs", [LATER]),
        ("sort=on", [ROSA, OTAY, TOM, LATER]),
    ],
)
def test_attendees_are_filtered(client, workshop, query, rows):
    assert attendees(client.login_as("anna"), query.format(**workshop)) == rows


def test_report_counts_a_person_for_each_client_and_the_confidential_by_number(client, workshop):
    page = client.login_as("anna").get("/reports/custom/build/attendance?by=client").text
    assert "Attendance at workshops: 4." in page
    assert "+1 confidential" in page
    assert "A record can be in several groups" in page


def test_files_and_reports_leave_out_confidential_employers(client, workshop, actor, session):
    anna = actor("anna")
    secret, lumber = client_of("Inland", "Zqemployer", counselor=anna), client_of("Inland", "Lumber", counselor=anna)
    mei = person("Chen", "Mei", organization=lumber)
    affiliation(mei, make_confidential(secret))
    add_attendees(anna, session.get_one(Show, workshop["basics"]), [mei.id], A.attended)
    session.commit()
    web = client.login_as("anna")
    row = ("Mei Chen", "Lumber", "Export basics", "attended")
    assert attendees(web, f"client={secret.id}") == attendees(web, f"in=client:{lumber.id}") == [row]
    assert attendees(web, f"in=client:{secret.id}") == []
    report = "/reports/custom/build/attendance?by=client"
    assert "Zqemployer" not in web.get(report).text
    with zipfile.ZipFile(io.BytesIO(web.get(f"{report}&as=csv").get_data())) as archive:
        text = "".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
    assert ("Lumber" in text, "Zqemployer" in text) == (True, False)


def test_list_without_attendees_says_what_it_is_for(client, people):
    page = client.login_as("anna").get(URL).text
    assert "No attendance yet" in page
    assert 'href="/shows/attendance/"' in client.login_as("anna").get("/shows/").text
