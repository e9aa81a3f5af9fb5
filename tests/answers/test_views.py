"""Answer links: what they show and do, and that a GET changes nothing."""

from __future__ import annotations

import gzip
import re
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.answers.models import EmailAnswer
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.interactions.models import Interaction, InteractionTime
from crm.interactions.policy import InteractionState
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from tests.answers.conftest import TODAY
from tests.factories import client_of, make_confidential


def test_page_shows_the_item_and_a_get_changes_nothing(client, follow_up, links, session):
    for query in ("", "?do=done", "?do=later", "?do=no-answer", "?do=reassign"):
        response = client.get(links.for_item(follow_up.id) + query)
        assert response.status_code == 200
        assert "Ask Zhou about the samples" in response.text
        assert "<script" not in response.text
    session.refresh(follow_up)
    assert (follow_up.state, follow_up.due_on, follow_up.tries) == (FollowUpState.open, TODAY, 0)
    assert session.query(EmailAnswer).count() == 0


def test_done_saves_the_result_and_can_be_undone(guest, follow_up, links, session):
    path = links.for_item(follow_up.id)
    page = guest(path, do="done", note="3 of 4 passed")
    session.refresh(follow_up)
    assert (follow_up.state, follow_up.result) == (FollowUpState.done, "3 of 4 passed")
    assert "<h1>Done</h1>" in page.text
    page = guest(path + "/undo")
    session.refresh(follow_up)
    assert (follow_up.state, follow_up.result) == (FollowUpState.open, None)
    assert "Mark as done" in page.text


def test_used_link_answers_only_once(guest, follow_up, links, session):
    path = links.for_item(follow_up.id)
    guest(path, do="no-answer")
    page = guest(path, do="no-answer")
    assert "Answered Tue, Mar 10, 10:00 AM" in page.text
    session.refresh(follow_up)
    assert (follow_up.tries, follow_up.due_on) == (1, date(2026, 3, 12))


def test_answered_page_names_the_item_while_undo_would_show_it(guest, client, follow_up, links, clock):
    path = links.for_item(follow_up.id)
    page = guest(path, do="done").text
    assert "Ask Zhou about the samples" in page
    assert f'href="/followups/{follow_up.id}"' in page
    assert "You can undo this for 60 minutes." in page
    clock.forward(minutes=61)
    page = client.get(path).text
    assert "<h1>Done</h1>" in page
    assert "This can no longer be undone." in page
    assert "Ask Zhou" not in page
    assert "followups" not in page


def test_answered_page_does_not_name_an_item_of_another_user(guest, follow_up, links, people):
    page = guest(links.for_item(follow_up.id), do="reassign", counselor_id=people["clara"].id).text
    assert "Reassigned" in page
    assert "Ask Zhou" not in page


def test_answered_page_masks_a_confidential_item(guest, follow_up, links, session):
    make_confidential(session.get(FollowUp, follow_up.id))
    session.commit()
    page = guest(links.for_item(follow_up.id), do="done").text
    assert "Confidential item" in page
    assert "Ask Zhou" not in page


def test_later_takes_a_choice_or_a_date(guest, follow_up, links, session):
    page = guest(links.for_item(follow_up.id), do="later", to="date", due_on="2026-03-20")
    session.refresh(follow_up)
    assert follow_up.due_on == date(2026, 3, 20)
    assert "Postponed to Fri, Mar 20" in page.text


def test_later_on_a_weekend_asks_for_confirmation(guest, follow_up, links, session):
    path = links.for_item(follow_up.id)
    page = guest(path, do="later", to="date", due_on="2026-03-21")
    assert page.status_code == 422
    assert "weekend" in page.text
    guest(path, do="later", to="date", due_on="2026-03-21", confirm_day="y")
    session.refresh(follow_up)
    assert follow_up.due_on == date(2026, 3, 21)


def test_later_shows_the_new_moment_on_both_clocks(client, anna, session, links):
    row = add_follow_up(anna, {"title": "Call", "due_wall": datetime(2026, 3, 11, 9), "zone": "Asia/Shanghai"})
    session.commit()
    page = client.get(links.for_item(row.id) + "?do=later").text
    assert "Wed, Mar 11, 6:00 PM = Thu 9:00 AM Shanghai" in page


def test_reassign_gives_it_to_a_colleague_and_ends_the_link(guest, client, follow_up, links, people, session):
    path = links.for_item(follow_up.id)
    page = guest(path, do="reassign", counselor_id=people["clara"].id)
    session.refresh(follow_up)
    assert follow_up.counselor_id == people["clara"].id
    assert "Reassigned" in page.text


@pytest.mark.parametrize(
    "values", [{"do": "reassign", "counselor_id": 1_000_000}, {"do": "reassign"}, {"do": "yes"}, {}]
)
def test_other_answers_are_refused_and_change_nothing(guest, follow_up, links, session, values):
    assert guest(links.for_item(follow_up.id), **values).status_code == 422
    session.refresh(follow_up)
    assert follow_up.state is FollowUpState.open


def test_closed_item_says_so_without_its_title(client, follow_up, links, session):
    session.get(FollowUp, follow_up.id).state = FollowUpState.done
    session.commit()
    page = client.get(links.for_item(follow_up.id))
    assert "already closed" in page.text
    assert "Ask Zhou" not in page.text


def test_confidential_item_is_masked_on_every_page(guest, client, follow_up, links, session):
    make_confidential(session.get(FollowUp, follow_up.id))
    session.commit()
    path = links.for_item(follow_up.id)
    page = client.get(path).text
    assert "Confidential item" in page
    assert "Ask Zhou" not in page + guest(path, do="done").text
    session.refresh(follow_up)
    assert follow_up.state is FollowUpState.done


def test_interaction_took_place(guest, anna, session, links):
    values = {"state": InteractionState.planned, "zone": "America/Los_Angeles", "wall": datetime(2026, 3, 9, 14)}
    row = log_interaction(anna, values | {"subject": "Redwood call"}, InteractionDetails())
    session.commit()
    guest(links.for_item(row.id), do="yes", minutes="30", note="hs codes")
    stored = session.get(Interaction, row.id)
    session.refresh(stored)
    assert (stored.state, stored.minutes, stored.notes) == (InteractionState.held, 30, "hs codes")


def test_clients_share_the_minutes_of_an_answer(guest, anna, session, links):
    clients = [ClientMinutes(client_of("Inland", name).id) for name in ("Oak Valves", "Pine Pumps")]
    values = {"state": InteractionState.planned, "zone": "America/Los_Angeles", "wall": datetime(2026, 3, 9, 14)}
    row = log_interaction(anna, values | {"minutes": 60}, InteractionDetails(clients=clients))
    session.commit()
    guest(links.for_item(row.id), do="yes", minutes="30")
    times = session.execute(sa.select(InteractionTime.contact, InteractionTime.user_id)).all()
    assert times == [(15, anna.id), (15, anna.id)]


def test_page_is_small(client, follow_up, links):
    page = client.get(links.for_item(follow_up.id)).data
    style = Path("static/theme.css").read_bytes()
    assert len(gzip.compress(page)) + len(gzip.compress(style)) < 20_000


def test_links_end_after_two_weeks(client, follow_up, links, clock):
    clock.forward(days=14)
    assert client.get(links.for_item(follow_up.id)).status_code == 200
    clock.forward(days=1)
    assert client.get(links.for_item(follow_up.id)).status_code == 404


def test_page_of_a_digest_stays_at_the_item_that_was_answered(client, digest, links):
    path, item_id = links.for_digest(), digest["5"].id
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]
    page = client.post(path, data={"csrf_token": token, "do": "done 5"})
    assert page.location == f"{path}#i{item_id}"
    assert f'id="i{item_id}"' in client.get(path).text
    page = client.post(path + "/undo", data={"csrf_token": token, "item": item_id})
    assert page.location == f"{path}#i{item_id}"


def test_expired_form_asks_for_no_sign_in(app, client, follow_up, links, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    path = links.for_item(follow_up.id)
    values = {"do": "done", "note": "3 of 4 passed"}
    page = client.post(path, data=values, headers={"Origin": "http://localhost"})
    assert page.status_code == 400
    assert "Submit again" in page.text
    assert "3 of 4 passed" in page.text
    assert [text for text in ("Sign in", "Email address", "/login") if text in page.text] == []
    page = client.post(path, data=values, headers={"Origin": "null"})
    assert "Submit again" not in page.text
    assert f'href="{path}">Back to form' in page.text
