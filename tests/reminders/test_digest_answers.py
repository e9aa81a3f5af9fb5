"""The page of answers of a digest: the same items under the same numbers, answered without signing in."""

from __future__ import annotations

import re
from datetime import timedelta

import sqlalchemy as sa

from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from tests.factories import make_confidential
from tests.reminders.digest_data import MORNING, TODAY, add_digest_items, html_of


def page_of(mail) -> str:
    return re.search(r"http://localhost(/a/\w+)\n", mail.text)[1]


def items_of(page: str) -> dict[str, str]:
    return dict(re.findall(r"<h2 id=\"i\d+\">(\d+)\. ([^<]+)</h2>", page))


def test_page_has_the_numbers_of_the_email(mails, anna, people, actor, session, client):
    add_digest_items(anna, people, actor, session)
    digest = mails()["digest"]
    page = client.get(page_of(digest)).text
    items = items_of(page)
    assert items
    assert list(items) == sorted(digest.numbered, key=int)
    for number, title in items.items():
        assert re.search(rf"^ ?{number}  .*{title}", digest.text, re.MULTILINE)


def test_numbers_stay_after_answers(mails, anna, people, actor, session, client, clock):
    add_digest_items(anna, people, actor, session)
    digest = mails()["digest"]
    path = page_of(digest)
    before = items_of(client.get(path).text)
    number = next(n for n, title in before.items() if title == "HS note")
    page = client.post(path, data={"do": f"done {number}"}, follow_redirects=True).text
    assert items_of(page) == before
    row = session.scalars(sa.select(FollowUp).where(FollowUp.title == "HS note")).one()
    assert row.state is FollowUpState.done
    item = page.partition(f"{number}. HS note")[2].partition("</section>")[0]
    assert "<b>Done</b>" in item
    client.post(f"{path}/undo", data={"item": row.id})
    session.refresh(row)
    assert row.state is FollowUpState.open


def test_no_answer_and_wrong_buttons(mails, anna, people, actor, session, client):
    add_digest_items(anna, people, actor, session)
    path = page_of(mails()["digest"])
    number = next(n for n, title in items_of(client.get(path).text).items() if title == "HS note")
    for text in ("done 99", "done", "later 1", "reassign 2", "x", f"yes {number}"):
        assert client.post(path, data={"do": text}).status_code in (200, 422)
    row = session.scalars(sa.select(FollowUp).where(FollowUp.title == "HS note")).one()
    assert (row.state, row.tries) == (FollowUpState.open, 0)
    client.post(path, data={"do": f"no-answer {number}"})
    session.refresh(row)
    assert (row.tries, row.due_on) == (1, TODAY + timedelta(days=2))


def test_confidential_item_is_masked_in_the_email_and_on_the_page(mails, anna, session, client):
    row = add_follow_up(anna, {"title": "Secret plan", "due_on": TODAY})
    make_confidential(row)
    digest = mails()["digest"]
    page = client.get(page_of(digest)).text
    assert "Secret plan" not in digest.text + html_of(digest) + page
    assert items_of(page) == {"1": "Confidential item"}
    assert digest.numbered == {"1": row.id}


def test_items_of_others_leave_no_trace(mails, anna, people, session, client):
    own_item = add_follow_up(anna, {"title": "Stays", "due_on": TODAY})
    gone = add_follow_up(anna, {"title": "Given away", "due_on": TODAY})
    path = page_of(mails()["digest"])
    session.get(FollowUp, gone.id).counselor_id = people["clara"].id
    session.commit()
    page = client.get(path).text
    assert "Given away" not in page
    assert list(items_of(page).values()) == [own_item.title]


def test_page_takes_the_same_statements_for_many_items(mails, anna, client, sql, clock):
    add_follow_up(anna, {"title": "One", "due_on": TODAY})
    path = page_of(mails()["digest"])
    client.get(path)
    sql.clear()
    client.get(path)
    few = len(sql)
    for n in range(20):
        add_follow_up(anna, {"title": f"More {n}", "due_on": TODAY + timedelta(days=1)})
    path = page_of(mails(MORNING + timedelta(days=1))["digest"])
    client.get(path)
    sql.clear()
    page = client.get(path).text
    assert len(items_of(page)) == 21
    assert len(sql) == few
