"""What is about a record that becomes confidential leaves no trace outside its circle."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.search import search
from crm.followups.services import add_follow_up
from crm.interactions.services import ForClient, InteractionDetails, PartyValues, log_interaction
from crm.records.services import set_confidentiality
from tests.factories.opportunities import make_opportunity
from tests.factories.organizations import client_of, organization
from tests.factories.people import person
from tests.factories.products import representation
from tests.factories.records import secluded


def seen_by(who) -> set[int]:
    """Ids of all records this person may see."""
    return set(db.session.scalars(sa.select(Record.id).where(visible(who))))


@pytest.fixture
def bound(session, people, actor):
    """A client of clara's with a person, a case, a contact and a promise, all seen by anna so far."""
    clara = actor("clara")
    organization = client_of("Inland", "Quiet Harbor", counselor=people["clara"])
    who = person("Zhou", "Limin", at=organization)
    deal = make_opportunity(organization, counselor=people["clara"])
    told = InteractionDetails(parties=[PartyValues(person_id=who.id)], clients=[ForClient(organization.id, contact=20)])
    talk = log_interaction(clara, {"wall": datetime(2026, 3, 9, 10, 0), "subject": "Price talk"}, told)
    follow_up = add_follow_up(clara, {"title": "Send it", "due_on": date(2026, 3, 12)}, about=[organization.id])
    return organization, [deal, talk, follow_up]


def test_cases_contacts_and_promises_of_a_client_follow_it(bound, actor):
    organization, rows = bound
    ids = {row.id for row in rows} | {organization.id}
    assert ids <= seen_by(actor("anna"))
    set_confidentiality(organization, confidential=True, readers=())
    assert not ids & seen_by(actor("anna"))
    assert ids <= seen_by(actor("clara"))


def test_derived_dates_leave_no_trace(bound, actor, session):
    organization, _rows = bound
    set_confidentiality(organization, confidential=True, readers=())
    kept = session.execute(
        sa.select(RecordDates.last_interaction_at, RecordDates.next_follow_up_on).where(
            RecordDates.record_id == organization.id
        )
    ).all()
    assert all(last is None and step is None for last, step in kept)


def test_chosen_readers_are_narrowed_and_never_widened(bound, people, actor, session):
    organization, (deal, *_rest) = bound
    set_confidentiality(deal, confidential=True, readers=[people["dora"].id, people["shen"].id])
    set_confidentiality(organization, confidential=True, readers=[people["anna"].id, people["shen"].id])
    assert deal.id not in seen_by(actor("anna"))
    assert deal.id not in seen_by(actor("dora"))
    assert deal.id in seen_by(actor("shen"))


def test_rep_names_its_client_only_while_all_who_read_it_know_the_client(session, people):
    firm = client_of("Inland", "Quiet Harbor", counselor=people["anna"])
    rep = representation(firm, organization("Eastern Agents"), counselor=people["anna"])
    assert rep.label == "Eastern Agents for Quiet Harbor"
    secluded(rep, people["boris"])
    assert rep.label == "Eastern Agents for confidential client"
    secluded(rep, people["dora"])
    assert rep.label == "Eastern Agents for Quiet Harbor"
    secluded(firm)
    assert (rep.label, rep.reader_ids) == ("Eastern Agents for Quiet Harbor", frozenset())


def test_contact_is_not_found_by_the_name_of_one_who_was_hidden_from_its_readers(bound, people, actor, session):
    _organization, (_deal, talk, _promise) = bound
    who = session.scalars(sa.select(Record).where(Record.label == "Limin Zhou")).one()
    secluded(talk, people["anna"])
    assert [row.id for row in search.search(actor("anna"), "Zhou", ["interaction"])] == [talk.id]
    who.counselor_id = people["clara"].id
    secluded(who)
    assert search.search(actor("anna"), "Zhou", ["interaction"]) == []
    assert talk.id not in seen_by(actor("anna"))
