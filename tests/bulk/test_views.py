"""The pages that change selected records: what they ask, what they do, and where they lead."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.bulk.models import BulkRun
from crm.core.data.base import db
from crm.shows.services import save_show
from tests.factories import client_of, organization, product

DAY = date(2027, 1, 5)


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


def selected(rows) -> str:
    return "&".join(f"ids={row.id}" for row in rows)


def test_list_offers_what_can_be_done_with_selected_rows(anna):
    row = organization("Port Alpha")
    page = anna.get("/organizations/?sort=-name").text
    assert f'name="ids" value="{row.id}"' in page
    assert '<form id="bulk" method="get" action="/bulk/organizations">' in page
    assert '<input type="hidden" name="sort" value="-name">' in page
    for operation in ("edit", "tag", "untag", "assign", "archive", "follow_up"):
        assert f'value="{operation}"' in page


def test_products_are_not_reassigned_without_their_client(anna):
    row = product()
    page = anna.get("/products/").text
    assert ('value="archive"' in page, 'value="assign"' in page) == (True, False)
    assert anna.get(f"/bulk/products?do=assign&{selected([row])}").status_code == 400


@pytest.mark.parametrize(
    ("operation", "button"),
    [("follow_up", "Add 1 follow-up"), ("tag", "Change 1 record")],
)
def test_button_says_what_it_does(anna, operation, button):
    page = anna.get(f"/bulk/organizations?do={operation}&{selected([organization('Port Alpha')])}").text
    assert button in page


def test_field_is_chosen_then_set_and_undone_from_the_message(anna):
    rows = [organization("Port Alpha", city="Suzhou"), organization("Port Beta")]
    first = anna.get(f"/bulk/organizations?do=edit&{selected(rows)}").text
    assert "2 records selected" in first
    assert '<option value="city">City</option>' in first
    assert 'value="name"' not in first
    address = f"/bulk/organizations?do=edit&field=city&q=port&{selected(rows)}"
    assert 'name="city"' in anna.get(address).text
    answer = anna.post(address, data={"city": "Ningbo"})
    assert (answer.status_code, answer.location) == (303, "/organizations/?q=port")
    page = anna.get("/organizations/").text
    assert "Edit field: 2 records changed" in page
    undo_url = page.split('action="/records/changes/')[1].split('"')[0]
    anna.post(f"/records/changes/{undo_url}")
    assert [row.city for row in rows] == ["Suzhou", None]


def test_all_that_match_are_changed_by_the_filter_of_the_list(anna, people):
    mills = [client_of("Inland", f"Mill {number}", counselor=people["anna"]) for number in range(3)]
    mill_of_dora = client_of("Inland", "Mill 9", counselor=people["dora"])
    address = f"/bulk/organizations?do=tag&mine=1&all=1&ids={mills[0].id}"
    anna.post(address, data={"tags": "steel", "selection": _key_in(anna.get(address).text)})
    run = db.session.scalars(sa.select(BulkRun)).one()
    assert sorted(run.ids) == [row.id for row in mills]
    assert mill_of_dora.id not in run.ids


def test_record_that_matches_meanwhile_is_not_changed_without_confirmation(anna, people):
    mill = client_of("Inland", "Mill 1", counselor=people["anna"])
    address = "/bulk/organizations?do=tag&mine=1&all=1"
    data = {"tags": "steel", "selection": _key_in(anna.get(address).text)}
    client_of("Inland", "Mill 2", counselor=people["anna"])
    assert anna.post(address, data={"tags": "steel"}).status_code == 422
    answer = anna.post(address, data=data)
    assert answer.status_code == 422
    assert "The list has changed. Check the number of records and confirm again." in answer.text
    assert ("2 records selected" in answer.text, 'value="steel"' in answer.text) == (True, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BulkRun)) == 0
    assert anna.post(address, data=data | {"selection": _key_in(answer.text)}).status_code == 303
    assert mill.id in db.session.scalars(sa.select(BulkRun)).one().ids


def test_form_for_selected_rows_has_no_key(anna, people):
    mill = client_of("Inland", "Mill 1", counselor=people["anna"])
    assert 'name="selection"' not in anna.get(f"/bulk/organizations?do=tag&{selected([mill])}").text


def _key_in(page: str) -> str:
    return page.partition('name="selection" value="')[2].partition('"')[0]


def test_refused_records_are_listed_with_their_reason(anna, people):
    own, other = (client_of("Inland", f"{name} Mill", counselor=people[name]) for name in ("anna", "dora"))
    answer = anna.post(
        f"/bulk/organizations?do=assign&{selected([own, other])}", data={"counselor_id": people["clara"].id}
    )
    page = anna.get(answer.location).text
    assert "1 record reassigned" in page
    assert "dora Mill" in page
    assert "You don&#39;t have permission to change this record." in page


def test_message_of_a_new_counselor_names_the_counselor_also_when_undone(anna, people):
    rows = [client_of("Inland", f"Mill {number}", counselor=people["anna"]) for number in range(2)]
    answer = anna.post(f"/bulk/organizations?do=assign&{selected(rows)}", data={"counselor_id": people["dora"].id})
    page, message = anna.get(answer.location).text, f"2 records reassigned. New counselor: {people['dora'].name}"
    assert f"Change counselor: {message}." in page
    undo_url = page.split('action="/records/changes/')[1].split('"')[0]
    answer = anna.post(f"/records/changes/{undo_url}")
    assert f"“Change counselor: {message}” was undone." in anna.get(answer.location).text


@pytest.mark.parametrize(
    ("operation", "data", "text"),
    [
        ("archive", {"why": "Closed"}, "Archive: 2 records archived"),
        ("tag", {"tags": "steel"}, "Add tags: 2 records tagged"),
        ("untag", {"tags": "steel"}, "Remove tags: 2 records changed"),
        ("follow_up", {"title": "Call", "side": "we", "due_on": "2027-01-05"}, "2 follow-ups added"),
    ],
)
def test_message_and_result_say_what_was_done(anna, people, operation, data, text):
    rows = [client_of("Inland", f"Mill {number}", counselor=people["anna"]) for number in range(2)]
    address = f"/bulk/organizations?do={operation}&{selected(rows)}"
    values = data | ({"counselor_id": people["anna"].id} if operation == "follow_up" else {})
    assert text in anna.get(anna.post(address, data=values).location).text
    run = db.session.scalars(sa.select(BulkRun)).one()
    assert text.rpartition(": ")[2] in anna.get(f"/bulk/runs/{run.id}").text


def test_result_with_refused_records_names_the_new_counselor(anna, people):
    own, other = (client_of("Inland", f"{name} Mill", counselor=people[name]) for name in ("anna", "dora"))
    address, clara = f"/bulk/organizations?do=assign&{selected([own, other])}", people["clara"]
    page = anna.get(anna.post(address, data={"counselor_id": clara.id}).location).text
    assert f"<span>New counselor: {clara.name}.</span>" in page


def test_new_counselor_is_required_so_that_no_record_loses_its_counselor(anna, people):
    own = client_of("Inland", "Mill", counselor=people["anna"])
    answer = anna.post(f"/bulk/organizations?do=assign&{selected([own])}", data={"counselor_id": ""})
    assert answer.status_code == 422
    assert "Choose a counselor." in answer.text
    assert own.counselor_id == people["anna"].id


def test_archive_is_offered_only_to_who_may_archive_such_records(client, actor):
    save_show(actor("anna"), {"name": "Water Expo", "starts_on": DAY, "ends_on": DAY})
    for name, is_offered in (("anna", False), ("clara", True)):
        page = client.login_as(name).get("/shows/").text
        assert 'value="edit"' in page
        assert ('value="archive"' in page) is is_offered


def test_operation_without_permission_for_any_record_is_explained_before_the_form(anna, people):
    shared, own = organization("Port Alpha"), client_of("Inland", "Mill", counselor=people["anna"])
    client_of_dora = client_of("Inland", "Dora Mill", counselor=people["dora"])
    refused = anna.get(f"/bulk/organizations?do=archive&{selected([shared])}")
    assert refused.status_code == 303
    page = anna.get(refused.location).text
    assert "Ask a manager to archive these records: they are shared with all teams." in page
    assert anna.get(f"/bulk/organizations?do=archive&{selected([shared, own])}").status_code == 200
    assert anna.get(f"/bulk/organizations?do=tag&{selected([shared])}").status_code == 200
    address = f"/bulk/organizations?do=assign&{selected([client_of_dora])}"
    assert anna.post(address, data={"counselor_id": people["anna"].id}).status_code == 303
    assert client_of_dora.counselor_id == people["dora"].id


def test_invalid_value_shows_the_form_again(anna):
    rows = [organization("Port Alpha")]
    answer = anna.post(f"/bulk/organizations?do=edit&field=website&{selected(rows)}", data={"website": "not a site"})
    assert answer.status_code == 422
    assert 'value="not a site"' in answer.text


@pytest.mark.parametrize("query", ["do=tag", "do=tag&ids=999999"])
def test_change_without_records_asks_to_select_rows(anna, query):
    answer = anna.get(f"/bulk/organizations?{query}")
    assert (answer.status_code, answer.location) == (303, "/organizations/")
    page = anna.get(answer.location).text
    assert "Select at least one row in the list." in page
    assert 'data-toast="error"' in page


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        ({"city": " "}, 422, "Enter a value, or check the box below to clear the field."),
        ({"city": "Ningbo", "clear": "y"}, 422, "Uncheck this box to save the value, or remove the value."),
        ({"city": "", "clear": "y"}, 303, ""),
    ],
)
def test_field_is_cleared_only_by_the_choice_to_clear_it(anna, data, status, message):
    rows = [organization(f"Port {letter}", city="Suzhou") for letter in "ab"]
    answer = anna.post(f"/bulk/organizations?do=edit&field=city&{selected(rows)}", data=data)
    assert (answer.status_code, message in answer.text) == (status, True)
    assert [row.city for row in rows] == ([None, None] if status == 303 else ["Suzhou", "Suzhou"])


@pytest.mark.parametrize(("field", "may_be_empty"), [("hs6", True), ("capacity_number", True), ("offer", False)])
def test_only_a_field_that_may_be_empty_can_be_cleared(anna, field, may_be_empty):
    page = anna.get(f"/bulk/products?do=edit&field={field}&ids={product().id}").text
    assert ('name="clear"' in page) is may_be_empty


def test_zero_is_a_value(anna):
    row = product(capacity_number=5)
    answer = anna.post(f"/bulk/products?do=edit&field=capacity_number&ids={row.id}", data={"capacity_number": "0"})
    assert (answer.status_code, row.capacity_number) == (303, 0)


def test_unknown_list_operation_and_field_are_refused(anna):
    row = organization("Port Alpha")
    assert anna.get(f"/bulk/secrets?ids={row.id}").status_code == 404
    assert anna.get(f"/bulk/users?ids={row.id}").status_code == 404
    assert anna.get(f"/bulk/organizations?do=erase&ids={row.id}").status_code == 400
    assert "<select" in anna.get(f"/bulk/organizations?do=edit&field=team_id&ids={row.id}").text


def test_selection_is_exported_alone(anna):
    rows = [organization(f"Port {number}") for number in range(3)]
    text = anna.get(f"/organizations/?as=csv&{selected(rows[:2])}").text
    assert [f"Port {number}" in text for number in range(3)] == [True, True, False]


def test_long_change_shows_its_progress_to_its_user_alone(anna, client, monkeypatch):
    monkeypatch.setattr("crm.bulk.services.runs.MAX_IMMEDIATE_ROWS", 0)
    row = organization("Port Alpha")
    answer = anna.post(f"/bulk/organizations?do=tag&ids={row.id}", data={"tags": "steel"})
    page = anna.get(answer.location)
    assert "0 of 1 records" in page.text
    assert 'data-progress="1"' in page.text
    assert '<meta http-equiv="refresh" content="1">' in page.text
    assert client.login_as("boris").get(answer.location).status_code == 404
