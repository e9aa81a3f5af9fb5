"""The board of leads by stage."""

from __future__ import annotations

from crm.followups.services import add_follow_up
from crm.projects import services
from crm.projects.policy import LeadStage, ProjectRole


def test_board_shows_each_lead_in_its_stage_with_prime_days_and_next_step(anna, actor, clock, suzhou, prime):
    services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.prime})
    services.move_lead(actor("anna"), suzhou, LeadStage.project_verified)
    values = {"title": "Ask for the bill of quantities", "due_on": suzhou.stage_since.date()}
    add_follow_up(actor("anna"), values, about=[suzhou.id])
    clock.forward(days=15)
    page = anna.get("/projects/board").text
    column = page.split('id="project_verified"')[1].split("</section>")[0]
    for text in ("Suzhou smart city", "Huayue Municipal", "15 d in stage", "1 overdue in stage", "bill of quantities"):
        assert text in column
    assert page.count('class="deal"') == 1


def test_board_hides_confidential_leads_and_those_filtered_out(client, actor, suzhou):
    services.add_project(actor("anna"), {"name": "Hidden valley", "confidential": True})
    boris = client.login_as("boris")
    assert "Hidden valley" not in boris.get("/projects/board").text
    assert "Suzhou smart city" in boris.get("/projects/board?country=CN").text
    assert "No leads match these filters" in boris.get("/projects/board?country=VN").text


def test_move_page_offers_a_button_only_where_nothing_is_missing(anna, actor, suzhou):
    services.change_project(
        actor("anna"), suzhou, {"source_note": "A call", "source_kind": "group", "heard_on": suzhou.stage_since.date()}
    )
    page = anna.get(f"/projects/{suzhou.id}/move?next=/projects/board").text
    assert 'name="stage" value="project_verified">' in page
    assert 'name="stage" value="prime_identified">' not in page
    assert f"/projects/{suzhou.id}/move?to=prime_identified&amp;next=/projects/board" in page
    answer = anna.post(f"/projects/{suzhou.id}/move", data={"stage": "project_verified", "next": "/projects/board"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/projects/board#i{suzhou.id}")
    assert suzhou.lead_stage is LeadStage.project_verified


def test_move_page_of_the_last_stage_names_what_comes_next_and_preselects_the_stage_before(anna, actor, suzhou):
    services.move_lead(actor("anna"), suzhou, LeadStage.needs_captured)
    page = anna.get(f"/projects/{suzhou.id}/move").text
    assert "This is the last lead stage." in page
    assert 'selected value="prime_identified"' in page
    assert "Still required before" not in page
    answer = anna.post(f"/projects/{suzhou.id}/move", data={"stage": "prime_identified", "why": "The prime changed"})
    assert (answer.status_code, suzhou.lead_stage) == (303, LeadStage.prime_identified)
