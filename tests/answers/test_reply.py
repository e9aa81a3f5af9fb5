"""Handling a reply: what is carried out with whose rights, and the report."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.answers.links import AnswerLinks
from crm.answers.models import EmailAnswer
from crm.core.data.history import Change, ChangeSource
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.interactions.models import InteractionTime
from crm.interactions.policy import InteractionState
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from tests.answers.conftest import TODAY
from tests.factories import client_of, make_confidential

pytestmark = pytest.mark.engine_in_turn


def states(items) -> dict[str, tuple]:
    return {number: (row.state, row.due_on, row.tries) for number, row in items.items()}


def test_reply_to_a_digest_answers_by_number(reply, links, digest, session):
    report = reply(links.reply_to(), "4 done 3 of 4 passed, 5 no answer\n6 thu\n\n> 4 done\n")
    assert states(digest) == {
        "4": (FollowUpState.done, TODAY, 0),
        "5": (FollowUpState.open, date(2026, 3, 12), 1),
        "6": (FollowUpState.open, date(2026, 3, 12), 0),
    }
    assert digest["4"].result == "3 of 4 passed"
    assert report.subject == "3 answers saved"
    for text in (" 4  Ask Zhou about the samples\n    Done", " 6  Price\n    Postponed to Thu, Mar 12"):
        assert text in report.text


def test_clients_share_the_minutes_of_a_reply(reply, links, anna, session):
    clients = [ClientMinutes(client_of("Inland", name).id) for name in ("Oak Valves", "Pine Pumps")]
    values = {"state": InteractionState.planned, "zone": "America/Los_Angeles", "wall": datetime(2026, 3, 9, 14)}
    row = log_interaction(anna, values, InteractionDetails(clients=clients))
    session.commit()
    reply(links.reply_to(row.id), "yes 30m")
    assert (row.state, row.minutes) == (InteractionState.held, 30)
    assert session.scalars(sa.select(InteractionTime.contact)).all() == [15, 15]


def test_each_answer_is_an_action_of_its_own_with_an_undo_link(reply, links, digest, client, session):
    report = reply(links.reply_to(), "4 done, 5 done")
    session.commit()
    undo = re.findall(r"Undo: http://localhost(\S+)", report.text)
    assert len(set(undo)) == 2
    assert "Undo your answer" in client.get(undo[1]).text
    session.refresh(digest["5"])
    assert digest["5"].state is FollowUpState.done
    client.post(undo[1])
    for row in digest.values():
        session.refresh(row)
    assert [row.state.value for row in digest.values()] == ["done", "open", "open"]
    assert "This answer was undone" in client.get(undo[1]).text


def test_changes_are_made_by_the_user_via_email(reply, links, digest, session, anna):
    reply(links.reply_to(), "4 done")
    change = session.scalars(
        sa.select(Change).where(Change.root_id == digest["4"].id).order_by(Change.id.desc())
    ).first()
    assert (change.actor_id, change.via) == (anna.id, ChangeSource.mail)


def test_doubtful_lines_change_nothing_and_are_returned(reply, links, digest, session):
    before = states({"5": digest["5"], "6": digest["6"]})
    report = reply(links.reply_to(), "4 done, 5 sometime, 6 give nobody, 9 done")
    assert states({"5": digest["5"], "6": digest["6"]}) == before
    assert report.subject == "1 answer saved, 3 lines not clear"
    assert "“nobody” isn't a colleague on this team." in report.text
    assert "This one isn't an item" in report.text
    assert "5  sometime" in report.text
    assert links.for_digest() in report.text


@pytest.mark.parametrize("text", ["date.\n> Open: x", "date.\n> Open: x\n\nThis email is confidential."])
def test_reply_without_own_text_adds_no_note(reply, links, follow_up, session, text):
    before = (follow_up.note, follow_up.result)
    assert reply(links.reply_to(follow_up.id), f"> Reply with done, no answer or a\n{text}") is None
    assert (follow_up.note, follow_up.result) == before


def test_answer_below_the_quote_is_carried_out(reply, links, follow_up, session):
    reply(links.reply_to(follow_up.id), "> Reply with done, no answer or a date.\n\ndone")
    assert follow_up.state is FollowUpState.done


def test_single_email_takes_one_line_and_a_note(reply, links, follow_up, session):
    reply(
        links.reply_to(follow_up.id),
        "no answer\nLeft a message with his assistant.\n\nOn Tue, 10 Mar 2026, x wrote:\n> y",
    )
    assert (follow_up.tries, follow_up.note) == (1, "Left a message with his assistant.")


def test_other_text_becomes_a_note_and_the_email_can_still_be_answered(reply, links, follow_up, session):
    report = reply(links.reply_to(follow_up.id), "He is on vacation.")
    assert (follow_up.state, follow_up.note) == (FollowUpState.open, "He is on vacation.")
    assert "Note added" in report.text
    reply(links.reply_to(follow_up.id), "done")
    assert follow_up.state is FollowUpState.done


def test_reply_without_text_changes_nothing(reply, links, follow_up, session):
    assert reply(links.reply_to(follow_up.id), "> quoted only\n") is None
    assert session.query(EmailAnswer).count() == 0


def test_an_item_is_answered_once_by_each_email(reply, links, digest, session):
    reply(links.reply_to(), "5 no answer")
    report = reply(links.reply_to(), "5 no answer again")
    assert digest["5"].tries == 1
    assert "already answered" in report.text


def test_confidential_titles_are_masked_in_the_report(reply, links, digest, session):
    make_confidential(digest["4"])
    report = reply(links.reply_to(), "4 done")
    assert digest["4"].state is FollowUpState.done
    assert "Ask Zhou" not in report.text
    assert "Confidential item" in report.text


@pytest.mark.parametrize("spoil", ["expired", "forged", "user", "link"])
def test_other_addresses_are_refused(reply, links, follow_up, people, session, mailbox, spoil):
    address = links.reply_to(follow_up.id)
    if spoil == "expired":
        address = AnswerLinks(people["anna"].id, TODAY - timedelta(days=15)).reply_to(follow_up.id)
    elif spoil == "forged":
        address = address.replace("@", "a@")[:4] + address[5:]
    elif spoil == "user":
        address = AnswerLinks(people["boris"].id, TODAY).reply_to(follow_up.id)
    else:
        address = f"crm+{links.for_item(follow_up.id).removeprefix('/a/')}@center.example"
    report = reply(address, "done")
    session.refresh(follow_up)
    assert follow_up.state is FollowUpState.open
    assert report is None or "Ask Zhou" not in report.text
    assert session.get(FollowUp, follow_up.id).closed_at is None


def test_reminders_have_a_reply_address_only_with_a_mailbox(session, links):
    assert links.reply_to() == ""
