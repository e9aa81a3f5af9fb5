"""The form that sends invitations, its message, and the file to download."""

from __future__ import annotations

import html
import re

import sqlalchemy as sa

from crm.feeds.jobs import update_invitations
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.people.models import Person
from tests.factories import archived
from tests.factories.records import reachable
from tests.feeds.conftest import event_of, send

NOT_INVITED = "Can't be invited:"


def test_form_sends_to_the_chosen_people(client, anna, call, emails, session):
    session.commit()
    client.login_as("anna")
    page = client.get(f"/interactions/{call.id}/invite").text
    assert "zhou@example.cn" in page
    person_key = page.split('value="person:')[1].split('"')[0]
    data = {"invitees": [f"person:{person_key}"], "message": "Hello"}
    assert client.post(f"/interactions/{call.id}/invite", data=data).status_code == 303
    assert [address for address, *_rest in emails()] == ["zhou@example.cn"]
    assert "zhou@example.cn" in client.get(f"/interactions/{call.id}/invite").text
    refused = client.post(f"/interactions/{call.id}/invite", data={"message": "Hello"})
    assert (refused.status_code, "Hello" in refused.text) == (422, True)
    client.login_as("boris")
    assert client.get(f"/interactions/{call.id}/invite").status_code == 404
    assert client.post(f"/interactions/{call.id}/invite", data=data).status_code == 404
    assert len(emails()) == 1


def test_text_of_the_first_guests_is_kept_when_another_one_is_invited(client, anna, call, emails, session):
    session.commit()
    client.login_as("anna")
    url = f"/interactions/{call.id}/invite"
    first, second = (one.key for one in list_invitees(anna, load_interaction(anna, call.id)))
    client.post(url, data={"invitees": [first], "message": "Please bring the <samples>."})
    text = html.unescape(
        re.search(r"<textarea[^>]*name=\"message\"[^>]*>(.*?)</textarea>", client.get(url).text, re.DOTALL)[1]
    )
    client.post(url, data={"invitees": [second], "message": text.strip()})
    call.place = "Room 9"
    session.commit()
    update_invitations()
    descriptions = [str(event_of(calendar)["DESCRIPTION"]) for _address, _subject, calendar in emails()]
    assert descriptions == ["Please bring the <samples>."] * 4


def test_changed_text_reaches_earlier_guests_with_the_next_update_as_the_form_says(client, anna, call, emails, session):
    session.commit()
    client.login_as("anna")
    url = f"/interactions/{call.id}/invite"
    assert "Sent to those you invite now. Everyone else gets it with the next update." in client.get(url).text
    first, second = (one.key for one in list_invitees(anna, load_interaction(anna, call.id)))
    client.post(url, data={"invitees": [first], "message": "Bring samples."})
    client.post(url, data={"invitees": [second], "message": "Bring prices."})
    call.place = "Room 9"
    session.commit()
    update_invitations()
    descriptions = [str(event_of(calendar)["DESCRIPTION"]) for _address, _subject, calendar in emails()]
    assert descriptions == ["Bring samples.", *["Bring prices."] * 3]


def test_message_counts_those_who_get_an_invitation(client, anna, call, emails, session):
    session.commit()
    client.login_as("anna")
    url = f"/interactions/{call.id}/invite"
    keys = [one.key for one in list_invitees(anna, load_interaction(anna, call.id))]
    assert len(keys) > 1

    def invited(chosen: list[str]) -> str:
        answer = client.post(url, data={"invitees": chosen, "message": "Hello"}, follow_redirects=True)
        return re.search(r"\d+ invitations? sent\.|No invitation sent\.", answer.text)[0]

    assert invited(keys[:1]) == "1 invitation sent."
    assert invited(keys[:1]) == "No invitation sent."
    assert invited(keys) == f"{len(keys) - 1} invitation{'s' if len(keys) > 2 else ''} sent."
    assert len(emails()) == len(keys)


def test_appointment_is_downloaded_by_those_who_see_it(client, anna, call, session):
    session.commit()
    client.login_as("anna")
    response = client.get(f"/interactions/{call.id}/event.ics")
    assert response.headers["Content-Disposition"] == 'attachment; filename="event.ics"'
    assert str(event_of(response.text)["SUMMARY"]) == "Price; samples"
    client.login_as("boris")
    assert client.get(f"/interactions/{call.id}/event.ics").status_code == 404


def test_form_names_the_people_who_get_no_invitation(client, anna, call, session):
    session.commit()
    page = client.login_as("anna").get(f"/interactions/{call.id}/invite").text
    assert f"{NOT_INVITED} Min Wu. No email address is available, or the person is archived." in html.unescape(page)
    reachable(session.scalars(sa.select(Person).where(Person.family_latin == "Wu")).one(), email="wu@example.cn")
    session.commit()
    assert NOT_INVITED not in html.unescape(client.get(f"/interactions/{call.id}/invite").text)


def test_archived_people_are_not_invited(client, anna, call, emails, session):
    zhou = session.scalars(sa.select(Person).where(Person.family_native == "周")).one()
    archived(zhou)
    session.commit()
    url = f"/interactions/{call.id}/invite"
    page = client.login_as("anna").get(url).text
    assert "zhou@example.cn" not in page
    assert client.post(url, data={"invitees": [f"person:{zhou.id}"]}).status_code == 422
    assert emails() == []


def test_person_who_was_invited_and_then_archived_is_among_the_guests_only(client, anna, call, session):
    send(anna, call)
    archived(session.scalars(sa.select(Person).where(Person.family_native == "周")).one())
    session.commit()
    page = html.unescape(client.login_as("anna").get(f"/interactions/{call.id}/invite").text)
    assert f"{NOT_INVITED} Min Wu. No" in page
    assert "Invited" in page
