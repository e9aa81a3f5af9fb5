"""A reader who moves to an earlier time zone gets the digest of the day that comes once more, with its own answers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.answers.links import AnswerLinks
from crm.answers.mails import put_reply_report
from crm.answers.policy import report_key
from crm.answers.queries import load_numbers
from crm.answers.tokens import read_token
from crm.core.data.identity import User
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.reminders.kinds import DIGEST, get_kind
from tests.reminders.digest_data import TODAY

SHANGHAI, LA = "Asia/Shanghai", "America/Los_Angeles"
# 7:30 AM on Tuesday, March 10: first in Shanghai, 15 hours later in Los Angeles.
THERE, HERE = datetime(2026, 3, 9, 23, 30, tzinfo=UTC), datetime(2026, 3, 10, 14, 30, tzinfo=UTC)


@pytest.fixture
def move(session, people, anna):
    """Move anna to a time zone, with the working days of the United States."""

    def run(zone: str) -> None:
        people["anna"].zone, people["anna"].country = zone, "US"
        session.commit()

    return run


@pytest.fixture
def digests(session, mails):
    def run(*moments: datetime) -> list[Mail]:
        for moment in moments:
            mails(moment)
        stmt = sa.select(Mail).where(Mail.kind == DIGEST).options(sa.orm.undefer("*")).order_by(Mail.id)
        return list(session.scalars(stmt))

    return run


def owe(anna, title: str, due_on: date = TODAY):
    return add_follow_up(anna, {"title": title, "due_on": due_on})


def test_day_that_comes_once_more_has_a_digest_once(anna, move, digests):
    move(SHANGHAI)
    owe(anna, "Send the price")
    assert len(digests(THERE)) == 1
    move(LA)
    keys = [mail.dedupe_key for mail in digests(HERE, HERE)]
    assert keys == [f"digest:{anna.id}:2026-03-10", f"digest:{anna.id}:2026-03-10/2"]
    explanation = get_kind(DIGEST).explain(anna, None, HERE)
    assert "Today's digest was created." in explanation.reasons


def test_move_right_after_a_digest_sends_no_second_one(anna, move, digests):
    move(SHANGHAI)
    owe(anna, "Send the price", date(2026, 3, 9))
    digests(datetime(2026, 3, 8, 23, 30, tzinfo=UTC), THERE)
    move(LA)
    # 4:40 PM on Monday: the digest of Tuesday was made ten minutes ago.
    moment = datetime(2026, 3, 9, 23, 40, tzinfo=UTC)
    assert len(digests(moment)) == 2
    assert "Today's digest was created." in get_kind(DIGEST).explain(anna, None, moment).reasons


def test_second_digest_of_a_day_has_numbers_of_its_own_and_replaces_the_first(anna, move, digests, session):
    move(SHANGHAI)
    first_row = owe(anna, "Send the price")
    digests(THERE)
    move(LA)
    second_row = owe(anna, "A call to Zhou")
    (first, second) = digests(HERE)
    assert set(load_numbers(anna.id, TODAY).values()) == {first_row.id}
    assert set(load_numbers(anna.id, TODAY, 1).values()) == {first_row.id, second_row.id}
    links = AnswerLinks(anna.id, TODAY, 1)
    assert links.for_digest() in second.text
    assert links.for_digest() not in first.text
    assert read_token(links.for_digest().rpartition("/")[2]).target == 1
    still_wanted = KINDS[DIGEST].still_wanted
    assert [still_wanted(session, mail) for mail in (first, second)] == [False, True]


def test_reply_to_the_second_digest_answers_its_numbers(client, anna, move, digests, session):
    move(SHANGHAI)
    owe(anna, "Send the price")
    digests(THERE)
    move(LA)
    row = owe(anna, "A call to Zhou")
    digests(HERE)
    (number,) = [n for n, target in load_numbers(anna.id, TODAY, 1).items() if target == row.id]
    user = session.get(User, anna.id)
    path = AnswerLinks(user.id, TODAY, 1).for_digest()
    page = client.get(path).text
    assert "A call to Zhou" in page
    assert f'value="done {number}"' in page


def test_undo_on_the_page_of_the_second_digest_undoes_its_item(client, anna, move, digests, session, clock):
    move(SHANGHAI)
    owe(anna, "Send the price")
    digests(THERE)
    move(LA)
    row = owe(anna, "A call to Zhou")
    digests(HERE)
    clock.set(HERE)
    path = AnswerLinks(anna.id, TODAY, 1).for_digest()
    (number,) = [n for n, target in load_numbers(anna.id, TODAY, 1).items() if target == row.id]

    def press(to: str, **values: str) -> None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]
        assert client.post(to, data={"csrf_token": token} | values).status_code == 303
        session.expire_all()

    press(path, do=f"done {number}")
    assert session.get(FollowUp, row.id).state is FollowUpState.done
    press(f"{path}/undo", item=str(row.id))
    assert session.get(FollowUp, row.id).state is FollowUpState.open


def test_replies_to_the_second_digest_have_the_limit_of_digests(anna, people, session):
    token = read_token(AnswerLinks(anna.id, TODAY, 1).for_digest().rpartition("/")[2])
    mail = put_reply_report(people["anna"], [], token, key="x")
    assert mail.dedupe_key == f"{report_key(anna.id, 0, TODAY)}x"
    assert mail.dedupe_key != f"{report_key(anna.id, 1, TODAY)}x"
