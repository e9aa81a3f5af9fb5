"""History in words: labels, names for ids, and nothing the reader may not know."""

from __future__ import annotations

import pytest

from crm.core.record import archive_record
from crm.desk.changes import changes_of
from crm.organizations.models import Alias
from crm.people.models import Relation
from crm.people.policy import RelationKind
from crm.records.services import set_sight
from tests.factories import affiliation, client_of, organization, person, relation


def told(actor, record):
    return [(row.what, row.thing, {s.label: (s.old, s.new) for s in row.steps}) for row in changes_of(actor, record)]


def test_codes_names_and_truths_are_words(session, people, actor):
    firm = client_of("Inland", counselor=people["anna"])
    firm.counselor_id = people["dora"].id
    session.flush()
    set_sight(firm, confidential=True, readers=[people["boris"].id])
    archive_record(firm, "Closed")
    session.flush()
    lines = told(actor("dora"), firm)
    assert ("changed", "", {"Counselor": ("Anna Reyes", "Dora Lindqvist")}) in lines
    assert ("changed", "", {"Confidential": ("No", "Yes")}) in lines
    assert ("changed", "", {"Why archived": ("", "Closed")}) in lines
    assert ("created", "Reader", {}) in lines
    assert ("changed", "As client", {"Status": ("Pre-client", "Client")}) in lines


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


def test_page_is_there_for_who_sees_the_record(client, people):
    firm = client_of("Inland", "Tri-Valley <b>")
    url = f"/records/{firm.id}/history"
    assert client.get(url).status_code == 303
    page = client.login_as("anna").get(url)
    assert page.status_code == 200
    assert "Tri-Valley &lt;b&gt;" in page.text
    assert client.post(url).status_code == 405
    assert client.login_as("boris").get(url).status_code == 404
