"""The history of a record: labels, names for ids, and nothing that the reader may not see."""

from __future__ import annotations

from datetime import date, time

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import Base
from crm.core.data.history import Audited
from crm.core.data.record import Record, archive_record
from crm.core.policy import SYSTEM
from crm.desk.history import load_history
from crm.desk.history_tables import TABLE_LABELS
from crm.followups.services import add_follow_up
from crm.mailings.recipients import EmailText
from crm.mailings.services import send_to_one
from crm.organizations.models import Alias
from crm.people.models import Affiliation, Relation
from crm.people.policy import RelationKind
from crm.people.services import set_contact_details
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, save_party
from crm.records.models import Attachment
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues, set_confidentiality
from crm.shows.policy import ParticipantRole
from crm.shows.services import save_meeting, save_participant, save_show
from tests.factories import affiliation, client_of, organization, owner, person, relation
from tests.factories.records import reachable

MONDAY = date(2026, 12, 14)


def history_of(actor, record):
    """Action, row and changed values of each entry."""
    entries = load_history(actor, record)
    return [(entry.action, entry.row_label, {f.label: (f.old, f.new) for f in entry.fields}) for entry in entries]


def test_history_writes_codes_names_and_booleans_as_words(session, people, actor):
    organization = client_of("Inland", counselor=people["anna"])
    organization.counselor_id = people["dora"].id
    session.flush()
    set_confidentiality(organization, confidential=True, readers=[people["boris"].id])
    archive_record(organization, "Closed")
    session.flush()
    lines = history_of(actor("dora"), organization)
    assert ("changed", "", {"Counselor": ("Anna Reyes", "Dora Lindqvist")}) in lines
    assert ("changed", "", {"Confidential": ("No", "Yes")}) in lines
    assert ("changed", "", {"Reason for archiving": ("", "Closed")}) in lines
    assert ("created", "Reader", {}) in lines
    assert ("changed", "Client details", {"Status": ("Pre-client", "Client")}) in lines


def test_history_names_countries_and_time_zones(session, people, actor):
    company = organization("Huayue")
    session.flush()
    company.country, company.zone = "CN", "Asia/Shanghai"
    session.flush()
    fields = history_of(actor("dora"), company)[0][2]
    assert (fields["Country"], fields["Time zone"]) == (("", "China"), ("", "Shanghai"))


def test_history_names_the_added_row(session, people, actor):
    company = organization()
    session.add(Alias(organization_id=company.id, name="HYW"))
    session.flush()
    assert history_of(actor("anna"), company)[0] == ("created", "Other name", {"Name": ("", "HYW")})


def test_history_names_an_added_file(session, people, actor):
    company = organization()
    facts = {"media_type": "text/plain", "size": 1, "sha256": "0" * 64, "stored_as": "x", "at": clock.now()}
    session.add(Attachment(record_id=company.id, name="quote.txt", **facts))
    session.flush()
    assert history_of(actor("anna"), company)[0] == ("created", "File", {"Name": ("", "quote.txt")})


@pytest.mark.parametrize("removed", [False, True])
def test_history_leaves_out_positions_and_relations_of_other_teams(session, people, actor, removed):
    shared = person("Shared", team=None)
    job = affiliation(shared, client_of("Bay", "Foreign"), title="Adviser")
    relations = [
        relation(shared, person("Open", team=None), evidence="Open evidence"),
        relation(shared, person("Mate", team=None), RelationKind.schoolmate, team="Bay", evidence="School evidence"),
        relation(shared, person("Foreign", team="Bay"), evidence="Foreign evidence"),
    ]
    if removed:
        for row in (job, *relations):
            session.delete(row)
        session.flush()
        assert session.query(Relation).count() == 0
    anna, boris = (str(history_of(actor(name), shared)) for name in ("anna", "boris"))
    assert "Open evidence" in anna
    for text in ("Adviser", "School evidence", "Foreign evidence"):
        assert text not in anna
        assert text in boris


def test_history_leaves_out_a_hidden_parent(session, people, actor):
    company = organization()
    company.parent_id = client_of("Bay", "Foreign Mother").id
    session.flush()
    assert "Foreign Mother" not in str(history_of(actor("anna"), company))


def test_history_leaves_out_that_a_hidden_record_was_named(session, people, actor):
    company, mother = organization(), client_of("Bay", "Foreign Mother", counselor=people["boris"], confidential=True)
    session.flush()
    before = history_of(actor("anna"), company)
    company.parent_id = mother.id
    session.flush()
    assert history_of(actor("anna"), company) == before
    assert "Foreign Mother" in str(history_of(actor("boris"), company))


def test_history_page_opens_for_readers_of_the_record(client, people):
    organization = client_of("Inland", "Tri-Valley <b>")
    url = f"/records/{organization.id}/history"
    assert client.get(url).status_code == 303
    page = client.login_as("anna").get(url)
    assert page.status_code == 200
    assert "Tri-Valley &lt;b&gt;" in page.text
    assert client.post(url).status_code == 405
    assert client.login_as("boris").get(url).status_code == 404


def test_history_shows_show_meetings_to_their_team_only(session, people, actor):
    show = save_show(SYSTEM, {"name": "Valve Expo", "starts_on": MONDAY, "ends_on": MONDAY, "zone": "Asia/Shanghai"})
    wang = person("Wang", "Lei", organization=organization("Huayue"))
    words = {"note": "They pay too much", "interpreter": "Ms. Lu", "people": [wang.id]}
    save_meeting(actor("anna"), show, {"day": MONDAY, "time": time(10), **words})
    session.flush()
    assert "They pay too much" in str(history_of(actor("anna"), show))
    assert [line for line in history_of(actor("boris"), show) if line[1] == "Meeting" or "Ms. Lu" in str(line)] == []


def test_history_leaves_out_meetings_with_a_hidden_person(session, people, actor):
    show = save_show(SYSTEM, {"name": "Valve Expo", "starts_on": MONDAY, "ends_on": MONDAY, "zone": "Asia/Shanghai"})
    quiet = client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)
    zhou = person("Zhou", "Limin", organization=quiet)
    values = {"day": MONDAY, "time": time(10), "note": "Zhou of Quiet Harbor wants a discount", "people": [zhou.id]}
    save_meeting(actor("anna"), show, values)
    session.flush()
    assert "Zhou of Quiet Harbor" in str(history_of(actor("anna"), show))
    assert "Zhou of Quiet Harbor" not in str(history_of(actor("dora"), show))


def test_history_leaves_out_contact_details_that_reveal_a_confidential_employer(session, people, actor):
    wang = person("Wang", "Lei", organization=organization("Huayue"))
    set_contact_details(
        SYSTEM, wang, [ContactPointValues(ContactMedium.email, PointLabel.work, "wang@quiet.example")], None
    )
    quiet = client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)
    [position] = session.scalars(sa.select(Affiliation).where(Affiliation.person_id == wang.id))
    position.to_on = MONDAY
    affiliation(wang, quiet)
    session.flush()
    assert "wang@quiet.example" in str(history_of(actor("anna"), wang))
    assert (wang.team_id, "quiet" in str(history_of(actor("dora"), wang))) == (None, False)


def test_history_leaves_out_emails_to_an_address_that_reveals_a_confidential_employer(session, people, actor):
    wang = reachable(person("Wang", "Lei", organization=organization("Huayue")), email="wang@quiet.example")
    send_to_one(actor("anna"), wang.id, EmailText("Samples", "Hello"), language="en")
    assert "wang@quiet.example" in str(history_of(actor("dora"), wang))
    quiet = client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)
    [position] = session.scalars(sa.select(Affiliation).where(Affiliation.person_id == wang.id))
    position.to_on = MONDAY
    affiliation(wang, quiet)
    session.flush()
    assert "wang@quiet.example" in str(history_of(actor("anna"), wang))
    assert "quiet" not in str(history_of(actor("dora"), wang))


def test_history_leaves_out_rows_that_name_a_hidden_record(session, people, actor):
    shared = organization("Huadong Water")
    bay = client_of("Bay", "Bay Sensors", counselor=people["boris"])
    project = add_project(actor("anna"), {"name": "Water plant"})
    show = save_show(SYSTEM, {"name": "Valve Expo", "starts_on": MONDAY, "ends_on": MONDAY, "zone": "Asia/Shanghai"})
    for company in (shared, bay):
        save_party(project, {"organization_id": company.id, "role": ProjectRole.subcontractor})
        save_participant(
            show, {"record_id": company.id, "going_as": ParticipantRole.exhibitor, "booth": f"Hall {company.label}"}
        )
    session.flush()
    for record, row_label in ((project, "Party"), (show, "Participant")):
        lines = {
            name: [line for line in history_of(actor(name), record) if line[1] == row_label]
            for name in ("anna", "boris")
        }
        assert (len(lines["anna"]), len(lines["boris"])) == (1, 2)


def test_every_audited_table_has_a_label():
    classes = [c for mapper in Base.registry.mappers if issubclass(c := mapper.class_, Audited)]
    child_tables = {c.__tablename__ for c in classes if c.audit_root and not issubclass(c, Record)}
    assert child_tables - TABLE_LABELS.keys() == set()


def test_history_leaves_out_the_share_of_a_confidential_owner(session, people, actor):
    company = client_of("Inland", counselor=people["anna"])
    hidden = client_of("Inland", "Quiet Holding", counselor=people["anna"])
    visible_owner = organization("Open Holding")
    owner(company, hidden, 40, source="Said by the founder")
    owner(company, visible_owner, 60, source="Annual report")
    set_confidentiality(hidden, confidential=True, readers=[])

    def owners_for(name):
        return [fields for _action, row_label, fields in history_of(actor(name), company) if row_label == "Owner"]

    assert len(owners_for("anna")) == 2
    [only] = owners_for("dora")
    assert "Annual report" in str(only)


def test_follow_up_history_leaves_out_a_confidential_record(session, people, actor):
    clara = actor("clara")
    organization = client_of("Inland", "Quiet Harbor", counselor=people["clara"])
    row = add_follow_up(clara, {"title": "Call", "due_on": MONDAY}, about=[organization.id, client_of("Inland").id])
    session.execute(
        sa.update(Record.__table__).where(Record.__table__.c.id == organization.id).values(confidential=True)
    )
    assert [row_label for _action, row_label, _fields in history_of(clara, row)].count("Related record") == 2
    assert [row_label for _action, row_label, _fields in history_of(actor("dora"), row)].count("Related record") == 1
