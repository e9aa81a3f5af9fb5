"""The pipeline report on its page and in files; every number opens exactly its records."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.lists.export_log import ExportLog
from crm.impact.policy import MilestoneStatus
from crm.opportunities.policy import OpportunityStage
from tests.factories import client_of
from tests.factories.impact import CONFIRMED, make_milestone
from tests.factories.opportunities import make_opportunity
from tests.reports.conftest import lead

LISTS = "opportunities|reports|interactions|organizations|people|shows|followups|milestones|projects|products|gifts"
LISTS += "|funding/assistance|funding/referrals"
LINK = re.compile(rf'<a (?:class="tile" )?href="(/(?:{LISTS})/[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
COUNT = re.compile(r'<nav class="pager"[^>]*>\s*<span>([\d,+]+) total</span>')


def numbers_of(page):
    """Return address and number of every link of the report that shows a plain number."""
    numbers = []
    for url, inner in LINK.findall(page.split("<main")[1]):
        tile = re.search(r'class="k">([^<]+)</span>\s*<span class="v[^"]*">([^<]+)<', inner)
        text = tile[2] if tile else re.sub(r"<[^>]+>", "", inner)
        number = re.match(r"([\d,]+)(?: \(limit: \d+(?: days)?\)| [a-z][^:]*)?$", text.strip())
        # Jobs are added up: they aren't the number of records.
        if number and "as=" not in url and "jobs=1" not in url:
            numbers.append((unescape(url), int(number[1].replace(",", ""))))
    return numbers


def count_listed(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    count = COUNT.search(answer.get_data(as_text=True))
    return int(count[1].replace(",", "")) if count else 0


@pytest.mark.parametrize(
    ("user", "query"),
    [
        ("anna", ""),
        ("clara", ""),
        ("nora", ""),
        ("dora", ""),
        ("shen", ""),
        ("anna", "?path=direct_sale&period=quarter"),
    ],
)
@pytest.mark.engine_in_turn
def test_every_number_opens_exactly_its_records(client, pipeline, user, query):
    reader = client.login_as(user)
    numbers = numbers_of(reader.get(f"/reports/pipeline{query}").get_data(as_text=True))
    assert len(numbers) > 20
    assert [(url, n) for url, n in numbers if count_listed(reader, url) != n] == []


def test_every_sum_opens_its_opportunities(client, pipeline):
    reader = client.login_as("nora")
    page = reader.get("/reports/pipeline").text
    for name, count in (("where", 3), ("teams", 3), ("counselors", 3), ("closing", 3)):
        body = page.partition(f'id="{name}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
        for line in re.findall(r"<tr>.*?</tr>", body, re.DOTALL):
            numbers = [unescape(x) for x in re.findall(r'<td class="num">(.*?)</td>', line, re.DOTALL)]
            if "No team" not in line:
                assert [n for n in numbers[:count] if n and "href=" not in n] == []
    stages = page.partition('id="where"')[2]
    quoted = next(x for x in re.findall(r"<tr>.*?</tr>", stages, re.DOTALL) if "Quoted" in x)
    urls = [unescape(x) for x in re.findall(r'<td class="num"><a href="([^"]*)"', quoted)]
    assert [count_listed(reader, url) for url in urls[:3]] == [2, 1, 1]


def test_index_leads_to_filed_reports_and_data_quality(client, people):
    page = client.login_as("clara").get("/reports/").text.split("<main")[1]
    assert ('href="/funding/awards/"' in page, 'href="/funding/data-quality"' in page) == (True, True)


def test_staff_sees_the_team_and_that_two_are_confidential(client, pipeline):
    page = client.login_as("anna").get("/reports/pipeline").get_data(as_text=True)
    assert "+2 confidential" in page
    assert "$9M" not in page
    assert "Teams compared at" not in page


def test_summaries_of_one_are_singular(client, people):
    make_opportunity(client_of("Inland"), counselor=people["anna"], days=99)
    lead("Ningbo water", days=99)
    page = client.login_as("anna").get("/reports/pipeline").text
    for answer in (
        "1 counselor has open opportunities.",
        "1 project has no client yet. 1 is overdue in stage.",
        "1 open opportunity closes in another period or has no close date.",
        "1 opportunity is overdue in its stage.",
    ):
        assert answer in page


def test_quarter_shows_amounts_without_a_rate_in_their_currency(client, pipeline):
    page = client.login_as("anna").get("/reports/pipeline").text
    closing = page.partition('id="closing"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    assert ("¥5M" in closing, "$0<" in closing.partition("¥5M")[0].rpartition("<tr>")[2]) == (True, False)


def test_manager_sees_no_count_of_confidential_opportunities(client, pipeline):
    page = client.login_as("clara").get("/reports/pipeline").get_data(as_text=True)
    assert "confidential" not in page.split("<main")[1].replace("confidential=no", "")


def test_network_manager_sees_teams_side_by_side(client, pipeline):
    page = client.login_as("nora").get("/reports/pipeline").get_data(as_text=True)
    assert "Teams compared at" in page
    assert "Bay" in page


def test_confidential_count_is_hidden_under_other_filters(client, pipeline, people):
    anna = client.login_as("anna")
    for query in ("path=project", f"counselor={people['clara'].id}"):
        assert "+2 conf" not in anna.get(f"/reports/pipeline?{query}").get_data(as_text=True)


def test_counselors_of_the_filter_are_those_of_the_teams(client, pipeline, people):
    def offered(user: str, query: str = "") -> set[str]:
        page = client.login_as(user).get(f"/reports/pipeline{query}").text
        select = page.partition('name="counselor"')[2].partition("</select>")[0]
        return set(re.findall(r"<option value=\"\d+\"[^>]*>([^<]+)<", select))

    bay = pipeline["bay"].team_id
    names = {name: user.name for name, user in people.items()}
    assert names["boris"] not in offered("anna")
    assert {names["anna"], names["clara"]} <= offered("anna")
    assert names["boris"] in offered("nora", f"?team={bay}")
    assert names["clara"] not in offered("nora", f"?team={bay}")
    assert names["clara"] in offered("nora", f"?team={bay}&counselor={people['clara'].id}")


def test_leads_are_filtered_by_the_counselor_of_the_report(client, people, clock):
    for name in ("anna", "clara"):
        lead(f"Lead of {name}", days=30).counselor_id = people[name].id
    web = client.login_as("anna")
    page = web.get(f"/reports/pipeline?counselor={people['clara'].id}").text
    leads = page.partition('id="leads"')[2].partition("</section>")[0]
    assert "1 project has no client yet. 1 is overdue in stage." in leads
    assert ">23<" in leads
    list_page = web.get(f"/reports/leads?counselor={people['clara'].id}").text
    assert ("Lead of clara" in list_page, "Lead of anna" in list_page) == (True, False)


def test_what_is_on_hold_is_a_line_outside_the_total(client, people):
    make_opportunity(client_of("Inland"), stage=OpportunityStage.export_hold, amount=5000)
    make_opportunity(client_of("Inland"), stage=OpportunityStage.quoted, amount=100)
    web = client.login_as("anna")
    stages = web.get("/reports/pipeline").text.partition('id="where"')[2].partition("</section>")[0]
    lines = [re.sub(r"<[^>]+>|\s+", " ", line).split() for line in re.findall(r"<tr>.*?</tr>", stages, re.DOTALL)]
    hold = next(line for line in lines if line[:4] == ["On", "hold:", "export", "review"])
    total = next(line for line in lines if line[:1] == ["Total"])
    assert hold[8:10] == ["1", "$5,000"]
    assert total[1:3] == ["1", "$100"]


def test_list_has_the_dollars_and_the_total_of_the_report(client, pipeline):
    web = client.login_as("anna")
    report = web.get("/reports/pipeline").text
    list_page = web.get("/opportunities/?state=open&confidential=no&columns=name,amount,usd").text
    assert "CN¥700K at 0.14" in report.partition('class="tiles"')[2].partition("</div>")[0]
    assert re.search(r'class="k">Open value</span>\s*<span class="v">([^<]+)<', report)[1] == "$198K"
    assert "US$ total $198K + ¥5M" in list_page
    assert "98,000" in list_page


def test_sections_come_in_the_order_of_a_monday(client, pipeline):
    page = client.login_as("nora").get("/reports/pipeline").text
    expected = ["changed", "stuck", "overdue", "closing", "where", "teams", "counselors", "leads"]
    assert re.findall(r'<h2 id="([a-z]+)"', page) == expected
    assert re.findall(r'<a class="link" href="#([a-z]+)"', page) == expected


def test_other_team_and_unknown_values_are_400(client, pipeline, people):
    anna = client.login_as("anna")
    bay = pipeline["bay"].team_id
    queries = [f"team={bay}", "path=x", "period=x", "at=x", "as=doc", "color=red", "counselor=x"]
    assert [anna.get(f"/reports/pipeline?{a}").status_code for a in queries] == [400] * 7


@pytest.mark.parametrize("path", ["/reports/", "/reports/leads", "/reports/overdue-follow-ups", "/reports/pipeline"])
def test_pages_ask_guests_to_sign_in(client, people, path):
    assert (client.get(path).status_code, client.login_as("anna").get(path).status_code) == (303, 200)


def test_report_runs_the_same_number_of_statements_for_many(client, pipeline, sql):
    anna = client.login_as("anna")
    anna.get("/reports/pipeline")
    sql.clear()
    anna.get("/reports/pipeline")
    few = len(sql)
    for _n in range(30):
        make_opportunity(amount=1000)
    sql.clear()
    anna.get("/reports/pipeline")
    assert len(sql) <= few + 35
    # What the arranging above wrote is not the report's: only its own SELECTs are compared.
    sql.clear()
    anna.get("/reports/pipeline")
    assert len(sql) == few


def test_export_of_the_report_is_logged(real_app):
    from tests.fixtures.people import make_people

    with real_app.app_context():
        make_people()
        db.session.commit()
    client = real_app.test_client()
    client.login_as("anna")
    assert client.get("/reports/pipeline?as=csv").status_code == 200
    with real_app.app_context():
        assert db.session.scalars(sa.select(ExportLog.listing)).all() == ["report:pipeline"]


@pytest.mark.usefixtures("clock")
def test_confirmed_jobs_open_the_milestones_that_have_jobs(client, people):
    inland = client_of("Inland")
    confirmed = {"status": MilestoneStatus.actual, **CONFIRMED}
    for title, facts in (("Zqfive", {"jobs": 5, **confirmed}), ("Zqnone", confirmed), ("Zqopen", {"jobs": 2})):
        make_milestone(inland, title, **facts)
    page = client.login_as("clara").get("/reports/results").text
    urls = {unescape(url) for url in re.findall(r'href="(/milestones/[^"]*jobs=1[^"]*)"', page)}
    matches = [{title for title in ("Zqfive", "Zqnone", "Zqopen") if title in client.get(url).text} for url in urls]
    assert (len(urls) >= 2, matches) == (True, [{"Zqfive"}] * len(urls))
