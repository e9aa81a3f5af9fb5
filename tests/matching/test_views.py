"""Pages of matches: work list, panels, one step to an opportunity, dismissing, undo, and who sees what."""

from __future__ import annotations

import re

from crm.core.data.base import db
from crm.opportunities.models import Opportunity
from crm.projects.services import change_project, save_need
from tests.factories import make_confidential, prime, product
from tests.matching.conftest import refreshed
from tests.tools.pages import visible_text


def test_match_is_shown_with_reasons_and_becomes_an_opportunity_in_one_step(anna, actor, need, meter, match, plant):
    for page in (f"/projects/needs/{need.id}", f"/products/{meter.id}", f"/organizations/{meter.client_id}"):
        assert f'href="/matches/{match.id}"' in anna.get(page).text, page
    assert f'href="/matches/{match.id}"' in anna.get(f"/projects/{plant.id}").text
    assert "902820" in anna.get(f"/matches/{match.id}").text.replace(".", "")
    answer = anna.post(f"/opportunities/from-match/{match.id}")
    row = db.session.query(Opportunity).one()
    assert answer.headers["Location"] == f"/opportunities/{row.id}"
    parts = (row.client_id, row.project_id, row.need_id, row.product_id)
    assert parts == (meter.client_id, plant.id, need.id, meter.id)
    page = anna.get(f"/matches/{match.id}").text
    assert (f'href="/opportunities/{row.id}"' in page, "Create opportunity" in page) == (True, False)
    repeated = anna.post(f"/opportunities/from-match/{match.id}")
    assert repeated.headers["Location"] == f"/opportunities/{row.id}"
    assert db.session.query(Opportunity).count() == 1


def test_work_list_has_new_matches_of_own_clients_first(anna, people, need, meter, match):
    other = product(name="Ultrasonic water meter X", hs6="902820")
    other.counselor_id = people["clara"].id
    refreshed()
    page = anna.get("/matches/?state=suggested&sort=-points").text
    assert page.count(f">{need.label}</a>") == 2
    assert anna.get("/matches/?state=suggested&mine=1").text.count(f">{need.label}</a>") == 1
    assert anna.get(f"/matches/?client={meter.client_id}&least=101").text.count(f">{need.label}</a>") == 0
    assert anna.get("/matches/?state=dismissed").text.count(f">{need.label}</a>") == 0
    assert meter.label in anna.get("/matches/?as=csv").text


def test_dismissing_needs_a_reason_and_is_undone(anna, match):
    assert 'selected value=""' in anna.get(f"/matches/{match.id}/dismiss").text
    for reason in ("", "other"):
        assert anna.post(f"/matches/{match.id}/dismiss", data={"reason": reason}).status_code == 422
    answer = anna.post(f"/matches/{match.id}/dismiss", data={"reason": "specification", "note": "DN400 needed"})
    assert answer.headers["Location"] == f"/matches/{match.id}"
    page = anna.get(f"/matches/{match.id}").text
    assert ("DN400 needed" in page, "Create opportunity" in page) == (True, False)
    undo(anna, page)
    assert "Create opportunity" in anna.get(f"/matches/{match.id}").text


def test_page_of_a_match_says_what_it_is_and_a_shared_name_once(anna, actor, need, meter, match):
    need.label, meter.label = "Meters & valves", "Ultrasonic <meter>"
    db.session.commit()
    title = "Match: Ultrasonic &lt;meter&gt; for Meters &amp; valves"
    page = anna.get(f"/matches/{match.id}").text
    assert (f"<h1>{title}</h1>" in page, f"<title>{title} - Causeway</title>" in page) == (True, True)
    meter.label = "Meters & valves"
    db.session.commit()
    assert "<h1>Match: Meters &amp; valves</h1>" in anna.get(f"/matches/{match.id}").text
    assert "Warnings are subtracted from that." in page


def undo(user, page: str) -> None:
    """Press Undo in the message of a page."""
    form = re.search(r'action="([^"]*undo[^"]*)"', page)
    assert form is not None
    assert user.post(form[1].replace("&amp;", "&")).status_code == 303


def test_undo_of_an_accepted_match_archives_its_opportunity(anna, match):
    answer = anna.post(f"/opportunities/from-match/{match.id}")
    undo(anna, anna.get(answer.headers["Location"]).text)
    row = db.session.query(Opportunity).one()
    assert row.archived_at is not None
    assert "Create opportunity" in anna.get(f"/matches/{match.id}").text


def test_dismissed_match_is_suggested_again(anna, match):
    anna.post(f"/matches/{match.id}/dismiss", data={"reason": "capacity"})
    assert anna.post(f"/matches/{match.id}/reopen").status_code == 303
    assert "Create opportunity" in anna.get(f"/matches/{match.id}").text


def test_opportunity_from_a_page_older_than_the_dismissal_is_not_created(client, people, match):
    client.login_as("clara").post(f"/matches/{match.id}/dismiss", data={"reason": "other", "note": "Wrong voltage"})
    answer = client.login_as("anna").post(f"/opportunities/from-match/{match.id}", follow_redirects=True)
    assert (answer.request.path, db.session.query(Opportunity).count()) == (f"/matches/{match.id}", 0)
    text = visible_text(answer.text)
    assert f"{people['clara'].name} dismissed this match. Choose “Suggest again” before" in text
    assert "Wrong voltage" in text
    client.post(f"/matches/{match.id}/reopen")
    assert client.post(f"/opportunities/from-match/{match.id}").location.startswith("/opportunities/")


def test_match_is_not_dismissed_from_a_page_older_than_its_opportunity(client, people, match):
    client.login_as("clara").post(f"/opportunities/from-match/{match.id}")
    answer = client.login_as("anna").post(f"/matches/{match.id}/dismiss", data={"reason": "other", "note": "Too big"})
    assert answer.status_code == 409
    text = visible_text(answer.text)
    assert "This match already has an opportunity. Close the opportunity instead." in text
    assert "Too big" in text
    assert "Accepted" in visible_text(client.get(f"/matches/{match.id}").text)


def test_second_dismissal_from_an_older_page_keeps_the_first(client, people, match):
    client.login_as("clara").post(f"/matches/{match.id}/dismiss", data={"reason": "other", "note": "Wrong voltage"})
    answer = client.login_as("anna").post(f"/matches/{match.id}/dismiss", data={"reason": "other", "note": "Too big"})
    text = visible_text(answer.text)
    assert answer.status_code == 409
    assert f"{people['clara'].name} already dismissed this match." in text
    assert "Too big" in text
    assert "Wrong voltage" in visible_text(client.get(f"/matches/{match.id}").text)


def test_opportunity_from_a_form_older_than_the_dismissal_is_not_created(client, people, need, meter, match):
    client.login_as("clara").post(f"/matches/{match.id}/dismiss", data={"reason": "other", "note": "Wrong voltage"})
    data = {"client_id": meter.client_id, "need_id": need.id, "product_id": meter.id, "title": "Meters for Ningbo"}
    data |= {"path": "project", "currency": "USD"}
    answer = client.login_as("anna").post("/opportunities/new", data=data)
    text = visible_text(answer.text)
    assert (answer.status_code, db.session.query(Opportunity).count()) == (409, 0)
    assert f"{people['clara'].name} dismissed this match. Choose “Suggest again” before" in text
    assert "Meters for Ningbo" in text
    assert f'href="/matches/{match.id}"' in answer.text
    assert "Wrong voltage" in visible_text(client.get(f"/matches/{match.id}").text)
    client.post(f"/matches/{match.id}/reopen")
    assert client.post("/opportunities/new", data=data).location.startswith("/opportunities/")


def test_own_opportunity_is_opened_although_a_colleague_who_cannot_see_it_dismissed_the_match(client, people, match):
    client.login_as("clara").post(f"/opportunities/from-match/{match.id}")
    row = db.session.query(Opportunity).one()
    row.counselor_id = people["clara"].id
    make_confidential(row)
    db.session.flush()
    client.login_as("anna").post(f"/matches/{match.id}/dismiss", data={"reason": "capacity"})
    answer = client.login_as("clara").post(f"/opportunities/from-match/{match.id}")
    assert answer.location == f"/opportunities/{row.id}"


def test_match_whose_opportunity_is_hidden_can_be_dismissed(client, actor, people, match):
    client.login_as("clara").post(f"/opportunities/from-match/{match.id}")
    row = db.session.query(Opportunity).one()
    row.counselor_id = people["clara"].id
    make_confidential(row)
    db.session.flush()
    answer = client.login_as("anna").post(f"/matches/{match.id}/dismiss", data={"reason": "capacity"})
    assert answer.status_code == 303


def test_match_is_visible_only_with_its_need_and_its_product(client, actor, people, need, meter, match, plant):
    boris = client.login_as("boris")
    pages = [f"/matches/{match.id}", f"/matches/{match.id}/dismiss"]
    assert [boris.get(page).status_code for page in pages] == [404, 404]
    assert boris.post(f"/opportunities/from-match/{match.id}").status_code == 404
    assert meter.label not in boris.get(f"/projects/needs/{need.id}").text + boris.get("/matches/").text
    change_project(actor("anna"), plant, {"confidential": True})
    refreshed()
    dora = client.login_as("dora")
    assert dora.get(f"/matches/{match.id}").status_code == 404
    assert need.label not in dora.get(f"/products/{meter.id}").text + dora.get("/matches/").text
    anna = client.login_as("anna")
    assert need.label in anna.get("/matches/").text
    assert need.label not in anna.get("/matches/?as=csv").text


def test_match_names_the_buyer_that_the_reader_may_see(client, actor, people, meter):
    buyer = prime("Ningbo Works")
    need = save_need(actor("anna"), {"title": "Ultrasonic water meters", "hs6": "902820", "organization_id": buyer.id})
    match = refreshed()[need.id, meter.id]
    pages = (f"/matches/{match.id}", "/matches/", "/matches/?as=csv")
    anna = client.login_as("anna")
    assert [page for page in pages if "Ningbo Works" not in anna.get(page).text] == []
    # Only the buyer: the need keeps its own access here.
    buyer.team_id, buyer.counselor_id, buyer.confidential = meter.team_id, people["anna"].id, True
    db.session.flush()
    dora = client.login_as("dora")
    assert ["Ningbo Works" in dora.get(page).text for page in pages] == [False] * 3
    assert need.label in dora.get("/matches/").text


def test_match_of_a_confidential_client_leaves_no_trace(client, people, need, meter, match):
    from crm.organizations.models import Organization

    make_confidential(db.session.get_one(Organization, meter.client_id))
    refreshed()
    dora = client.login_as("dora")
    assert (dora.get(f"/matches/{match.id}").status_code, meter.label in dora.get("/matches/").text) == (404, False)
    assert meter.label not in dora.get(f"/projects/needs/{need.id}").text
