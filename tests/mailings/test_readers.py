"""Who sees what of an email to people: a manager sees no address whose owner's contact details are hidden."""

from __future__ import annotations

from datetime import date

from crm.core import clock
from crm.core.data.base import db
from crm.core.mail.outbox.policy import MailState
from crm.interactions.models import Interaction
from crm.mailings.models import Mailing
from crm.mailings.queries import count_recipients, list_recipients, visible_mailings
from crm.mailings.recipients import EmailText
from crm.mailings.services import send_to_one
from tests.factories import affiliation, client_of, make_confidential, organization, person
from tests.factories.records import reachable

from .lookups import mails


def test_address_is_hidden_from_who_may_not_see_the_contact_details(session, anna, actor):
    xu = reachable(person("Xu", "Bo"), email="xu@secretworks.example")
    affiliation(xu, organization("Port"), to_on=date(2025, 1, 1))
    mailing = send_to_one(anna, xu.id, EmailText("Samples", "Hello"), language="en")
    secret = client_of("Inland", "Secret Works", counselor=anna)
    affiliation(xu, secret)
    make_confidential(secret)
    (mail,) = mails(session)
    mail.state, mail.why_dead = MailState.dead, "550 <xu@secretworks.example> unknown"
    session.flush()
    for reader, address, why in ((anna, "xu@secretworks.example", mail.why_dead), (actor("nora"), "", None)):
        (row,) = list_recipients(reader, mailing.id)
        assert (row.address, row.mail_state, row.why_dead) == (address, MailState.dead, why)


def test_email_is_hidden_with_the_interaction_it_became(session, anna, actor, run, zhou):
    mailing = send_to_one(anna, zhou.id, EmailText("A second plant", "Hello"), language="en")
    (mail,) = mails(session)
    mail.state, mail.sent_at = MailState.sent, clock.now()
    run()
    (row,) = list_recipients(actor("nora"), mailing.id)
    make_confidential(session.get_one(Interaction, row.interaction_id))
    assert list_recipients(anna, mailing.id) == [row]
    assert list_recipients(actor("nora"), mailing.id) == []
    assert count_recipients(actor("nora"), [mailing.id]) == {}
    for viewer, ids in ((anna, [mailing.id]), (actor("nora"), [])):
        assert list(session.scalars(visible_mailings(viewer).with_only_columns(Mailing.id))) == ids


def test_manager_sees_the_mailings_of_the_team_and_nobody_else_s(anna, actor, zhou, sam):
    mailing = send_to_one(anna, zhou.id, EmailText("Samples", "Hello"), language="en")
    other = send_to_one(actor("boris"), zhou.id, EmailText("Prices", "Hello"), language="en")
    visible_ids = {
        name: set(db.session.scalars(visible_mailings(actor(name)).with_only_columns(Mailing.id)))
        for name in ("anna", "boris", "clara", "dora", "nora")
    }
    assert visible_ids == {
        "anna": {mailing.id},
        "boris": {other.id},
        "clara": {mailing.id},
        "dora": set(),
        "nora": {mailing.id, other.id},
    }


def test_former_address_is_hidden(session, anna, zhou):
    mailing = send_to_one(anna, zhou.id, EmailText("Samples", "Hello"), language="en")
    (mail,) = mails(session)
    mail.state, mail.why_dead = MailState.dead, f"550 <{mail.address}> unknown"
    reachable(zhou, email="zhou@new.example")
    session.flush()
    (row,) = list_recipients(anna, mailing.id)
    assert (row.person_id, row.address, row.why_dead) == (zhou.id, "", None)
