"""Panels of record pages: what is left out, and what a row of a hidden record shows."""

from __future__ import annotations

from datetime import date

from crm.core.i18n.formats import breakable_address, day
from crm.core.web.panels import Fact, Facts, NextStepIndicator, Panel, PanelRow, Span, TextPanel, note, record_row
from crm.desk.panel_plans import arrange
from crm.desk.panels import organization_panels
from crm.desk.profiles import load_organization_profile
from crm.desk.queries import load_record_summary
from crm.organizations.models import Organization
from crm.people.models import Person
from tests.factories import client_of, organization, representation

TODAY = date(2026, 3, 10)


def panels_of(actor, row, today):
    summary = load_record_summary(actor, row)
    return organization_panels(actor, row, summary, load_organization_profile(actor, row, today)).build()


def test_facts_leave_out_labels_without_a_value():
    facts = Facts("Product", (Fact("NAICS", ""), Fact("ECCN", "EAR99"), Fact("Capacity", None)))
    assert [fact.label for fact in facts.visible_pairs] == ["ECCN"]


def test_fact_of_a_column_has_its_label_and_its_value_by_type(app):
    row = Organization(website="https://www.huayue.example/", postal_code="310000")
    website = Span(breakable_address("huayue.example"), url="https://www.huayue.example/", css="link")
    facts = [Fact.of(row, Organization.website), Fact.of(row, Organization.postal_code)]
    assert [(str(fact.label), fact.value) for fact in facts] == [("Website", website), ("ZIP or postal code", "310000")]
    with app.test_request_context():
        assert Fact.of(Person(consent_on=date(2026, 12, 8)), Person.consent_on).value == day(date(2026, 12, 8))


def test_arrange_leaves_out_panels_with_nothing_to_show():
    empty, explained = Panel("Projects"), Panel("Agreements", empty="No agreement yet.")
    plan = arrange(
        on_left=[lambda: Facts("Client", ()), None, lambda: explained],
        on_right=[lambda: empty],
        above=[lambda: TextPanel("Notes")],
    )
    panels = plan.build()
    assert (panels.left, panels.right, panels.above, panels.below) == ((explained,), (), (), ())


def test_panel_without_rows_is_shown_where_a_row_may_be_added():
    assert [bool(Panel("Products")), bool(Panel("Products", add_url="/products/new"))] == [False, True]


def test_note_joins_texts_that_are_not_empty():
    assert [line.pieces for line in note("Agent", None, "", "East")] == [(Span("Agent, East"),)]
    assert note(None, "") == ()


def test_record_row_links_to_the_page_of_its_kind(app):
    with app.test_request_context():
        row = record_row("person", 7, "Li Wei", "李伟", "Director")
    assert row == PanelRow(Span("Li Wei", url="/people/7", native="李伟"), avatar="person", lines=note("Director"))


def test_light_without_a_due_date_has_no_next_step(app):
    with app.test_request_context():
        assert NextStepIndicator.of(None) == NextStepIndicator("none", "No next step")


def test_only_clients_have_agreements_and_products(app, people, actor):
    anna = actor("anna")
    with app.test_request_context():
        titles = [
            {str(panel.title) for panel in (*panels.left, *panels.right) if hasattr(panel, "title")}
            for panels in (
                panels_of(anna, client_of("Inland", counselor=people["anna"]), TODAY),
                panels_of(anna, organization("Huayue"), TODAY),
            )
        ]
    assert [{"Agreements", "Products"} <= each for each in titles] == [True, False]


def test_china_reps_are_the_first_panel_beside_the_timeline_of_a_client(app, people, actor):
    with app.test_request_context():
        panels = panels_of(actor("anna"), client_of("Inland", counselor=people["anna"]), TODAY).right
    assert [str(panel.title) for panel in panels[:2]] == ["China reps", "Opportunities"]


def test_china_rep_of_a_hidden_client_is_not_in_the_panels_of_others(app, people, actor):
    agent = organization("Harbor Agents")
    representation(client_of("Bay", "Redwood Filters", counselor=people["boris"]), agent)
    with app.test_request_context():
        reps = {
            name: [panel for panel in panels_of(actor(name), agent, TODAY).right if panel.title == "China reps"]
            for name in ("anna", "boris")
        }
    assert (len(reps["anna"]), len(reps["boris"][0].rows)) == (0, 1)
