"""Leads on the page of the post that reported them."""

from __future__ import annotations

from datetime import date

from crm.opportunities.lead_panels import build_reported_leads
from crm.opportunities.policy import OpportunityStage
from crm.projects.services import add_project
from tests.factories import client_of, holder, person, post, post_role
from tests.factories.opportunities import make_opportunity


def read_panel(app, actor, post_row) -> list[str]:
    """Return name and value of each lead, and the summary."""
    with app.test_request_context():
        panel = build_reported_leads(actor, post_row.id)
        lines = [f"{row.name}: {row.lines[-1].pieces[0].text}" for row in panel.rows]
        return lines + [line.pieces[0].text for line in panel.footer]


def test_leads_of_a_post_and_its_officers_show_their_later_value(app, actor, people):
    anna, consulate = actor("anna"), post("Consulate General Chongming")
    before = person("Ellis", "Karen")
    holder(post_role(consulate), before, from_on=date(2022, 1, 1), to_on=date(2025, 1, 1))
    officer = person("Whitcombe", "Daniel", organization=consulate)
    values = {"heard_on": date(2026, 3, 1)}
    plant = add_project(anna, {"name": "Water plant", "source_id": officer.id, **values})
    add_project(anna, {"name": "Old port", "source_id": before.id, "heard_on": date(2024, 3, 1)})
    add_project(anna, {"name": "Metro line", "source_id": consulate.id})
    add_project(anna, {"name": "Elsewhere", "source_id": person("Zhou", "Limin").id, **values})
    client = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    for amount, stage in ((1_200_000, OpportunityStage.contracted), (500, OpportunityStage.quoted)):
        make_opportunity(client, project_id=plant.id, amount=amount, stage=stage, counselor=people["anna"])
    texts = read_panel(app, anna, consulate)
    assert texts == [
        "Water plant: 2 opportunities, $1.2M signed",
        "Old port: Mar 1, 2024, Lead received",
        "Metro line: Lead received",
        "3 leads, 2 opportunities, $1.2M signed",
    ]
    # Other teams see the shared lead without this team's opportunities.
    assert read_panel(app, actor("boris"), consulate)[0] == "Water plant: Mar 1, Lead received"


def test_leads_of_a_confidential_officer_leave_no_trace(app, actor, people):
    consulate = post("Consulate General Chongming")
    officer = person("Whitcombe", "Daniel", team="Inland", counselor=people["anna"], confidential=True)
    holder(post_role(consulate), officer)
    add_project(actor("anna"), {"name": "Water plant", "source_id": officer.id})
    assert read_panel(app, actor("boris"), consulate) == []
