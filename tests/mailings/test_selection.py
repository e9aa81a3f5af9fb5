"""Email to the contacts of organizations and to the participants of an event."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.mail.outbox.models import Mail
from crm.mailings.models import MailingRecipient
from crm.mailings.selection import OWN_PARAMS
from crm.organizations.lists import ORGANIZATIONS
from crm.organizations.policy import OrganizationRole
from crm.people.lists import PEOPLE
from crm.people.policy import ConsentKind
from crm.people.queries import find_contacts
from crm.records.opt_outs import opt_out
from crm.shows.models import ShowParticipant
from crm.shows.policy import Attendance
from crm.shows.services import save_show
from tests.factories import affiliation, archived, client_of, make_confidential, organization, person, reachable


@pytest.fixture
def signed_in(client, anna):
    """Return a client in which Anna is signed in."""
    client.login_as("anna")
    return client


def employed(name: str, place, *, email: str = "", **facts):
    row = person("Row", name, country="US")
    affiliation(row, place, **facts)
    return reachable(row, email=email) if email else row


@pytest.fixture
def workshop(session, anna, sam):
    """Return a workshop that Sam attended; a client is registered, and a hidden person, too."""
    values = {"name": "Export basics", "zone": "America/Los_Angeles"}
    show = save_show(anna, values | dict.fromkeys(("starts_on", "ends_on"), date(2026, 3, 12)))
    mill = client_of("Inland", "Mill", counselor=anna)
    employed("Mia", mill, email="mia@mill.example")
    hidden = reachable(person("Xu", "Bo", team="Bay", country="US"), email="xu@example.org")
    for row, status in ((sam, Attendance.attended), (mill, Attendance.registered), (hidden, Attendance.attended)):
        session.add(ShowParticipant(show_id=show.id, record_id=row.id, attendance=status))
    session.flush()
    return show


def send(signed_in, path: str, template, run) -> str:
    """Send a mailing; return its preview."""
    url = f"{path}&template={template.id}"
    page = signed_in.get(url).text
    data = {"checked": re.search(r'name="checked"[^>]*value="(\w+)"', page)[1], "template_id": str(template.id)}
    assert signed_in.post(url, data=data).status_code == 303
    run()
    return page


def addresses(session) -> list[str]:
    return sorted(session.scalars(sa.select(Mail.address).where(Mail.kind == "mailing")))


def test_all_people_that_a_filter_by_organization_type_matches_are_selected_and_no_others(
    signed_in, session, sam, template, run
):
    engineer = employed("Ann", organization("Huayue", roles=[OrganizationRole.prime]), email="ann@huayue.example")
    choices = signed_in.get("/mailings/new?all=1&at=prime").text
    assert 'name="at" value="prime"' in choices
    send(signed_in, "/mailings/new?all=1&at=prime", template, run)
    assert session.scalars(sa.select(MailingRecipient.person_id)).all() == [engineer.id]


@pytest.mark.parametrize("listing", [PEOPLE, ORGANIZATIONS], ids=lambda listing: listing.name)
def test_no_filter_of_a_list_has_the_name_of_a_parameter_of_mailings(listing):
    assert {one.name for one in listing.filters}.isdisjoint(OWN_PARAMS)


def test_contact_is_reachable_then_at_the_primary_position_then_the_last_one_met(session, anna):
    mill, port, empty = organization("Mill"), organization("Port"), organization("Empty")
    employed("Silent", mill)
    second = employed("Second", mill, email="second@mill.example", main=False)
    first = employed("First", mill, email="first@mill.example")
    employed("Former", port, email="former@port.example", to_on=date(2025, 1, 1))
    archived(employed("Gone", port, email="gone@port.example"))
    silent = employed("Quiet", port)
    session.flush()
    assert find_contacts(anna, [mill.id, port.id, empty.id]) == {mill.id: first.id, port.id: silent.id}
    archived(first)
    assert find_contacts(anna, [mill.id]) == {mill.id: second.id}


def test_contact_takes_email_if_anybody_there_does(session, anna):
    mill = organization("Mill")
    first = employed("First", mill, email="first@mill.example")
    second = employed("Second", mill, email="second@mill.example", main=False)
    first.consent = ConsentKind.withdrawn
    session.flush()
    assert find_contacts(anna, [mill.id]) == {mill.id: second.id}
    opt_out(["second@mill.example"])
    assert find_contacts(anna, [mill.id]) == {mill.id: first.id}


def test_hidden_person_is_no_contact(session, anna, actor):
    mill = organization("Mill")
    secret = employed("Secret", mill, email="secret@mill.example")
    secret.team_id = client_of("Bay", "Bay Works").team_id
    make_confidential(secret)
    session.flush()
    assert find_contacts(anna, [mill.id]) == {}


def test_selected_organizations_get_one_email_each_and_those_without_contact_are_counted(
    signed_in, session, template, run
):
    mill, port = organization("Mill", country="US"), organization("Port", country="US")
    employed("First", mill, email="first@mill.example")
    employed("Second", mill, email="second@mill.example")
    session.flush()
    assert "/mailings/new/organizations" in signed_in.get("/organizations/").text
    path = f"/mailings/new/organizations?ids={mill.id}&ids={port.id}"
    page = signed_in.get(path).text
    assert "1 person selected, 1 organization has no one to email" in page
    preview = send(signed_in, path, template, run)
    assert "1 organization has no one to email" in preview
    assert addresses(session) == ["first@mill.example"]
    assert session.scalar(sa.select(sa.func.count()).select_from(MailingRecipient)) == 1


def test_organizations_without_any_contact_lead_back_to_the_list(signed_in, session):
    port = organization("Port")
    session.flush()
    answer = signed_in.get(f"/mailings/new/organizations?ids={port.id}")
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/organizations/")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("", ["mia@mill.example", "sam@trivalley.example"]),
        ("attended", ["sam@trivalley.example"]),
        ("registered", ["mia@mill.example"]),
        ("nonsense", ["mia@mill.example", "sam@trivalley.example"]),
    ],
)
def test_participants_of_a_status_are_emailed(signed_in, session, workshop, template, run, status, expected):
    path = f"/shows/{workshop.id}/email?status={status}"
    assert "Export basics" in signed_in.get(path).text
    send(signed_in, path, template, run)
    assert addresses(session) == expected


def test_status_without_participants_leads_back_to_the_event(signed_in, workshop):
    assert signed_in.get(f"/shows/{workshop.id}/email?status=no_show").location == f"/shows/{workshop.id}"


def test_confidential_event_of_others_cannot_be_used(signed_in, session, workshop, people):
    workshop.team_id, workshop.counselor_id = client_of("Bay", "Bay Works").team_id, people["boris"].id
    make_confidential(workshop)
    session.flush()
    assert signed_in.get(f"/shows/{workshop.id}/email").status_code == 404


def test_too_many_people_are_refused_where_they_were_selected(signed_in, workshop, app, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_MAILING_SIZE", 1)
    assert signed_in.get(f"/shows/{workshop.id}/email").location == f"/shows/{workshop.id}"
    assert "Select at most 1 person" in signed_in.get(f"/shows/{workshop.id}").text


def test_form_passes_on_no_unknown_parameters(signed_in, workshop, template):
    page = signed_in.get(f"/shows/{workshop.id}/email?status=attended&next=https://example.org").text
    assert "example.org" not in page.split("<main")[1]
