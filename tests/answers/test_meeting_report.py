"""The report on a reply about a meeting at a show."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.answers.links import AnswerLinks
from crm.answers.mails import put_reply_report
from crm.answers.policy import meeting_target
from crm.answers.replies import parse_digest_reply
from crm.answers.reply_lines import answer_lines
from crm.answers.tokens import read_token
from crm.core.data.record import Record
from crm.core.mail.outbox.kinds import KINDS
from tests.factories import make_confidential

from .conftest import AFTER_MEETING as AFTER
from .conftest import MEETING_DAY as DAY


@pytest.mark.parametrize("hidden", ["Li Hui", "ClearAir Sensors"])
def test_report_on_a_reply_is_not_sent_once_a_name_in_it_is_confidential(session, anna, people, meeting, clock, hidden):
    clock.set(AFTER)
    numbers = {"1": meeting_target(meeting.id)}
    lines = answer_lines(anna, parse_digest_reply("1 no-show", DAY), numbers, DAY)
    token = read_token(AnswerLinks(people["anna"].id, DAY).for_digest().rpartition("/")[2])
    mail = put_reply_report(people["anna"], lines, token, key="x")
    session.flush()
    still_wanted = KINDS["reply_report"].still_wanted
    assert still_wanted(session, mail)
    record = session.scalars(sa.select(Record).where(Record.label == hidden)).one()
    record.team_id = meeting.team_id
    make_confidential(record)
    session.flush()
    assert not still_wanted(session, mail)
