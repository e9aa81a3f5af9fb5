"""Forged, expired, foreign and ended links are refused alike, without a trace of the record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app

from crm.answers.links import AnswerLinks
from crm.answers.tokens import AnswerToken, TokenPurpose, build_token
from crm.core.data.base import new_uid
from crm.core.data.identity import Membership
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.reminders.covers import add_cover
from tests.answers.conftest import TODAY


@pytest.fixture
def refused(client):
    """Return a function that opens a link, checks that it is refused, and returns the page."""

    def check(path: str) -> str:
        response = client.get(path)
        assert response.status_code == 404
        for text in ("Ask Zhou", "Anna", "followups"):
            assert text not in response.text
        assert client.post(path, data={"do": "done"}).status_code in (400, 404)
        return response.text

    return check


def test_all_refusals_look_the_same(refused, client, follow_up, links, people, session, clock, app_key):
    anna = people["anna"]
    forged = build_token("x" * 40, anna.fs_uniquifier, AnswerToken(TokenPurpose.item, anna.id, follow_up.id, TODAY))
    foreign = AnswerLinks(people["boris"].id, TODAY).for_item(follow_up.id)
    expired = AnswerLinks(anna.id, TODAY - timedelta(days=15)).for_item(follow_up.id)
    future = AnswerLinks(anna.id, TODAY + timedelta(days=3)).for_item(follow_up.id)
    wrong_purpose = build_token(
        app_key, anna.fs_uniquifier, AnswerToken(TokenPurpose.reply_to_item, anna.id, follow_up.id, TODAY)
    )
    missing = links.for_item(2**31 - 1)
    no_user = build_token(app_key, "", AnswerToken(TokenPurpose.item, 2**31 - 1, follow_up.id, TODAY))
    paths = [f"/a/{forged}", foreign, expired, future, f"/a/{wrong_purpose}", missing, f"/a/{no_user}", "/a/x"]
    pages = {refused(path) for path in paths}
    assert len(pages) == 1


def test_link_ends_with_reassignment(refused, follow_up, links, people, session):
    session.get(FollowUp, follow_up.id).counselor_id = people["clara"].id
    session.commit()
    refused(links.for_item(follow_up.id))


def test_link_ends_with_deactivation(refused, follow_up, links, people, session):
    people["anna"].active = False
    session.commit()
    refused(links.for_item(follow_up.id))


def test_link_ends_with_a_new_password(refused, follow_up, links, people, session):
    path = links.for_item(follow_up.id)
    people["anna"].fs_uniquifier = new_uid()
    session.commit()
    refused(path)


def test_link_ends_when_its_record_is_hidden(refused, follow_up, links, people, session):
    path = links.for_item(follow_up.id)
    for membership in session.query(Membership).filter_by(user_id=people["anna"].id):
        session.delete(membership)
    session.commit()
    refused(path)


def test_colleague_who_covers_answers_until_the_cover_ends(client, guest, follow_up, people, actor, session, clock):
    cover = add_cover(actor("anna"), people["clara"].id, TODAY, TODAY)
    session.commit()
    path = AnswerLinks(people["clara"].id, TODAY).for_item(follow_up.id)
    page = client.get(path)
    assert "Ask Zhou" in page.text
    assert "Reassign" not in page.text
    guest(path, do="no-answer")
    session.refresh(follow_up)
    assert (follow_up.tries, follow_up.counselor_id) == (1, people["anna"].id)
    assert cover.id
    clock.forward(days=1)
    other = AnswerLinks(people["clara"].id, TODAY + timedelta(days=1)).for_item(follow_up.id)
    assert client.get(other).status_code == 404


def test_link_is_refused_in_the_browser_of_another_user(client, follow_up, links):
    client.login_as("boris")
    response = client.get(links.for_item(follow_up.id))
    assert response.status_code == 404
    assert "Ask Zhou" not in response.text


def test_link_works_in_the_own_browser(client, follow_up, links):
    assert client.login_as("anna").get(links.for_item(follow_up.id)).status_code == 200


def test_rights_are_those_of_the_moment_of_use(guest, client, anna, follow_up, links, people, session):
    path = links.for_item(follow_up.id)
    page = client.get(path)
    assert page.status_code == 200
    session.get(FollowUp, follow_up.id).counselor_id = people["clara"].id
    session.commit()
    assert guest(path, do="done").status_code in (400, 404)
    session.refresh(follow_up)
    assert follow_up.closed_at is None


def test_undo_link_of_another_user_is_refused(client, guest, follow_up, links, people, session, actor):
    guest(links.for_item(follow_up.id), do="done")
    other = AnswerLinks(people["boris"].id, TODAY).for_undo(1)
    assert client.get(other).status_code == 404
    add_follow_up(actor("boris"), {"title": "Of Boris", "due_on": TODAY})


@pytest.fixture
def app_key(session):
    return current_app.config["SECRET_KEY"]
