"""Stages, files and changes of fields in the timeline of a record, each only for those who may see it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.policy import SYSTEM
from crm.followups.services import add_follow_up, complete_follow_up
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ChangedField, OpportunityStage
from crm.opportunities.services import move_opportunity
from crm.organizations.models import Organization
from crm.projects.policy import LeadStage
from crm.projects.services import move_lead
from crm.records.models import Attachment
from tests.factories import archived, client_of, make_confidential, organization, person, reachable
from tests.factories.opportunities import make_opportunity
from tests.reports.conftest import lead

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def anna(client):
    return client.login_as("anna")


@pytest.fixture
def sensors(clock):
    """Return an opportunity of a client of Inland with a shared buyer."""
    buyer = organization("Huayue Municipal")
    return make_opportunity(client_of("Inland", "ClearAir"), "Sensors for Suzhou", buyer_id=buyer.id)


def lines(client, path: str) -> list[str]:
    """Return the texts of the entries of a timeline, without their dates."""
    page = client.get(path)
    assert page.status_code == 200, path
    articles = re.findall(r'<article class="ev".*?</article>', page.text, re.DOTALL)
    texts = (re.sub(r"<time.*?</time>|<[^>]+>", "", article, flags=re.DOTALL) for article in articles)
    return [" ".join(unescape(text).split()) for text in texts]


def attach(record, name: str, *, by=None, moment: datetime | None = None) -> Attachment:
    """Add a file to a record."""
    values = {"media_type": "text/plain", "size": 4, "sha256": "0" * 64, "stored_as": name, "by_id": by}
    row = Attachment(record_id=record.id, name=name, at=moment or now(), **values)
    db.session.add(row)
    db.session.flush()
    return row


def move(row, stage: OpportunityStage, why: str | None = None) -> None:
    """Add a change of stage."""
    change = {"at": now(), "field": ChangedField.stage.value, "old": row.stage.value, "new": stage.value}
    db.session.add(OpportunityChange(opportunity_id=row.id, why=why, **change))
    row.stage = stage
    db.session.flush()


def test_opportunity_shows_its_stages_among_the_other_entries(anna, actor, sensors, clock):
    clock.forward(hours=1)
    complete_follow_up(
        SYSTEM, add_follow_up(SYSTEM, {"title": "Price", "due_on": date(2026, 3, 11)}, about=[sensors.id])
    )
    clock.forward(hours=1)
    move_opportunity(actor("anna"), sensors, OpportunityStage.introduced, why="Wang asked for us")
    path = f"/opportunities/{sensors.id}"
    moved, added = "Matched → Introduced · Anna Reyes · Wang asked for us", "Opportunity added: Matched"
    assert lines(anna, path) == [moved, "Price · Done", added]
    assert lines(anna, f"{path}?tab=stages") == [moved, added]
    assert lines(anna, f"{path}?tab=done") == ["Price · Done"]
    assert lines(anna, f"{path}?find=intro") == lines(anna, f"{path}?find=wang+asked") == [moved]


def test_related_records_show_stages_with_the_opportunity(anna, sensors, clock):
    clock.forward(hours=1)
    move(sensors, OpportunityStage.introduced)
    expected = ["Sensors for Suzhou · Matched → Introduced", "Sensors for Suzhou · Opportunity added: Matched"]
    for organization_id in (sensors.client_id, sensors.buyer_id):
        path = f"/organizations/{organization_id}"
        assert lines(anna, path) == lines(anna, f"{path}?tab=stages&find=suzhou") == expected
        assert f'<a href="/opportunities/{sensors.id}">Sensors for Suzhou</a>\xa0·' in anna.get(path).text


def test_stages_and_files_of_hidden_and_archived_opportunities_are_left_out(anna, client, people, sensors):
    buyer_id = sensors.buyer_id
    bay = make_opportunity(client_of("Bay", "Bay Metering"), "Meters", buyer_id=buyer_id)
    secret = make_opportunity(
        client_of("Inland"), "Secret", buyer_id=buyer_id, counselor=people["clara"], confidential=True
    )
    old = archived(make_opportunity(client_of("Inland"), "Old one", buyer_id=buyer_id))
    for row in (bay, secret, old):
        attach(row, f"{row.title}.txt")
    path = f"/organizations/{buyer_id}"
    for query in ("", "?tab=stages", "?find=matched"):
        assert lines(anna, path + query) == ["Sensors for Suzhou · Opportunity added: Matched"]
    assert lines(anna, f"{path}?tab=files") == lines(anna, f"{path}?find=meters") == []
    assert "Meters · File added: Meters.txt" in lines(client.login_as("boris"), f"{path}?tab=files")
    assert "Secret · Opportunity added: Matched" in lines(client.login_as("clara"), path)
    assert len(lines(client.login_as("anna"), f"/opportunities/{old.id}?tab=stages")) == 1


def test_compliance_sees_stages_of_other_teams_on_hold_but_no_changes(client, people):
    row = make_opportunity(client_of("Bay"), "Meters", stage=OpportunityStage.export_hold, counselor=people["boris"])
    move(row, OpportunityStage.export_hold, why="License?")
    dora = client.login_as("dora")
    path = f"/opportunities/{row.id}"
    assert " · License?" in lines(dora, path)[0]
    assert "?tab=changes" not in dora.get(path).text
    assert lines(dora, f"{path}?tab=changes") == []
    assert "?tab=changes" in client.login_as("boris").get(path).text


def test_project_shows_its_stages_as_a_lead(anna, actor, clock):
    project = lead("Suzhou II")
    clock.forward(hours=1)
    move_lead(actor("anna"), project, LeadStage.project_verified, why="Seen the permit")
    path = f"/projects/{project.id}"
    assert lines(anna, f"{path}?tab=stages&find=permit") == [
        "Lead received → Project verified · Anna Reyes · Seen the permit"
    ]
    assert lines(anna, f"{path}?find=nothing") == []


def test_files_of_record_opportunities_and_interactions(anna, people, sensors, clock):
    buyer = db.session.get_one(Organization, sensors.buyer_id)
    talk = log_interaction(
        SYSTEM,
        {"wall": datetime(2026, 3, 1, 9), "zone": "America/Los_Angeles", "subject": "Visit"},
        InteractionDetails(about=[buyer.id]),
    )
    for minutes, (record, name) in enumerate(((talk, "photo.txt"), (sensors, "quote.txt"), (buyer, "pilot-plan.txt"))):
        attach(record, name, by=people["anna"].id, moment=now() + timedelta(minutes=minutes))
    path = f"/organizations/{buyer.id}"
    own = ["File added: pilot-plan.txt · Anna Reyes", "Sensors for Suzhou · File added: quote.txt · Anna Reyes"]
    assert [line for line in lines(anna, path) if "File" in line] == own
    assert lines(anna, f"{path}?tab=files") == [*own, "Visit · File added: photo.txt · Anna Reyes"]
    assert lines(anna, f"{path}?find=pilot") == lines(anna, f"{path}?tab=files&find=pilot") == own[:1]
    assert len(re.findall(r'<a href="/records/files/\d+">pilot-plan.txt</a>', anna.get(path).text)) == 1


def test_files_of_hidden_interactions_are_left_out(client, people):
    wang = person("Wang", "Xiaoming")
    values = {"wall": datetime(2026, 3, 1, 9), "zone": "America/Los_Angeles", "subject": "Price"}
    team_id = client_of("Inland").team_id
    talks = [
        log_interaction(SYSTEM, values | {"team_id": team_id}, InteractionDetails([PartyValues(wang.id)]))
        for _ in range(3)
    ]
    for row in talks:
        attach(row, f"offer{row.id}.txt")
    make_confidential(talks[1])
    archived(talks[2])
    path = f"/people/{wang.id}?tab=files"
    assert lines(client.login_as("anna"), path) == [f"Price · File added: offer{talks[0].id}.txt"]
    assert lines(client.login_as("boris"), path) == []


def test_changes_name_the_fields_that_the_history_shows(anna, client, people, session):
    act_as(session(), SYSTEM, ChangeSource.web)
    parent = make_confidential(client_of("Bay", "Hidden Group", counselor=people["boris"]))
    row = organization("Huadong Water")
    row.website, row.city, row.parent_id = "https://huadong.example", "Suzhou", parent.id
    db.session.flush()
    reachable(row, email="info@huadong.example")
    path = f"/organizations/{row.id}"
    added, changed, created = lines(anna, f"{path}?tab=changes")
    assert (added, created) == ("Email or phone added · Causeway", "Record created · Causeway")
    assert changed in ("Changed: City, Website · Causeway", "Changed: Website, City · Causeway")
    assert lines(anna, path) == []
    assert lines(anna, f"{path}?tab=changes&find=hidden") == lines(anna, f"{path}?tab=changes&find=parent") == []
    assert lines(anna, f"{path}?tab=changes&find=websi") == [changed]
    assert lines(anna, f"{path}?tab=changes&find=suzhou") == []
    assert f'href="/records/{row.id}/history"' in anna.get(f"{path}?tab=changes").text
