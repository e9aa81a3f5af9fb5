"""The page and the panels of introduction paths, and the follow-up that they prefill."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp, FollowUpAbout
from crm.people.policy import RelationKind
from crm.projects.services import save_need
from tests.factories import affiliation, archived, client_of, make_confidential, organization, person, relation
from tests.factories.opportunities import make_opportunity

ASK_SHEN = "Ask Shen Yun to ask Wang Xiaoming (王晓明)"


def plain(text):
    return html.unescape(re.sub(r"<[^>]+>", "", text))


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


def test_pages_of_project_need_opportunity_and_client_show_the_paths(anna, actor, people, suzhou, huayue, wang, meet):
    meet("shen", wang)
    need = save_need(actor("anna"), {"title": "Flow meters", "project_id": suzhou.id})
    client = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    opportunity = make_opportunity(client, buyer_id=huayue.id)
    pages = (f"projects/{suzhou.id}", f"projects/needs/{need.id}", f"opportunities/{opportunity.id}")
    for path in (*pages, f"organizations/{client.id}", f"introductions/{suzhou.id}"):
        text = plain(anna.get(f"/{path}").text)
        assert ASK_SHEN in text, path
        assert "Strength: strong, " in text, path


def test_paths_to_an_archived_organization_are_shown(anna, suzhou, wang, huayue, meet):
    meet("shen", wang)
    archived(huayue)
    assert anna.get(f"/introductions/{suzhou.id}?to={huayue.id}").status_code == 200


def test_paths_of_an_archived_record_offer_no_follow_up(anna, people, suzhou, huayue, wang, meet):
    meet("shen", wang)
    opportunity = make_opportunity(client_of("Inland", "Tri-Valley", counselor=people["anna"]), buyer_id=huayue.id)
    for record, page in ((suzhou, "projects"), (suzhou, "introductions"), (opportunity, "opportunities")):
        record.archived_at = None
        db.session.flush()
        assert "Add follow-up for Shen Yun" in anna.get(f"/{page}/{record.id}").text, page
        archived(record)
        text = plain(anna.get(f"/{page}/{record.id}").text)
        assert ASK_SHEN in text, page
        assert "Add follow-up" not in text, page


def test_path_through_a_colleague_begins_with_the_colleague(anna, suzhou, wang, meet):
    meet("shen", wang)
    page = anna.get(f"/introductions/{suzhou.id}").text
    (boxes,) = re.findall(r"<ol .*?</ol>", page, re.DOTALL)
    assert re.findall(r'class="node ([\w-]*)"', boxes) == ["node-me", "", "node-goal"]
    assert " ".join(plain(boxes).split()).startswith("Shen YunColleague of yours met once")


def test_project_shows_the_best_two_paths_and_the_others_on_demand(anna, suzhou, huayue, meet):
    for given_name in ("Limin", "Min", "Ting"):
        meet("anna", person("Zhou", given_name, organization=huayue))
    above, _summary, below = anna.get(f"/projects/{suzhou.id}").text.partition("1 more path</summary>")
    assert [text.count('<ol class="path') for text in (above, below)] == [2, 1]


def test_follow_up_of_a_path_is_prefilled_for_the_colleague_who_asks(anna, people, suzhou, wang, meet):
    meet("shen", wang)
    page = anna.get(f"/introductions/{suzhou.id}").text
    assert "Add follow-up for Shen Yun" in page
    url = html.unescape(re.search(r'href="(/followups/new[^"]+)"', page)[1])
    form = anna.get(url).text
    assert "Contact Wang Xiaoming (王晓明) at Huayue Municipal" in form
    answer = anna.post(
        "/followups/new",
        data={
            "title": "Contact Wang",
            "due_on": "2026-03-20",
            "about": [suzhou.id, wang.id],
            "counselor_id": people["shen"].id,
        },
    )
    row = db.session.scalars(sa.select(FollowUp)).one()
    assert (answer.status_code, row.counselor_id) == (303, people["shen"].id)
    assert f'<option value="{people["shen"].id}" selected' in form or f'selected value="{people["shen"].id}"' in form
    about = set(db.session.scalars(sa.select(FollowUpAbout.record_id)))
    assert {suzhou.id, wang.id} <= about


def test_people_of_the_same_name_are_told_apart_by_where_they_work(anna, suzhou, wang, meet, bureau):
    namesake = person("Wang", "Xiaoming", family_native="王", given_native="晓明", organization=bureau)
    relation(wang, namesake, RelationKind.former_colleague)
    meet("shen", namesake)
    at_bureau, at_prime = (
        "Wang Xiaoming (王晓明) of Digital City Bureau",
        "Wang Xiaoming (王晓明) of Huayue Municipal",
    )
    panel, page = anna.get(f"/projects/{suzhou.id}").text, anna.get(f"/introductions/{suzhou.id}").text
    for text in (plain(panel), plain(page)):
        assert f"Ask Shen Yun to ask {at_bureau} for an introduction to {at_prime}" in text
        assert "Wang Xiaoming (王晓明) works at Huayue Municipal" in text
    assert page.count('<div class="small dim">Digital City Bureau</div>') == 1


def test_hidden_workplace_does_not_tell_people_apart(anna, suzhou, wang, meet, people):
    secret = client_of("Bay", "Secret Valves", counselor=people["boris"])
    namesake = person("Wang", "Xiaoming", family_native="王", given_native="晓明", organization=secret)
    affiliation(namesake, organization("Open Valves"), main=False)
    relation(wang, namesake, RelationKind.former_colleague)
    make_confidential(secret)
    meet("shen", namesake)
    page = plain(anna.get(f"/introductions/{suzhou.id}").text)
    assert "Secret Valves" not in page
    assert "Wang Xiaoming (王晓明) of Open Valves" in page


def test_title_of_a_follow_up_does_not_name_a_confidential_workplace(anna, people, suzhou, wang, meet):
    secret = client_of("Inland", "SecretCo", counselor=people["anna"])
    namesake = person("Wang", "Xiaoming", family_native="王", given_native="晓明", organization=secret)
    relation(wang, namesake, RelationKind.former_colleague)
    make_confidential(secret)
    meet("anna", namesake)
    page = anna.get(f"/introductions/{suzhou.id}").text
    urls = [html.unescape(url) for url in re.findall(r'href="(/followups/new[?][^"]+)"', page)]
    titles = [parse_qs(url.partition("?")[2])["title"][0] for url in urls]
    title = "Ask Wang Xiaoming (王晓明) for an introduction to Wang Xiaoming (王晓明) at Huayue Municipal"
    assert (title in titles, "SecretCo" in page) == (True, False)


def test_colleague_who_may_not_see_the_record_is_asked_by_the_user(anna, people, huayue, wang, meet):
    meet("boris", wang)
    client = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    opportunity = make_opportunity(client, buyer_id=huayue.id)
    page = anna.get(f"/introductions/{opportunity.id}").text
    url = html.unescape(re.search(r'href="(/followups/new[^"]+)"', page)[1])
    assert "counselor" not in url
    assert 'value="Ask Boris Keller to ask Wang Xiaoming (王晓明)"' in anna.get(url).text


def test_follow_up_of_a_path_to_confidential_records_is_as_confidential(anna, people, suzhou, wang, meet):
    secret = client_of("Inland", "Secret Holding", counselor=people["anna"])
    xu = person("Xu", "Lan", organization=secret)
    relation(wang, xu, RelationKind.former_colleague)
    make_confidential(secret)
    meet("shen", wang)
    page = anna.get(f"/introductions/{suzhou.id}?to={secret.id}").text
    assert "Add follow-up for" not in page
    url = html.unescape(re.search(r'href="(/followups/new[?][^"]+)"', page)[1])
    about = parse_qs(url.partition("?")[2])["about"]
    assert {*map(int, about)} == {suzhou.id, wang.id, xu.id, secret.id}
    anna.post("/followups/new", data={"title": "Contact Lan Xu", "due_on": "2026-03-20", "about": about})
    assert db.session.scalars(sa.select(FollowUp)).one().confidential


def test_another_organization_is_chosen_by_its_typed_name(anna, suzhou, bureau, meet):
    zhao = person("Zhao", "Jianguo", organization=bureau)
    meet("anna", zhao)
    page = anna.get(f"/introductions/{suzhou.id}?to-typed=Digital+City+Bureau")
    assert "Contact Jianguo Zhao" in plain(page.text)
    page = anna.get(f"/introductions/{suzhou.id}?to-typed=Nowhere")
    assert page.status_code == 422
    assert "No organization named “Nowhere”." in page.text


def test_person_has_no_introduction_page(anna, wang):
    assert anna.get(f"/introductions/{wang.id}").status_code == 404


def test_page_without_paths_says_what_to_do(anna, suzhou):
    assert "No paths yet." in anna.get(f"/introductions/{suzhou.id}").text
