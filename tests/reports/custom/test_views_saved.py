"""Saved custom reports: save, share, change, copy, delete, and on the dashboard."""

from __future__ import annotations

import re

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.merging.queries import build_plan
from crm.merging.services import merge_records
from crm.opportunities.models import Opportunity
from crm.organizations.models import Organization
from crm.records.services import set_tags
from crm.reports.models import CustomReport
from tests.factories import client_of, make_confidential, organization
from tests.reports.custom.lookups import BUILD, actor_team, saved_report


def test_report_is_saved_shared_changed_copied_and_deleted(client, deals):
    web = client.login_as("anna")
    page = web.get(f"{BUILD}?by=stage").text
    save_url = re.search(r'href="(/reports/custom/new\?[^"]+)"', page)[1].replace("&amp;", "&")
    assert 'value="by=stage"' in web.get(save_url).text
    row = saved_report(web)
    url = f"/reports/custom/{row.id}"
    assert "Opportunities: 3" in web.get(url).text
    assert url in web.get("/reports/").text
    assert client.login_as("clara").get(url).status_code == 404
    web = client.login_as("anna")
    team_id = db.session.get(User, row.user_id) and actor_team(row.user_id)
    web.post(f"{url}/edit", data={"kind": row.kind, "query": "by=path", "name": "By path", "team_id": str(team_id)})
    page = client.login_as("clara").get(url).text
    assert "By path" in page
    assert "Edit a copy" in page
    assert "Rename or share" not in page
    for path in (f"{url}/edit", f"{url}/delete"):
        assert client.login_as("clara").post(path, data={"name": "x"}).status_code == 404
    web = client.login_as("anna")
    for name in ("saved", "report"):  # addresses of earlier versions have `report`
        assert f'name="saved" value="{row.id}"' in web.get(f"{BUILD}?by=path&{name}={row.id}").text
    assert web.post(f"{url}/delete").status_code == 303
    assert web.get(url).status_code == 404


def test_report_needs_a_name_and_choices(client, people):
    web = client.login_as("anna")
    for values in ({"name": ""}, {"query": ""}, {"kind": "opportunities", "query": "by=no"}):
        data = {"kind": "opportunities", "query": "by=stage", "name": "Name"} | values
        assert web.post("/reports/custom/new", data=data).status_code == 422, values
    assert db.session.query(CustomReport).count() == 0


def test_report_that_the_reader_cannot_have_says_why(client, people):
    row = saved_report(client.login_as("clara"), kind="milestones", query="by=funder")
    row.team_id = actor_team(people["shen"].id)
    db.session.commit()
    page = client.login_as("shen").get(f"/reports/custom/{row.id}").text
    assert "it uses options that aren&#39;t available to you: “Funder”" in page
    assert "Only Clara Whitfield can edit it." in page
    assert "Edit a copy" not in page


def test_owner_of_a_report_about_a_removed_tag_chooses_again(client, people):
    web = client.login_as("anna")
    tagged = organization("Acme")
    set_tags(tagged, "VIP, Fair")
    row = saved_report(web, kind="organizations", query="by=country&tag=vip&role=client")
    url = f"/reports/custom/{row.id}"
    assert "Organizations: none match" in web.get(url).text
    set_tags(tagged, "Fair")
    page = web.get(url).text
    assert "it uses options that aren&#39;t available to you: “Tag: vip”. They may have been removed." in page
    change_url = re.search(r'href="([^"]+)">Edit report', page)[1].replace("&amp;", "&")
    assert change_url == f"/reports/custom/build/organizations?by=country&role=client&saved={row.id}"
    assert web.get(change_url).status_code == 200


def test_report_about_a_record_that_is_hidden_now_says_so(client, deals):
    row = db.session.scalars(sa.select(Opportunity)).first()
    saved = saved_report(client.login_as("clara"), query=f"by=stage&client={row.client_id}")
    saved.team_id = actor_team(saved.user_id)
    hidden = db.session.get(Organization, row.client_id)
    hidden.counselor_id = deals["clara"].id
    make_confidential(hidden)
    db.session.commit()
    assert "available to you: “Client”." in client.login_as("anna").get(f"/reports/custom/{saved.id}").text
    assert "available to you" not in client.login_as("clara").get(f"/reports/custom/{saved.id}").text


def test_saved_report_names_the_record_of_a_filter(client, deals):
    web = client.login_as("anna")
    row = db.session.scalars(sa.select(Opportunity)).first()
    saved = saved_report(web, query=f"by=stage&client={row.client_id}")
    label = db.session.get(Organization, row.client_id).label
    assert f"Client: {label}" in web.get(f"/reports/custom/{saved.id}").text


def test_saved_report_about_a_merged_record_counts_for_the_survivor(client, deals, actor):
    web, clara = client.login_as("clara"), actor("clara")
    b = db.session.get(Organization, db.session.scalars(sa.select(Opportunity.client_id)).first())
    a = client_of("Inland", "Remaining", counselor=deals["anna"])
    saved = saved_report(web, query=f"by=stage&client={b.id}")
    merge_records(clara, build_plan(clara, a, b, {}))
    db.session.commit()
    page = web.get(f"/reports/custom/{saved.id}").text
    assert "Opportunities: 3" in page
    assert "Client: Remaining" in page
    rows = web.get(f"/opportunities/?client={b.id}").text
    assert len(set(re.findall(r'href="/opportunities/(\d+)"', rows))) == 3


def test_saved_report_is_on_the_dashboard(client, deals):
    web = client.login_as("anna")
    row = saved_report(web)
    assert f'value="custom-{row.id}"' in web.get("/reports/dashboard/edit").text
    assert web.post("/reports/dashboard/edit", data={"dashboard": [f"custom-{row.id}"]}).status_code == 303
    page = web.get("/reports/dashboard").text
    assert f'id="card-custom-{row.id}"' in page
    assert "Opportunities: 3" in page
    other = client.login_as("clara")
    assert other.post("/reports/dashboard/edit", data={"dashboard": [f"custom-{row.id}"]}).status_code == 422


def test_cancel_returns_to_the_report_that_was_built(client, people):
    page = client.login_as("anna").get("/reports/custom/new?kind=organizations&query=by%3Dcounty%26role%3Dclient").text
    assert 'href="/reports/custom/build/organizations?by=county&amp;role=client"' in page
