"""The builder of custom reports: what it offers, shows and refuses."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from flask import current_app

from crm.core.words import join_facts
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.interactions.policy import InteractionState, InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.reports.custom.kinds import EXAMPLES, KINDS
from crm.reports.custom.question import OWN_PARAMS, parse_query
from tests.factories import client_of
from tests.factories.impact import make_milestone
from tests.factories.opportunities import make_opportunity
from tests.reports.custom.lookups import BUILD


def test_index_offers_kinds_and_examples(client, people):
    page = client.login_as("anna").get("/reports/custom/").text
    assert all(f"/reports/custom/build/{kind.name}" in page for kind in KINDS)
    assert all(str(example.title) in page for example in EXAMPLES)


def test_examples_can_be_shown(client, deals):
    web = client.login_as("anna")
    assert {web.get(f"/reports/custom/build/{e.kind}?{e.query}").status_code for e in EXAMPLES} == {200}


def test_example_of_interactions_counts_those_that_took_place(client, people, actor, clock):
    for state in InteractionState:
        wall = datetime(2026, 4 if state is InteractionState.planned else 3, 5, 10)
        values = {"wall": wall, "zone": "America/Los_Angeles", "type": InteractionType.call, "state": state}
        log_interaction(actor("anna"), values, InteractionDetails())
    example = next(e for e in EXAMPLES if e.kind == "interactions")
    page = client.login_as("anna").get(f"/reports/custom/build/interactions?{example.query}").text
    assert "Interactions: 1, all in one group: March 2026." in page


def test_report_about_interactions_begins_with_those_that_took_place(client, people):
    web = client.login_as("anna")
    page = web.get("/reports/custom/").text
    links = re.findall(r'href="(/reports/custom/build/(\w+)[^"]*)"\s+aria-label="Custom report', page)
    urls = {kind: url for url, kind in links}
    assert urls["interactions"] == "/reports/custom/build/interactions?state=held"
    assert re.search(r"<b>Status</b>\s*<span>Held</span>", web.get(urls["interactions"]).text)
    assert urls["opportunities"] == "/reports/custom/build/opportunities"


def test_period_of_milestones_is_that_of_their_date(client, people, clock):
    for on in (date(2026, 3, 1), date(2025, 3, 1)):
        make_milestone(client_of("Inland"), on=on, status=MilestoneStatus.expected, country="CN")
    page = client.login_as("anna").get("/reports/custom/build/milestones?by=country&period=this_year").text
    assert "Milestones: 1, all in one group: China." in page
    assert '<option value="on" selected>Date</option>' in page


def test_names_of_filters_are_not_those_of_choices():
    for kind in KINDS:
        assert not {f.name for f in kind.listing.filters} & {*OWN_PARAMS, "as", "saved", "name"}


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


def test_line_of_choices_names_all_and_is_sent_with_each_preview(client, deals):
    web, fragment = client.login_as("anna"), {"HX-Target": "result", "HX-Request": "true"}

    def read_line(query: str, **headers: str) -> str:
        text = re.search(r'<span id="chosen"[^>]*>(.*?)</span>', web.get(f"{BUILD}?{query}", headers=headers).text)
        return re.sub(r"<[^>]+>", "", text[1])

    query = "by=stage&on=close&period=this_year&q=valves&state=open"
    line = join_facts(("Opportunities by stage", "Close date: This year", "Search: valves", "Status: Open"))
    assert read_line(query) == line
    assert read_line(query, **fragment) == line
    assert read_line("by=stage", **fragment) == "Opportunities by stage"
    assert read_line("by=&state=open", **fragment) == ""


@pytest.mark.parametrize(
    "query", ["by=no", "by=stage&by2=no", "measure=sum:no", "show=no", "period=no", "on=no", "color=red"]
)
def test_unknown_choice_is_refused(client, people, query):
    assert client.login_as("anna").get(f"{BUILD}?{query}").status_code == 400


@pytest.mark.parametrize("address", ["/reports/custom/build/users?by=role", "/reports/custom/build/nothing"])
def test_other_lists_have_no_custom_reports(client, people, address):
    assert client.login_as("admin").get(address).status_code == 404


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


def test_question_titles_name_the_groupings(people, actor):
    with current_app.test_request_context():
        question = parse_query("opportunities", "by=stage&by2=close.month&measure=sum:amount", actor("anna"))
    assert question.title == "Sum of amount: Opportunities by stage and close date (month)"


def test_list_opens_the_builder_with_its_filters(client, deals):
    web = client.login_as("anna")
    page = web.get("/opportunities/?state=open&stage=matched&stage=quoted&sort=since").text
    assert f'href="{BUILD}?state=open&amp;stage=matched&amp;stage=quoted"' in page
    assert "custom/build" not in web.get("/opportunities/?in=stage:matched").text
    assert "custom/build" not in web.get("/reports/leads").text


def test_report_by_client_says_that_minutes_are_in_each_group(client, actor, clock):
    clients = [ClientMinutes(client_of("Inland", name).id, 30) for name in ("Sensors", "Valves")]
    when = {"wall": datetime(2026, 3, 9, 9), "zone": "America/Los_Angeles"}
    log_interaction(actor("anna"), when, InteractionDetails(clients=clients))
    web, url = client.login_as("anna"), "/reports/custom/build/interactions?by=client"
    assert "<p>A record can be in several groups. The total" in web.get(url).text
    page = web.get(f"{url}&measure=sum:contact_minutes").text
    assert "<p>Each interaction counts the minutes of all colleagues in it. A record can be in several" in page
    assert "in several groups and counts in full in each. The total counts it once." in page


def test_sum_of_results_of_several_types_warns(client, people):
    web, acme = client.login_as("anna"), client_of("Inland")
    for milestone_type, status in (("contract", "actual"), ("export_sale", "actual"), ("contract", "expected")):
        codes = {"type": MilestoneKind.from_code(milestone_type), "status": MilestoneStatus.from_code(status)}
        make_milestone(acme, **codes, amount=1000)
    url, warning = "/reports/custom/build/milestones?by=country&measure=sum:amount", "although results may overlap"
    for params, names in (
        ("", "“Type” and “Expected or actual”"),
        ("&type=contract", "“Expected or actual”"),
        ("&status=actual", "“Type”"),
        ("&type=contract&status=actual", ""),
    ):
        page = web.get(url + params).text
        assert (f"Several values of {names} are added up, {warning}" in page) if names else (warning not in page), (
            params
        )
    assert warning not in web.get("/reports/custom/build/milestones?by=type").text
    page = web.get("/reports/custom/build/milestones?by=type&by2=status&measure=sum:amount").text
    assert f"Don&#39;t use the totals: they add up several values of “Type” and “Expected or actual”, {warning}" in page
    assert "Filter by one value" not in page


def test_average_of_results_of_several_types_warns(client, people):
    web, acme = client.login_as("anna"), client_of("Inland")
    for status, amount in (("actual", 1000), ("expected", 9000)):
        make_milestone(acme, status=MilestoneStatus.from_code(status), amount=amount)
    url = "/reports/custom/build/milestones?by=country&measure=average:amount"
    text = "averages over several values of “Expected or actual”."
    assert f"These are {text} Filter by one value" in web.get(url).text
    assert text not in web.get(f"{url}&status=actual").text
    page = web.get(url.replace("country", "status")).text
    assert (f"Don&#39;t use the totals: they are {text}" in page, "Filter by one value" in page) == (True, False)
