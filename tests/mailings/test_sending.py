"""Emails to one person and to a selection: who gets what, once, and the interaction that follows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.mail.outbox.bounces import stop_address
from crm.core.mail.outbox.policy import Audience, MailState
from crm.interactions.models import Interaction, InteractionLink, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionOutcome, InteractionType
from crm.mailings.models import Mailing
from crm.mailings.policy import ExclusionReason, MailingState, RecipientState
from crm.mailings.queries import count_left_today
from crm.mailings.recipients import EmailText
from crm.mailings.services import continue_mailing, send_to_one, start_mailing
from crm.people.policy import ConsentKind
from crm.records.models import ContactPoint
from crm.records.opt_outs import opt_out
from crm.records.policy import ContactMedium, PointLabel
from tests.factories import make_confidential, person
from tests.factories.records import archived, reachable

from .lookups import HELLO, mails, recipients, start


def accept_all(session) -> None:
    for mail in mails(session):
        mail.state, mail.sent_at = MailState.sent, mail.date
    session.commit()


def test_email_to_one_person_is_personal_and_for_outsiders(session, anna, zhou):
    send_to_one(anna, zhou.id, HELLO, language="zh_Hans")
    (mail,) = mails(session)
    assert (mail.address, mail.audience, mail.subject) == ("zhou@huadong.example", Audience.outside, "Samples")
    assert mail.text == "Dear 周经理,\n\nThe samples passed.\n"
    head = mail.mime.decode()
    assert "Reply-To: anna@demo.example" in head
    assert 'From: "Anna' in head
    assert "Causeway" not in head
    assert [word for word in ("List-Unsubscribe", "Auto-Submitted", "3780 Market") if word in head] == []
    assert [row.state for row in recipients(session)] == [RecipientState.queued]


def test_mailing_writes_to_each_in_their_language_with_the_foot(session, anna, zhou, sam, template, run):
    mailing = start(anna, template, zhou, sam)
    run()
    first, second = mails(session)
    assert first.subject == "华东水务 的样品"
    assert first.text.startswith("周经理，您好：\n\n样品合格。\n\nAnna")
    assert second.subject == "Samples for Tri-Valley Sensors"
    assert "Dear Samuel Miller," in second.text
    assert "Inland Trade Center, 3780 Market Street, Suite 200, Riverside, CA 92501" in second.text
    assert "Unsubscribe    http" in second.text
    assert "退订    http" in first.text
    head = second.mime.decode()
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert "List-Unsubscribe: <http" in head
    assert db.session.get_one(Mailing, mailing.id).state is MailingState.sent


def test_accepted_email_is_one_interaction_and_an_unsent_one_is_none(session, anna, zhou, sam, template, run):
    start(anna, template, zhou, sam)
    run()
    assert session.scalar(sa.select(sa.func.count()).select_from(Interaction)) == 0
    accept_all(session)
    run()
    run()
    rows = list(session.scalars(sa.select(Interaction).order_by(Interaction.id)))
    assert [(row.type, row.reached, row.subject) for row in rows] == [
        (InteractionType.email, InteractionOutcome.one_way, "华东水务 的样品"),
        (InteractionType.email, InteractionOutcome.one_way, "Samples for Tri-Valley Sensors"),
    ]
    assert rows[1].notes.startswith("Dear Samuel Miller,")
    assert "Unsubscribe" not in rows[1].notes
    assert {row.team_id for row in rows} == {anna.first_team_id}
    assert set(session.scalars(sa.select(InteractionStaff.user_id))) == {anna.id}
    parties = session.execute(sa.select(InteractionParty.interaction_id, InteractionParty.person_id))
    assert set(parties) == {(rows[0].id, zhou.id), (rows[1].id, sam.id)}
    linked = set(session.scalars(sa.select(InteractionLink.record_id)))
    assert {zhou.id, sam.id} <= linked
    assert [row.interaction_id for row in recipients(session)] == [row.id for row in rows]
    assert {row.state for row in recipients(session)} == {RecipientState.logged}


def test_who_may_not_be_emailed_is_left_out_with_the_reason(session, anna, zhou, sam, template, run, actor):
    plain = reachable(person("Wu", "Min", country="CN"), email="wu@example.cn")
    silent = person("Lu", "Fang", country="US")
    stopped = reachable(person("Chen", "Hao", country="US"), email="chen@example.org")
    opt_out(["CHEN@example.org"])
    gone = archived(reachable(person("Ye", "Lan", country="US"), email="ye@example.org"))
    secret = reachable(person("Tan", "Jia", country="US", team="Inland"), email="tan@example.org")
    secret.counselor_id = anna.id
    make_confidential(secret)
    hidden = reachable(person("Xu", "Bo", country="US", team="Bay"), email="xu@example.org")
    duplicate = reachable(person("Zhou", "Twin", country="CN"), email="zhou@huadong.example")
    duplicate.consent = ConsentKind.card
    people = [zhou, sam, plain, silent, stopped, gone, secret, hidden, duplicate]
    session.flush()
    start(anna, template, *people)
    run()
    reasons = {row.person_id: (row.reason, row.detail) for row in recipients(session) if row.reason}
    assert reasons == {
        plain.id: (ExclusionReason.no_consent, ""),
        silent.id: (ExclusionReason.no_address, ""),
        stopped.id: (ExclusionReason.opted_out, ""),
        gone.id: (ExclusionReason.archived, ""),
        secret.id: (ExclusionReason.confidential, ""),
        duplicate.id: (ExclusionReason.blank_field, "organization"),
    }
    assert hidden.id not in {row.person_id for row in recipients(session)}
    assert [mail.address for mail in mails(session)] == ["zhou@huadong.example", "sam@trivalley.example"]


def test_second_person_with_an_address_is_left_out(session, anna, sam, template, run):
    texts = {"en": EmailText("News", "Hello")}
    duplicate = reachable(person("Miller", "Twin", country="US"), email="SAM@trivalley.example")
    start_mailing(anna, [sam.id, duplicate.id], texts, title="News")
    run()
    assert [(row.person_id, row.reason) for row in recipients(session)] == [
        (sam.id, None),
        (duplicate.id, ExclusionReason.same_address),
    ]


def test_another_address_is_used_when_the_first_one_bounced(session, anna, sam):
    send_to_one(anna, sam.id, HELLO, language="en")
    (mail,) = mails(session)
    stop_address(db.session(), "sam@trivalley.example", "550 no such user", mail.id)
    with pytest.raises(Invalid, match="bounces"):
        send_to_one(anna, sam.id, HELLO, language="en")
    more = ContactPoint(record_id=sam.id, medium=ContactMedium.email, label=PointLabel.home, position=9)
    more.raw = more.value = "sam@home.example"
    session.add(more)
    session.flush()
    send_to_one(anna, sam.id, HELLO, language="en")
    assert [row.address for row in mails(session)] == ["sam@trivalley.example", "sam@home.example"]


def test_who_opts_out_between_start_and_slice_is_left_out(session, anna, zhou, sam, template, run):
    start(anna, template, zhou, sam)
    opt_out(["sam@trivalley.example"])
    run()
    assert [mail.address for mail in mails(session)] == ["zhou@huadong.example"]
    assert recipients(session)[1].reason is ExclusionReason.opted_out


def test_slices_continue_and_a_finished_mailing_sends_nothing_again(session, anna, monkeypatch):
    monkeypatch.setattr("crm.mailings.services.sending.SLICE", 2)
    people = [reachable(person("Row", str(n), country="US"), email=f"row{n}@example.org") for n in range(5)]
    mailing = start_mailing(anna, [row.id for row in people], {"en": EmailText("News", "Hello")}, title="News")
    session.commit()
    steps = []
    while continue_mailing(mailing.id):
        session.commit()
        steps.append(len(mails(session)))
    session.commit()
    assert steps == [2, 4]
    assert len(mails(session)) == 5
    assert not continue_mailing(mailing.id)
    assert len(mails(session)) == 5


def test_mailing_needs_a_postal_address_and_says_where_to_enter_it(session, anna, zhou, template, team):
    team.postal_address = " \n"
    with pytest.raises(Invalid, match="postal address of Inland under Teams"):
        start(anna, template, zhou)
    send_to_one(anna, zhou.id, HELLO, language="en")
    assert len(mails(session)) == 1


def test_limits_per_mailing_and_per_day(session, anna, zhou, sam, template, app, clock, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_MAILING_SIZE", 1)
    with pytest.raises(Invalid, match="at most 1 person"):
        start(anna, template, zhou, sam)
    monkeypatch.setitem(app.config, "CRM_MAILING_SIZE", 300)
    monkeypatch.setitem(app.config, "CRM_MAILING_PER_DAY", 1)
    send_to_one(anna, sam.id, HELLO, language="en")
    monkeypatch.setitem(app.config, "CRM_MAILING_PER_DAY", 2)
    with pytest.raises(Invalid, match="1 more email now"):
        start(anna, template, zhou, sam)
    clock.forward(hours=24)
    assert count_left_today(anna) == 2
    start(anna, template, zhou, sam)
    assert count_left_today(anna) == 0


def test_nobody_left_to_email_is_an_error(anna, template):
    with pytest.raises(Invalid, match="Select other people"):
        start(anna, template, person("Lu", "Fang"))


@pytest.mark.parametrize(
    ("text", "message"),
    [(EmailText("Hi {nme}", "x"), "isn't a field"), (EmailText("Hi", "{organization}"), "Remove {organization}")],
)
def test_unknown_and_blank_fields_are_refused(anna, text, message):
    lu = reachable(person("Lu", "Fang"), email="lu@example.org")
    with pytest.raises(Invalid, match=message):
        send_to_one(anna, lu.id, text, language="en")


@pytest.mark.parametrize("change", ["opted out", "withdrawn"])
def test_one_person_who_wants_no_email_gets_none(session, anna, sam, change):
    if change == "opted out":
        opt_out(["sam@trivalley.example"])
    else:
        sam.consent = ConsentKind.withdrawn
    session.flush()
    with pytest.raises(Invalid, match="No email can be sent"):
        send_to_one(anna, sam.id, HELLO, language="en")
    assert mails(session) == []


def test_confidential_organization_is_not_named_and_its_interaction_is_confidential(session, anna, run):
    from tests.factories import affiliation, client_of

    secret = client_of("Inland", "Zqsecret", counselor=anna)
    make_confidential(secret)
    lee = person("Lee", "Ann", country="US", team="Inland")
    affiliation(lee, secret)
    reachable(lee, email="lee@example.org")
    session.flush()
    with pytest.raises(Invalid, match="Remove"):
        send_to_one(anna, lee.id, EmailText("Hi", "{organization}"), language="en")
    send_to_one(anna, lee.id, EmailText("Hi", "Hello"), language="en")
    accept_all(session)
    run()
    assert session.scalars(sa.select(Interaction)).one().confidential
