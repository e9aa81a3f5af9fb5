"""Pages of needs: adding, listing, and who may see them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.projects import services
from crm.projects.models import Need
from crm.projects.policy import NeedState
from tests.tools.rows import count


def test_need_is_added_from_the_project_and_its_state_set(anna, suzhou):
    page = anna.get(f"/projects/needs/new?project={suzhou.id}").text
    assert "Suzhou smart city" in page
    data = {"title": "Roadside air sensors", "project_id": suzhou.id, "quantity_number": "240", "hs6": "9027.10"}
    assert anna.post("/projects/needs/new", data=data).headers["Location"] == f"/projects/{suzhou.id}"
    need = db.session.scalars(sa.select(Need)).one()
    assert need.hs6 == "902710"
    answer = anna.post(f"/projects/needs/{need.id}/state", data={"state": "matched"})
    assert (answer.status_code, need.state) == (303, NeedState.matched)
    assert anna.post(f"/projects/needs/{need.id}/state", data={"state": "lost"}).status_code == 422
    page = anna.get(f"/projects/needs/{need.id}").text
    assert "Roadside air sensors" in page
    assert "matched" in page.lower()


def test_needs_of_projects_and_organizations_are_listed(client, actor, people, suzhou, prime, secret):
    import datetime as dt

    me, other = actor("anna"), services.add_project(actor("clara"), {"name": "Ningbo water plant"})
    values = {"title": "Level sensors", "hs6": "902610", "needed_by": dt.date(2027, 1, 8), "project_id": other.id}
    services.save_need(me, values)
    services.save_need(me, {"title": "HACCP housing", "organization_id": prime.id, "state": NeedState.filled})
    services.save_need(me, {"title": "Secret pumps", "project_id": secret.id})
    boris = client.login_as("boris")
    expected = {
        "": {"Level sensors", "HACCP housing"},
        "state=open": {"Level sensors"},
        "hs=90.26": {"Level sensors"},
        "before=2027-01-08": set(),
        "before=2027-01-09": {"Level sensors"},
        "q=haccp": {"HACCP housing"},
    }
    for query, titles in expected.items():
        page = boris.get(f"/projects/needs/?{query}").text
        assert {n for n in ("Level sensors", "HACCP housing", "Secret pumps") if f">{n}</a>" in page} == titles, query
    exported = boris.get("/projects/needs/?as=csv").text
    assert ("Ningbo water plant" in exported, "Huayue" in exported, "Secret" in exported) == (True, True, False)


def test_need_for_a_confidential_project_of_others_is_refused(client, secret):
    boris = client.login_as("boris")
    answer = boris.post("/projects/needs/new", data={"title": "Sensors", "project_id": secret.id})
    assert (answer.status_code, count(Need)) == (422, 0)
    assert "Suzhou" not in boris.get(f"/projects/needs/new?project={secret.id}").text


def test_negative_numbers_are_refused(anna, suzhou):
    need = {"title": "Roadside air sensors", "project_id": suzhou.id, "quantity_number": "-1"}
    assert anna.post("/projects/needs/new", data=need).status_code == 422
    answer = anna.post("/projects/new", data={"name": "Plant", "value": "-5", "currency": "USD"})
    assert (answer.status_code, "Enter a value of 0 or more." in answer.text) == (422, True)
    assert count(Need) == 0
