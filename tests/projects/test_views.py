"""Pages of projects: form, list, stages, parties, and who may see them."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization
from crm.projects import services
from crm.projects.models import LeadChange, Project, ProjectParty
from crm.projects.policy import LeadStage, NeedState, ProjectRole
from crm.records.models import Evidence
from tests.factories.opportunities import make_opportunity
from tests.tools.rows import count


def test_new_project_is_saved_with_its_bid_and_shown(anna, clock):
    data = {
        "name": "Ningbo water",
        "country": "CN",
        "bid_day": "2026-12-18",
        "bid_time": "17:00",
        "zone": "Asia/Shanghai",
        "source_kind": "post",
        "source_note": "Commercial officer, by mail",
        "heard_on": "",
    }
    answer = anna.post("/projects/new", data=data)
    project = db.session.scalars(sa.select(Project)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/projects/{project.id}")
    page = anna.get(f"/projects/{project.id}").text
    assert "Bid closes in 282 days" in page
    assert "missing: date heard" in page


def test_blank_country_of_a_project_is_that_of_a_known_city(anna):
    data = {"name": "Port", "city": "Chancay", "bid_day": "2027-03-01", "bid_time": "17:00"}
    assert anna.post("/projects/new", data=data).status_code == 303
    row = db.session.scalars(sa.select(Project)).one()
    assert (row.country, row.zone) == ("PE", "America/Lima")


def test_new_project_without_a_name_changes_nothing(anna):
    answer = anna.post("/projects/new", data={"city": "Ningbo"})
    assert (answer.status_code, count(Project)) == (422, 0)
    assert "Enter a name in any script." in answer.text
    assert 'value="Ningbo"' in answer.text


def test_bid_day_without_a_time_is_refused_on_its_field(anna):
    answer = anna.post("/projects/new", data={"name": "N", "country": "CN", "bid_day": "2026-12-18", "bid_time": ""})
    assert (answer.status_code, count(Project)) == (422, 0)
    assert "Enter a time" in answer.text


def test_edit_shows_the_stored_values_and_saves(anna, suzhou):
    page = anna.get(f"/projects/{suzhou.id}/edit").text
    assert "Suzhou smart city" in page
    data = {"name": "Suzhou II", "country": "CN", "version": suzhou.version}
    assert anna.post(f"/projects/{suzhou.id}/edit", data=data).status_code == 303
    assert suzhou.label == "Suzhou II"


def test_edit_of_an_old_version_is_a_409_that_keeps_both(anna, suzhou):
    answer = anna.post(f"/projects/{suzhou.id}/edit", data={"name": "Mine", "version": suzhou.version - 1})
    assert (answer.status_code, suzhou.name) == (409, "Suzhou smart city")


def test_confidential_checkbox_is_hidden_from_users_without_the_right(client, suzhou):
    boris = client.login_as("boris")
    assert 'name="confidential"' not in boris.get(f"/projects/{suzhou.id}/edit").text
    data = {"name": "Suzhou", "confidential": "y", "version": suzhou.version}
    assert boris.post(f"/projects/{suzhou.id}/edit", data=data).status_code == 303
    assert (suzhou.confidential, suzhou.team_id) == (False, None)


def test_confidential_project_is_a_404_for_others_everywhere(client, actor, secret, prime):
    party = services.save_party(secret, {"organization_id": prime.id, "role": ProjectRole.prime})
    need = services.save_need(actor("anna"), {"title": "Sensors", "project_id": secret.id})
    boris = client.login_as("boris")
    paths = ["", "/edit", "/move", "/parties/new", f"/parties/{party.id}", "/tests/screening"]
    paths = [f"/projects/{secret.id}{rest}" for rest in paths]
    paths += [f"/projects/needs/{need.id}", f"/projects/needs/{need.id}/edit"]
    assert {boris.get(p).status_code for p in paths} == {404}
    posted = [f"/projects/{secret.id}/parties/{party.id}/remove", f"/projects/needs/{need.id}/state"]
    assert {boris.post(p, data={"state": "filled"}).status_code for p in posted} == {404}
    assert "Suzhou" not in boris.get("/projects/").text
    assert (count(ProjectParty), need.state) == (1, NeedState.open)


def test_guest_is_redirected_to_sign_in(client, session):
    assert client.get("/projects/").headers["Location"].startswith("/login")
    assert client.post("/projects/new", data={"name": "N"}).status_code == 401


def test_move_page_lists_missing_tests_and_moves_anyway(anna, suzhou):
    page = anna.get(f"/projects/{suzhou.id}/move?to=prime_identified").text
    for words in ("date heard", "project owner", "funding"):
        assert words in page
    assert "screening of prime" not in page
    data = {"stage": "prime_identified", "not_applicable": ["funding"]}
    assert anna.post(f"/projects/{suzhou.id}/move", data=data).status_code == 303
    change = db.session.scalars(sa.select(LeadChange)).one()
    assert (suzhou.lead_stage, "funding" in change.skipped) == (LeadStage.prime_identified, False)
    assert "phase" in change.skipped
    assert db.session.scalars(sa.select(Evidence.test)).all() == ["funding"]
    assert "missing: source type" in anna.get(f"/projects/{suzhou.id}").text


def test_move_back_without_a_reason_changes_nothing(anna, actor, suzhou):
    services.move_lead(actor("anna"), suzhou, LeadStage.prime_identified)
    answer = anna.post(f"/projects/{suzhou.id}/move", data={"stage": "lead_heard", "not_applicable": ["source"]})
    assert answer.status_code == 422
    assert (suzhou.lead_stage, count(LeadChange), count(Evidence)) == (LeadStage.prime_identified, 1, 0)


def test_move_refuses_wrong_methods_and_unknown_tests(anna, suzhou):
    assert anna.get(f"/projects/{suzhou.id}/parties/1/remove").status_code == 405
    assert anna.get(f"/projects/{suzhou.id}/tests/moon").status_code == 404


def test_screening_is_marked_by_hand_and_shown_with_the_parties(anna, suzhou):
    assert "No screening recorded." in anna.get(f"/projects/{suzhou.id}").text
    data = {"state": "met", "where": "Consolidated Screening List", "result": "No hit"}
    assert anna.post(f"/projects/{suzhou.id}/tests/screening", data=data).status_code == 303
    page = anna.get(f"/projects/{suzhou.id}").text
    assert "Consolidated Screening List: No hit" in page


def test_party_is_added_changed_and_removed(anna, suzhou, prime, wang):
    base = f"/projects/{suzhou.id}/parties"
    assert anna.post(f"{base}/new", data={"organization_id": prime.id, "role": "prime"}).status_code == 303
    party = db.session.scalars(sa.select(ProjectParty)).one()
    data = {"organization_id": prime.id, "role": "prime", "person_id": wang.id}
    assert anna.post(f"{base}/{party.id}", data=data | {"version": suzhou.version}).status_code == 303
    page = anna.get(f"/projects/{suzhou.id}").text
    assert "Xiaoming Wang" in page
    assert "project owner" not in page
    anna.post(f"{base}/{party.id}", data=data | {"role": "owner", "version": suzhou.version})
    assert "project owner" in anna.get(f"/projects/{suzhou.id}").text
    assert anna.post(f"{base}/{party.id}/remove").status_code == 303
    assert count(ProjectParty) == 0


def test_party_of_another_teams_client_cannot_be_edited(client, actor, suzhou):
    client_firm = add_organization(actor("anna"), {"name": "ClearAir"}, roles=[OrganizationRole.client])
    party = services.save_party(suzhou, {"organization_id": client_firm.id, "role": ProjectRole.subcontractor})
    boris = client.login_as("boris")
    assert boris.get(f"/projects/{suzhou.id}/parties/{party.id}").status_code == 404
    assert boris.post(f"/projects/{suzhou.id}/parties/{party.id}/remove").status_code == 404
    assert count(ProjectParty) == 1


def test_page_counts_only_opportunities_the_reader_may_see(client, actor, suzhou):
    bay = add_organization(actor("boris"), {"name": "Bay Metering"}, roles=[OrganizationRole.client])
    make_opportunity(bay, "Metering", project_id=suzhou.id)
    assert "<b>0 opportunities</b>" in client.login_as("anna").get(f"/projects/{suzhou.id}").text
    client.post("/logout")
    assert "<b>1 opportunity</b>" in client.login_as("boris").get(f"/projects/{suzhou.id}").text


def test_list_filters_and_sorts(clock, anna, actor, suzhou, water):
    me = actor("anna")
    values = {"name": "Astana grid", "country": "KZ", "sectors": [water.id]}
    services.add_project(me, values)
    clock.forward(days=8)
    anna.login_as("anna")
    services.move_lead(me, services.add_project(me, {"name": "Fresh"}), LeadStage.project_verified)
    expected = {
        "country=KZ": ["Astana grid"],
        "stage=project_verified": ["Fresh"],
        f"sector={water.id}": ["Astana grid"],
        "idle=1": ["Astana grid", "Suzhou smart city"],
        "mine=1&sort=-name": ["Suzhou smart city", "Fresh", "Astana grid"],
    }
    names = ("Astana grid", "Fresh", "Suzhou smart city")
    for query, expected_names in expected.items():
        page = anna.get(f"/projects/?{query}").text
        names_on_page = sorted((n for n in names if f">{n}</a>" in page), key=lambda n: page.index(f">{n}</a>"))
        assert names_on_page == expected_names, query
    assert "8 days in stage" in anna.get("/projects/?country=KZ").text


def test_list_filters_by_the_local_bid_deadline(anna, actor, suzhou):
    import datetime as dt

    services.change_project(actor("anna"), suzhou, {"bid_wall": dt.datetime(2026, 12, 18, 1, 0)})
    assert "Suzhou" in anna.get("/projects/?before=2026-12-19").text
    assert "No results match this filter" in anna.get("/projects/?before=2026-12-18").text
    assert anna.get("/projects/?before=soon").status_code == 400


@pytest.mark.parametrize("path", ["/projects/", "/projects/{id}"])
def test_pages_take_the_same_statements_for_few_and_many_rows(anna, actor, sql, suzhou, prime, path):
    me = actor("anna")

    def more(n: int) -> None:
        for i in range(n):
            services.add_project(me, {"name": f"Project {n} {i}"})
            organization = add_organization(me, {"name": f"Firm {n} {i}"})
            services.save_party(suzhou, {"organization_id": organization.id, "role": ProjectRole.designer})
            services.save_need(me, {"title": f"Need {n} {i}", "project_id": suzhou.id})

    def count_statements() -> int:
        assert anna.get(path.format(id=suzhou.id)).status_code == 200
        sql.clear()
        anna.get(path.format(id=suzhou.id))
        return len(sql)

    more(1)
    few = count_statements()
    more(12)
    assert count_statements() == few


def test_value_without_a_currency_asks_for_it(anna, suzhou):
    address, data = f"/projects/{suzhou.id}/edit", {"name": "Suzhou", "value": "24M", "version": suzhou.version}
    answer = anna.post(address, data=data)
    assert (answer.status_code, "Choose a currency." in answer.text) == (422, True)
    assert anna.post("/projects/new", data={"name": "Plant", "value": "24M"}).status_code == 422
    wrong = anna.post(address, data=data | {"heard_on": "soon"})
    assert ("There are 2 problems" in wrong.text, "Choose a currency." in wrong.text) == (True, True)
    wrong = anna.post(address, data=data | {"value": "much"})
    assert ("There is 1 problem" in wrong.text, "Choose a currency." in wrong.text) == (True, False)
    assert anna.post(address, data=data | {"currency": "CNY"}).status_code == 303
    assert "CN¥24M" in anna.get(f"/projects/{suzhou.id}").text


def test_imported_value_without_a_currency_is_no_amount_of_dollars(anna, actor, suzhou):
    services.change_project(actor("anna"), suzhou, {"value": Decimal(24_000_000)})
    page = anna.get(f"/projects/{suzhou.id}").text
    assert ("24,000,000" in page, "$24" in page) == (True, False)
    data = {"name": "Suzhou", "value": "24000000", "city": "Suzhou", "version": suzhou.version}
    assert anna.post(f"/projects/{suzhou.id}/edit", data=data).status_code == 303


def test_text_of_several_lines_keeps_them_on_the_page(anna, actor, suzhou):
    services.change_project(actor("anna"), suzhou, {"description": "Hi Anna,\n\nlot 1: meters\n第二标段"})
    page = anna.get(f"/projects/{suzhou.id}").text
    assert '<span class="keep-lines">Hi Anna,\n\nlot 1: meters\n' in page
