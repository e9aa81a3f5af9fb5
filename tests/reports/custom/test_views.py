"""The pages of custom reports: build, save, share, change, copy, delete, files, dashboard and email."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import python_calamine
import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import User, actor_of
from crm.core.lists.export_log import ExportLog
from crm.core.mail.outbox.models import Mail
from crm.opportunities.models import Opportunity
from crm.organizations.models import Organization
from crm.reports.custom import build, services
from crm.reports.custom.kinds import EXAMPLES, KINDS
from crm.reports.custom.question import OWN_PARAMS, parse_query
from crm.reports.jobs import plan_report_mails
from crm.reports.models import CustomReport
from crm.reports.policy import EmailInterval
from crm.reports.services import save_choices
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity

BUILD = "/reports/custom/build/opportunities"


@pytest.fixture
def deals(people):
    """Add three opportunities of two stages."""
    client = client_of("Inland", counselor=people["anna"])
    for amount in (1000, 2500, None):
        make_opportunity(client, counselor=people["anna"], amount=amount)
    return people


def saved_report(web, **values) -> CustomReport:
    """Save a report through its form and return it."""
    data = {"kind": "opportunities", "query": "by=stage", "name": "By stage", "team_id": ""} | values
    answer = web.post("/reports/custom/new", data=data)
    assert answer.status_code == 303, answer.text
    return db.session.scalars(sa.select(CustomReport).order_by(CustomReport.id.desc())).first()


def test_index_offers_kinds_and_examples(client, people):
    page = client.login_as("anna").get("/reports/custom/").text
    assert all(f"/reports/custom/build/{kind.name}" in page for kind in KINDS)
    assert all(str(example.title) in page for example in EXAMPLES)


def test_many_values_of_the_second_grouping_are_cut(client, people, monkeypatch):
    monkeypatch.setattr(build, "MAX_COLUMNS", 12)
    for number in range(15):
        client_of("Inland", f"Mill {number:02}", city=f"City {number:02}", country="US")
    address = "/reports/custom/build/organizations?by=country&by2=city"
    page = client.login_as("clara").get(address).text
    legend = page.partition('<ul class="row-x wrap gap4 mb-3">')[2].partition("</ul>")[0]
    assert (legend.count("<li"), "Other" in legend) == (8, True)
    assert "The first 10 columns are shown, XLSX and CSV have 12." in page
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}&as=xlsx").data))
    heads, us = next(
        (rows[i], rows[i + 1])
        for rows in (sheet.get_sheet_by_name(name).to_python() for name in sheet.sheet_names)
        for i in range(len(rows) - 1)
        if "Total" in rows[i]
    )
    assert len([head for head in heads if str(head).startswith("City ")]) == 12
    assert us[heads.index("Total")] == 15


def test_examples_can_be_shown(client, deals):
    web = client.login_as("anna")
    assert {web.get(f"/reports/custom/build/{e.kind}?{e.query}").status_code for e in EXAMPLES} == {200}


def test_names_of_filters_are_not_those_of_choices():
    for kind in KINDS:
        assert not {f.name for f in kind.listing.filters} & {*OWN_PARAMS, "as", "report", "name"}


def test_builder_shows_the_answer_once_a_grouping_is_chosen(client, deals):
    web = client.login_as("anna")
    assert "Choose how to group" in web.get(BUILD).text
    page = web.get(f"{BUILD}?by=stage").text
    assert re.search(r'class="answer"[^>]*>\s*Opportunities: 3, all in one group: Matched', page)
    assert '<option value="stage" selected>' in page


def test_preview_is_a_fragment(client, deals):
    answer = client.login_as("anna").get(f"{BUILD}?by=stage", headers={"HX-Target": "result", "HX-Request": "true"})
    assert "<html" not in answer.text
    assert 'class="answer"' in answer.text


@pytest.mark.parametrize(
    "query", ["by=no", "by=stage&by2=no", "measure=sum:no", "show=no", "period=no", "on=no", "color=red"]
)
def test_unknown_choice_is_refused(client, people, query):
    assert client.login_as("anna").get(f"{BUILD}?{query}").status_code == 400


@pytest.mark.parametrize("address", ["/reports/custom/build/users?by=role", "/reports/custom/build/nothing"])
def test_other_lists_have_no_custom_reports(client, people, address):
    assert client.login_as("admin").get(address).status_code == 404


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
    assert f'name="report" value="{row.id}"' in web.get(f"{BUILD}?by=path&report={row.id}").text
    assert web.post(f"{url}/delete").status_code == 303
    assert web.get(url).status_code == 404


def actor_team(user_id: int) -> int:
    """Return the first team of a user."""
    from crm.core.data.identity import Membership

    return db.session.scalars(sa.select(Membership.team_id).where(Membership.user_id == user_id)).first()


def test_report_needs_a_name_and_choices(client, people):
    web = client.login_as("anna")
    for values in ({"name": ""}, {"query": ""}, {"kind": "opportunities", "query": "by=no"}):
        data = {"kind": "opportunities", "query": "by=stage", "name": "Name"} | values
        assert web.post("/reports/custom/new", data=data).status_code == 422, values
    assert db.session.query(CustomReport).count() == 0


def test_files_have_numbers_with_their_types(client, deals):
    web = client.login_as("anna")
    row = saved_report(web, query="by=stage&measure=sum:amount")
    for address in (f"/reports/custom/{row.id}?as=", f"{BUILD}?by=stage&measure=sum:amount&as="):
        assert web.get(f"{address}pdf").data.startswith(b"%PDF-")
        archive = zipfile.ZipFile(io.BytesIO(web.get(f"{address}csv").data))
        lines = archive.read("groups.csv").decode("utf-8-sig").splitlines()
        assert lines[0] == '"stage","records","sum_amount","sum_amount_currency"'
        assert lines[1] == '"Matched with opportunity","3","3500.00","USD"' or lines[1].endswith('"3","3500.00","USD"')
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(web.get(f"{address}xlsx").data))
        assert book.get_sheet_by_index(1).to_python()[1][1:] == [3.0, 3500.0]
    assert (
        db.session.scalar(sa.select(sa.func.count(ExportLog.id)).where(ExportLog.listing.like("report:custom%"))) == 6
    )
    assert web.get(f"{BUILD}?by=stage&as=exe").status_code == 400
    assert web.get(f"{BUILD}?as=csv").status_code == 400


def test_statements_are_as_many_for_more_records(client, deals, sql):
    web, url = client.login_as("nora"), f"{BUILD}?by=client&by2=counselor&measure=sum:amount"

    def count() -> int:
        web.get(url)
        sql.clear()
        web.get(url)
        return len(sql)

    few = count()
    for name in ("anna", "clara", "boris"):
        make_opportunity(client_of("Inland"), counselor=deals[name], amount=10)
    assert count() == few


def test_report_that_the_reader_cannot_have_says_why(client, people):
    row = saved_report(client.login_as("clara"), kind="milestones", query="by=funder")
    row.team_id = actor_team(people["shen"].id)
    db.session.commit()
    page = client.login_as("shen").get(f"/reports/custom/{row.id}").text
    assert "it uses choices that aren&#39;t available to you: “Funder”" in page
    assert "Edit a copy" not in page


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


@pytest.fixture
def subscriber(peopled, clock):
    """Let Clara get a report of her own and one that isn't available every week; it is Monday, 8 AM in Los Angeles."""
    clock.set(datetime(2026, 3, 9, 15, 0, tzinfo=UTC))
    with peopled.app_context(), current_app.test_request_context():
        clara = db.session.scalars(sa.select(User).where(User.email.like("clara%"))).one()
        actor = actor_of(clara, [actor_team(clara.id)])
        own = services.save_report(actor, "opportunities", "by=stage", {"name": "Deals by stage"})
        broken = services.save_report(actor, "opportunities", "by=stage", {"name": "Broken"})
        broken.query = "by=removed"
        names = [f"custom-{own.id}", f"custom-{broken.id}", "custom-999999"]
        save_choices(clara.id, [], dict.fromkeys(names, EmailInterval.weekly))
        db.session.commit()
    return peopled


def test_report_is_emailed_once_a_week_and_never_empty_or_broken(subscriber, clock):
    def mails() -> list[str]:
        with subscriber.app_context():
            plan_report_mails()
            db.session.rollback()
            return list(db.session.scalars(sa.select(Mail.subject).where(Mail.kind == "reports")))

    assert mails() == []
    clock.set(datetime(2026, 3, 16, 15, 0, tzinfo=UTC))
    with subscriber.app_context():
        make_opportunity(client_of("Inland"), amount=Decimal(100))
        db.session.commit()
    assert mails() == ["Your reports: Deals by stage"]
    assert mails() == ["Your reports: Deals by stage"]
    with subscriber.app_context():
        text = db.session.scalars(sa.select(Mail).where(Mail.kind == "reports")).one()
        assert b"/reports/custom/" in text.mime


def test_question_titles_name_the_groupings(people, actor):
    with current_app.test_request_context():
        question = parse_query("opportunities", "by=stage&by2=close.month&measure=sum:amount", actor("anna"))
    assert question.title == "Sum of Amount: Opportunities by Stage and Close date (month)"


def test_list_opens_the_builder_with_its_filters(client, deals):
    web = client.login_as("anna")
    page = web.get("/opportunities/?state=open&stage=matched&stage=quoted&sort=since").text
    assert f'href="{BUILD}?state=open&amp;stage=matched&amp;stage=quoted"' in page
    assert "custom/build" not in web.get("/opportunities/?in=stage:matched").text
    assert "custom/build" not in web.get("/reports/leads").text


def test_saved_report_names_the_record_of_a_filter(client, deals):
    web = client.login_as("anna")
    row = db.session.scalars(sa.select(Opportunity)).first()
    saved = saved_report(web, query=f"by=stage&client={row.client_id}")
    label = db.session.get(Organization, row.client_id).label
    assert f"Client: {label}" in web.get(f"/reports/custom/{saved.id}").text
