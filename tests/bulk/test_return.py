"""Where a change of selected records leads back to: the same page of the list, and the same rows."""

from __future__ import annotations

import pytest

from crm.core import clock
from tests.bulk.test_views import selected
from tests.factories import organization


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


def test_cancel_leads_back_to_the_selected_rows(anna):
    rows = [organization(f"Port {letter}") for letter in "abc"]
    page = anna.get(f"/bulk/organizations?do=tag&q=port&{selected(rows[:2])}").text
    cancel_url = page.split("data-drop>Cancel")[0].rsplit('href="', 1)[1].partition('"')[0].replace("&amp;", "&")
    boxes = anna.get(cancel_url).text.split('type="checkbox" form="bulk" name="ids" value="')[1:]
    checked = {int(box.partition('"')[0]) for box in boxes if " checked " in box.partition(">")[0]}
    assert (len(boxes), checked) == (3, {rows[0].id, rows[1].id})
    assert anna.get("/organizations/?marked=x").status_code == 400


def test_cancel_leads_back_to_the_page_of_the_list(anna):
    for number in range(60):
        organization(f"Port {number:02}")
    after = anna.get("/organizations/?q=port").text.partition("after=")[2].partition('"')[0].partition("&")[0]
    later = anna.get(f"/organizations/?q=port&after={after}").text
    assert f'<input type="hidden" name="after" value="{after}">' in later
    row_id = later.partition('form="bulk" name="ids" value="')[2].partition('"')[0]
    page = anna.get(f"/bulk/organizations?do=tag&q=port&after={after}&ids={row_id}").text
    assert f"marked={row_id}&amp;after={after}" in page


def test_change_leads_back_to_the_page_of_the_list(anna):
    rows = [organization(f"Port {number:02}") for number in range(52)]
    after = anna.get("/organizations/?q=port").text.partition("after=")[2].partition('"')[0].partition("&")[0]
    address = f"/bulk/organizations?do=edit&field=city&q=port&after={after}&ids={rows[-1].id}"
    answer = anna.post(address, data={"city": "Ningbo"})
    assert (answer.status_code, answer.location) == (303, f"/organizations/?q=port&after={after}")
    assert "Port 51" in anna.get(answer.location).text


def test_page_of_a_list_whose_records_are_gone_leads_to_the_first_page(anna):
    rows = [organization(f"Port {number:02}") for number in range(52)]
    after = anna.get("/organizations/?q=port").text.partition("after=")[2].partition('"')[0].partition("&")[0]
    for row in rows[50:]:
        row.archived_at = clock.now()
    page = anna.get(f"/organizations/?q=port&after={after}").text
    assert "No records on this page of the list" in page
    assert '<a class="btn" href="/organizations/?q=port">Go to the first page</a>' in page
