"""Records about a record that becomes confidential are hidden from everyone but its readers."""

from __future__ import annotations

from datetime import date, datetime
from html import unescape

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.policy import may_see
from crm.core.search import search
from crm.followups.services import add_follow_up
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.records.services import set_confidentiality
from tests.factories.opportunities import make_opportunity
from tests.factories.organizations import client_of, organization
from tests.factories.people import person
from tests.factories.products import representation
from tests.factories.records import make_confidential


def visible_ids(viewer) -> set[int]:
    """Return the ids of all records that this actor may see."""
    return set(db.session.scalars(sa.select(Record.id).where(visible(viewer))))


@pytest.fixture
def linked_records(session, people, actor):
    """Return a client of clara with a person, opportunity, interaction and follow-up, all visible to anna."""
    clara = actor("clara")
    organization = client_of("Inland", "Quiet Harbor", counselor=people["clara"])
    zhou = person("Zhou", "Limin", organization=organization)
    deal = make_opportunity(organization, counselor=people["clara"])
    details = InteractionDetails(
        parties=[PartyValues(person_id=zhou.id)], clients=[ClientMinutes(organization.id, contact=20)]
    )
    talk = log_interaction(clara, {"wall": datetime(2026, 3, 9, 10, 0), "subject": "Price talk"}, details)
    follow_up = add_follow_up(clara, {"title": "Send it", "due_on": date(2026, 3, 12)}, about=[organization.id])
    return organization, [deal, talk, follow_up]


def test_dependent_records_follow_confidential_client(linked_records, actor):
    organization, rows = linked_records
    ids = {row.id for row in rows} | {organization.id}
    assert ids <= visible_ids(actor("anna"))
    set_confidentiality(organization, confidential=True, readers=())
    assert not ids & visible_ids(actor("anna"))
    assert ids <= visible_ids(actor("clara"))


@pytest.fixture
def secret_of_two_teams(session, people, actor):
    """Return a follow-up of boris about confidential clients of both teams, and one of the clients."""
    inland, coast = (
        client_of("Inland", "Sierra", counselor=people["anna"]),
        client_of("Bay", "Quiet Harbor", counselor=people["boris"]),
    )
    li = person("Li", "Hui", organization=inland)
    make_confidential(inland, people["boris"])
    values = {"title": "Ask about Quiet Harbor", "due_on": date(2026, 3, 12), "promised_to_id": li.id}
    row = add_follow_up(actor("boris"), values, about=[coast.id])
    assert row.id in visible_ids(actor("clara"))
    set_confidentiality(coast, confidential=True, readers=())
    return row, coast


def test_record_about_confidential_clients_of_two_teams_is_hidden_from_managers(secret_of_two_teams, actor):
    row, _client = secret_of_two_teams
    assert row.id not in visible_ids(actor("clara"))
    assert not may_see(actor("clara"), row)
    assert row.id in visible_ids(actor("boris"))
    assert may_see(actor("boris"), row)


def test_access_page_says_whether_managers_see_the_record(secret_of_two_teams, client):
    client.login_as("boris")
    without, of_one_team = (client.get(f"/records/{row.id}/access").text for row in secret_of_two_teams)
    managers = "Visible only to the counselor, named readers and the team's managers."
    no_managers = "because it is about confidential records of several teams."
    assert (managers in unescape(without), no_managers in unescape(without)) == (False, True)
    assert (managers in unescape(of_one_team), no_managers in unescape(of_one_team)) == (True, False)


def test_derived_dates_of_confidential_client_are_empty(linked_records, actor, session):
    organization, _rows = linked_records
    set_confidentiality(organization, confidential=True, readers=())
    rows = session.execute(
        sa.select(RecordDates.last_interaction_at, RecordDates.next_follow_up_on).where(
            RecordDates.record_id == organization.id
        )
    ).all()
    assert all(last is None and step is None for last, step in rows)


def test_chosen_readers_are_narrowed_and_never_widened(linked_records, people, actor, session):
    organization, (deal, *_rest) = linked_records
    set_confidentiality(deal, confidential=True, readers=[people["dora"].id, people["shen"].id])
    set_confidentiality(organization, confidential=True, readers=[people["anna"].id, people["shen"].id])
    assert deal.id not in visible_ids(actor("anna"))
    assert deal.id not in visible_ids(actor("dora"))
    assert deal.id in visible_ids(actor("shen"))


def test_rep_label_names_client_only_if_all_readers_see_it(session, people):
    client_record = client_of("Inland", "Quiet Harbor", counselor=people["anna"])
    rep = representation(client_record, organization("Eastern Agents"), counselor=people["anna"])
    assert rep.label == "Eastern Agents for Quiet Harbor"
    make_confidential(rep, people["boris"])
    assert rep.label == "Eastern Agents for confidential client"
    make_confidential(rep, people["dora"])
    assert rep.label == "Eastern Agents for Quiet Harbor"
    make_confidential(client_record)
    assert (rep.label, rep.reader_ids) == ("Eastern Agents for Quiet Harbor", frozenset())


def test_interaction_is_not_found_by_name_of_hidden_person(linked_records, people, actor, session):
    _organization, (_deal, talk, _follow_up) = linked_records
    zhou = session.scalars(sa.select(Record).where(Record.label == "Limin Zhou")).one()
    make_confidential(talk, people["anna"])
    assert [row.id for row in search.search(actor("anna"), "Zhou", ["interaction"])] == [talk.id]
    zhou.counselor_id = people["clara"].id
    make_confidential(zhou)
    assert search.search(actor("anna"), "Zhou", ["interaction"]) == []
    assert talk.id not in visible_ids(actor("anna"))
