"""History in words: labels, names for ids, and nothing the reader may not know."""

from __future__ import annotations

from datetime import date, time

import pytest
import sqlalchemy as sa

from crm.core.data.base import Base
from crm.core.data.history import Audited
from crm.core.data.record import Record, archive_record
from crm.core.policy import SYSTEM
from crm.desk.history import THINGS, changes_of
from crm.followups.services import add_follow_up
from crm.organizations.models import Alias
from crm.people.models import Relation
from crm.people.policy import RelationKind
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, save_party
from crm.records.services import set_confidentiality
from crm.shows.policy import GoingAs
from crm.shows.services import save_going, save_meeting, save_show
from tests.factories import affiliation, client_of, organization, owner, person, relation

MONDAY = date(2026, 12, 14)


def told(actor, record):
    return [(row.what, row.thing, {s.label: (s.old, s.new) for s in row.steps}) for row in changes_of(actor, record)]


def test_codes_names_and_truths_are_words(session, people, actor):
    organization = client_of("Inland", counselor=people["anna"])
    organization.counselor_id = people["dora"].id
    session.flush()
    set_confidentiality(organization, confidential=True, readers=[people["boris"].id])
    archive_record(organization, "Closed")
    session.flush()
    lines = told(actor("dora"), organization)
    assert ("changed", "", {"Counselor": ("Anna Reyes", "Dora Lindqvist")}) in lines
    assert ("changed", "", {"Confidential": ("No", "Yes")}) in lines
    assert ("changed", "", {"Reason for archiving": ("", "Closed")}) in lines
    assert ("created", "Reader", {}) in lines
    assert ("changed", "Client details", {"Status": ("Pre-client", "Client")}) in lines


def test_countries_and_zones_are_read_by_name(session, people, actor):
    firm = organization("Huayue")
    session.flush()
    firm.country, firm.zone = "CN", "Asia/Shanghai"
    session.flush()
    steps = told(actor("dora"), firm)[0][2]
    assert (steps["Country"], steps["Time zone"]) == (("", "China"), ("", "Shanghai"))


def test_what_hangs_on_it_is_named(session, people, actor):
    firm = organization()
    session.add(Alias(organization_id=firm.id, name="HYW"))
    session.flush()
    assert told(actor("anna"), firm)[0] == ("created", "Other name", {"Name": ("", "HYW")})


@pytest.mark.parametrize("removed", [False, True])
def test_jobs_and_relations_of_others_are_not_told(session, people, actor, removed):
    shared = person("Shared", team=None)
    job = affiliation(shared, client_of("Bay", "Foreign"), title="Adviser")
    known = [
        relation(shared, person("Open", team=None), evidence="Open evidence"),
        relation(shared, person("Mate", team=None), RelationKind.schoolmate, team="Bay", evidence="School evidence"),
        relation(shared, person("Foreign", team="Bay"), evidence="Foreign evidence"),
    ]
    if removed:
        for row in (job, *known):
            session.delete(row)
        session.flush()
        assert session.query(Relation).count() == 0
    anna, boris = (str(told(actor(name), shared)) for name in ("anna", "boris"))
    assert "Open evidence" in anna
    for text in ("Adviser", "School evidence", "Foreign evidence"):
        assert text not in anna
        assert text in boris


def test_parent_that_is_unknown_is_not_named(session, people, actor):
    firm = organization()
    firm.parent_id = client_of("Bay", "Foreign Mother").id
    session.flush()
    assert "Foreign Mother" not in str(told(actor("anna"), firm))


def test_history_leaves_out_that_a_hidden_record_was_named(session, people, actor):
    firm, mother = organization(), client_of("Bay", "Foreign Mother", counselor=people["boris"], confidential=True)
    session.flush()
    before = told(actor("anna"), firm)
    firm.parent_id = mother.id
    session.flush()
    assert told(actor("anna"), firm) == before
    assert "Foreign Mother" in str(told(actor("boris"), firm))


def test_page_is_there_for_who_sees_the_record(client, people):
    organization = client_of("Inland", "Tri-Valley <b>")
    url = f"/records/{organization.id}/history"
    assert client.get(url).status_code == 303
    page = client.login_as("anna").get(url)
    assert page.status_code == 200
    assert "Tri-Valley &lt;b&gt;" in page.text
    assert client.post(url).status_code == 405
    assert client.login_as("boris").get(url).status_code == 404


def test_meetings_at_a_show_are_told_to_their_team_alone(session, people, actor):
    show = save_show(SYSTEM, {"name": "Valve Expo", "starts_on": MONDAY, "ends_on": MONDAY, "zone": "Asia/Shanghai"})
    wang = person("Wang", "Lei", at=organization("Huayue"))
    words = {"note": "They pay too much", "interpreter": "Ms. Lu", "people": [wang.id]}
    save_meeting(actor("anna"), show, {"day": MONDAY, "time": time(10), **words})
    session.flush()
    assert "They pay too much" in str(told(actor("anna"), show))
    assert [line for line in told(actor("boris"), show) if line[1] == "Meeting" or "Ms. Lu" in str(line)] == []


def test_what_names_a_hidden_record_is_left_out(session, people, actor):
    shared = organization("Huadong Water")
    bay = client_of("Bay", "Bay Sensors", counselor=people["boris"])
    project = add_project(actor("anna"), {"name": "Water plant"})
    show = save_show(SYSTEM, {"name": "Valve Expo", "starts_on": MONDAY, "ends_on": MONDAY, "zone": "Asia/Shanghai"})
    for firm in (shared, bay):
        save_party(project, {"organization_id": firm.id, "role": ProjectRole.subcontractor})
        save_going(show, {"record_id": firm.id, "going_as": GoingAs.exhibitor, "booth": f"Hall {firm.label}"})
    session.flush()
    for record, thing in ((project, "Party"), (show, "Participants")):
        lines = {name: [line for line in told(actor(name), record) if line[1] == thing] for name in ("anna", "boris")}
        assert (len(lines["anna"]), len(lines["boris"])) == (1, 2)


def test_every_row_that_hangs_on_a_record_has_a_name():
    classes = [c for mapper in Base.registry.mappers if issubclass(c := mapper.class_, Audited)]
    hanging = {c.__tablename__ for c in classes if c.audit_root and not issubclass(c, Record)}
    assert hanging - THINGS.keys() == set()


def test_share_of_a_confidential_owner_is_left_out(session, people, actor):
    firm = client_of("Inland", counselor=people["anna"])
    hidden = client_of("Inland", "Quiet Holding", counselor=people["anna"])
    shown = organization("Open Holding")
    owner(firm, hidden, 40, source="Said by the founder")
    owner(firm, shown, 60, source="Annual report")
    set_confidentiality(hidden, confidential=True, readers=[])

    def owners_for(name):
        return [steps for _what, thing, steps in told(actor(name), firm) if thing == "Owner"]

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
    assert [thing for _what, thing, _steps in told(clara, row)].count("About") == 2
    assert [thing for _what, thing, _steps in told(actor("dora"), row)].count("About") == 1


def test_party_with_a_hidden_person_is_left_out(session, people, actor):
    project = add_project(SYSTEM, {"name": "Suzhou smart city"})
    prime, contact = organization("Open Works"), person("Lu", "Hua", team="Inland", counselor=people["anna"])
    save_party(project, {"organization_id": prime.id, "person_id": contact.id, "role": ProjectRole.prime})
    set_confidentiality(contact, confidential=True, readers=[])
    assert "Party" in [thing for _what, thing, _steps in told(actor("anna"), project)]
    assert "Party" not in [thing for _what, thing, _steps in told(actor("dora"), project)]
