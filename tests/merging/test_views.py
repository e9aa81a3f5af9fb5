"""The pages that merge records and undo it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.merging.models import Merge
from crm.people.services import change_person
from crm.records.services.archive import restore_records
from tests.factories import client_of, organization, person
from tests.factories.opportunities import make_opportunity
from tests.factories.products import product


@pytest.fixture
def clara(client, people):
    return client.login_as("clara")


def post_merge(web, a, b, **data):
    """Send the form of the page that compares two records."""
    db.session.flush()
    data = {"version": a.version, "other_version": b.version, **data}
    return web.post(f"/merge?a={a.id}&b={b.id}", data=data)


def test_menu_of_a_record_leads_to_the_choice_of_the_other_one(clara):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin")
    assert f'href="/merge?a={a.id}"' in clara.get(f"/people/{a.id}").text
    assert "Merge Limin Zhou" in clara.get(f"/merge?a={a.id}").text
    chosen = clara.get(f"/merge?a={a.id}&b-typed=Limin+Chou")
    assert (chosen.status_code, chosen.location) == (303, f"/merge?a={a.id}&b={b.id}")


def test_hint_for_the_other_record_fits_its_kind(clara):
    water = product(client_of("Inland", "Oak Valves"), "Water sensor")
    page = clara.get(f"/merge?a={water.id}").text
    assert 'data-url="/search?kinds=product"' in page
    assert 'data-placeholder="Name or pinyin"' in page
    assert 'data-placeholder="Name, pinyin or organization"' in clara.get(f"/merge?a={person('Zhou', 'Li').id}").text


def test_page_without_records_offers_to_choose_both(clara):
    assert "Record to keep" in clara.get("/merge").text


def test_two_selected_rows_of_a_list_are_compared(clara):
    a, b, c = (organization(f"Port {number}") for number in range(3))
    page = clara.get("/organizations/").text
    assert 'formaction="/merge/selected/organizations"' in page
    assert "/merge/selected/" not in clara.get("/interactions/").text
    address = f"/merge/selected/organizations?q=port&ids={c.id}&ids={a.id}"
    assert clara.get(address).location == f"/merge?a={a.id}&b={c.id}"
    assert clara.get(f"/merge/selected/organizations?ids={b.id}").location == f"/merge?a={b.id}"


@pytest.mark.parametrize("query", ["", "&all=1"])
def test_other_numbers_of_rows_are_explained_in_the_list(clara, query):
    for number in range(3):
        organization(f"Port {number}")
    answer = clara.get(f"/merge/selected/organizations?q=port{query}")
    assert (answer.status_code, answer.location) == (303, "/organizations/?q=port")
    assert "Select two rows to merge." in clara.get(answer.location).text


@pytest.mark.parametrize("name", ["interactions", "users", "secrets"])
def test_lists_whose_records_cannot_be_merged_have_no_page_for_it(clara, name):
    assert clara.get(f"/merge/selected/{name}?ids=1&ids=2").status_code == 404


def test_preview_shows_what_is_saved(clara):
    a = person("Zhou", "Limin", organization=organization("Huayue"), city="Suzhou")
    b = person("Chou", "Limin", organization=organization("Ningbo Harbor"), city="Ningbo")
    text = clara.get(f"/merge?a={a.id}&b={b.id}").text
    assert "Suzhou" in text
    assert re.search(r"<div>\s*Ningbo Harbor\s*<span class=\"small dim\">added</span>", text)
    changed = post_merge(clara, a, b, preview="1", **{"field-family_latin": "b"})
    assert "Limin Chou" in changed.text.split("After the merge")[-1]
    assert db.session.scalars(sa.select(Merge)).all() == []


def test_title_of_records_with_the_same_name_has_it_once(clara):
    a, b = person("Zhou", "Limin"), person("Zhou", "Limin", city="Ningbo")
    assert "<h1>Merge two records of Limin Zhou</h1>" in clara.get(f"/merge?a={a.id}&b={b.id}").text


def test_merge_redirects_old_addresses_and_offers_undo(clara):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin", city="Ningbo")
    response = post_merge(clara, a, b, **{"field-family_latin": "b"})
    assert (response.status_code, response.location) == (303, f"/records/{a.id}")
    assert (a.label, a.city) == ("Limin Chou", "Ningbo")
    page = clara.get(f"/people/{a.id}").text
    assert "Limin Chou was merged into Limin Zhou." in page
    assert "Merged records" in page
    assert "Also known as</dt><dd>Limin Zhou" in re.sub(r"\s*\n\s*", "", page)
    old = clara.get(f"/people/{b.id}")
    assert (old.status_code, old.location) == (303, f"/records/{a.id}")
    assert clara.post(f"/people/{b.id}/edit", data={"family_latin": "X"}).status_code == 409
    for address in ("/people/?archived=yes", "/people/?archived=all"):
        assert f"/people/{b.id}" not in clara.get(address).text


def test_merge_is_undone_from_the_toast_and_from_its_page(clara):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin")
    for url in ("/records/changes/{}/undo", "/merge/{}/undo"):
        post_merge(clara, a, b)
        batch_id = db.session.scalar(sa.select(sa.func.max(Merge.batch_id)))
        assert clara.post(url.format(batch_id)).status_code == 303
        assert (b.merged_into_id, b.archived_at) == (None, None)
    assert "This merge was undone" in clara.get(f"/merge/{batch_id}").text


def test_merge_sent_twice_leads_to_the_record_again(clara):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin")
    first, second = post_merge(clara, a, b), post_merge(clara, a, b)
    assert {(r.status_code, r.location) for r in (first, second)} == {(303, f"/records/{a.id}")}
    assert len(db.session.scalars(sa.select(Merge)).all()) == 1
    assert "Records merged." in clara.get(f"/people/{a.id}").text


def test_key_for_undo_undoes_the_merge(clara):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin")
    post_merge(clara, a, b)
    clara.post("/records/changes/undo")
    assert b.merged_into_id is None


def test_page_of_a_merge_names_what_prevents_its_undo(clara, actor):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin", city="Ningbo")
    post_merge(clara, a, b)
    merge_id = db.session.scalar(sa.select(Merge.batch_id))
    change_person(actor("clara"), a, {"city": "Suzhou"})
    page = clara.get(f"/merge/{merge_id}").text
    assert f'href="/records/{a.id}/history"' in page
    assert "Limin Zhou</a>: City" in re.sub(r"\s*\n\s*", "", page)
    assert clara.post(f"/merge/{merge_id}/undo").status_code == 409
    assert b.merged_into_id == a.id


def test_page_of_two_records_is_refused_after_one_of_them_changed(clara):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin")
    assert post_merge(clara, a, b, other_version="0").status_code == 409
    assert post_merge(clara, a, b, version="0").status_code == 409
    assert db.session.scalars(sa.select(Merge)).all() == []


def test_records_that_cannot_be_merged_are_refused(clara):
    a, b = person("Zhou", "Limin"), organization("Huayue")
    for other in (a, b, person("Wu", "Wei", is_archived=True)):
        assert clara.get(f"/merge?a={a.id}&b={other.id}").status_code == 422


def test_staff_merge_in_their_team_only(client, people):
    web = client.login_as("anna")
    shared, own, other = organization("Huayue"), client_of("Inland", "ClearAir"), client_of("Bay", "Clear Air")
    assert web.get(f"/merge?a={own.id}&b={client_of('Inland', 'CAS').id}").status_code == 200
    assert web.get(f"/merge?a={own.id}&b={shared.id}").status_code == 403
    assert web.get(f"/merge?a={own.id}&b={other.id}").status_code == 404
    assert "/merge?a=" not in web.get(f"/organizations/{shared.id}").text
    answer = web.get(f"/merge/selected/organizations?ids={own.id}&ids={shared.id}")
    assert answer.location == "/organizations/"
    assert "Only managers can merge records that all teams share." in web.get(answer.location).text


def test_history_has_the_merge_and_the_changes_of_both_records(clara, actor):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin")
    change_person(actor("clara"), b, {"city": "Ningbo"})
    post_merge(clara, a, b)
    merge_id = db.session.scalar(sa.select(Merge.batch_id))
    page = clara.get(f"/records/{a.id}/history").text
    assert f'href="/merge/{merge_id}"' in page
    assert "Ningbo" in page


def test_merged_record_is_in_no_archive(clara):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin")
    post_merge(clara, a, b)
    assert f"/records/{b.id}" not in clara.get("/records/archive").text
    assert restore_records(SYSTEM, [b.id]) == (0, 1)


def test_choice_is_previewed_while_choosing(clara):
    a, b = person("Zhou", "Limin"), person("Chou", "Limin")
    data = {"version": a.version, "other_version": b.version, "field-family_latin": "b", "preview": "1"}
    part = clara.post(f"/merge?a={a.id}&b={b.id}", data=data, headers={"HX-Request": "1", "HX-Target": "after-merge"})
    assert "<html" not in part.text
    assert "Limin Chou" in part.text


def test_preview_says_which_teams_will_see_the_record(clara):
    own, shared = client_of("Inland", "ClearAir"), organization("Clear Air")
    assert "Only team Inland will see this record." in clara.get(f"/merge?a={shared.id}&b={own.id}").text
    a, b = (person("Zhou", "Limin", organization=row) for row in (own, shared))
    assert "All teams will see this record." in clara.get(f"/merge?a={a.id}&b={b.id}").text
    assert "teams" not in clara.get(f"/merge?a={b.id}&b={person('Wu', 'Wei').id}").text.split("After the merge")[-1]


@pytest.mark.parametrize("page", ["/records/{}", "/records/{}/history", "/opportunities/{}/edit"])
def test_pages_of_a_merged_record_lead_to_the_remaining_one(clara, people, page):
    owner = client_of("Inland", "ClearAir", counselor=people["clara"])
    a, b = (make_opportunity(owner, title, counselor=people["clara"]) for title in ("Sensors", "Air sensors"))
    assert post_merge(clara, a, b).status_code == 303
    answer = clara.get(page.format(b.id))
    assert (answer.status_code, answer.location) == (303, f"/records/{a.id}")
