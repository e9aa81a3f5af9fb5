"""Which questions the lists show, on each side of each condition, and which colleagues can be asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.errors import Conflict, Forbidden, Invalid, NotFound
from crm.referrals.queries import get_referral, list_answers_since, list_open_questions, load_referral
from crm.referrals.services import answer_referral, ask_colleague, withdraw_referral
from tests.factories import client_of, make_confidential, organization


def test_open_questions_are_those_to_the_user_oldest_first(actor, people, clock):
    anna, boris, dora = (actor(name) for name in ("anna", "boris", "dora"))
    mill = organization("Mill")
    first, second = (ask_colleague(anna, boris.id, text, mill.id) for text in ("One?", "Two?"))
    answered, gone = (ask_colleague(anna, boris.id, text) for text in ("Answered?", "Withdrawn?"))
    answer_referral(boris, answered, "Yes")
    withdraw_referral(anna, gone)
    ask_colleague(anna, dora.id, "To another one?")
    ask_colleague(boris, anna.id, "From boris?")
    rows = list_open_questions(boris)
    assert [(row.id, row.from_name, row.to_name, row.record) for row in rows] == [
        (first.id, "Anna Reyes", people["boris"].name, "Mill"),
        (second.id, "Anna Reyes", people["boris"].name, "Mill"),
    ]
    for n in range(9):
        ask_colleague(dora, boris.id, f"Question {n}")
    assert [row.id for row in list_open_questions(boris)][:2] == [first.id, second.id]
    assert len(list_open_questions(boris)) == 10


def test_answers_since_a_moment_are_those_to_the_asker(actor, clock):
    anna, boris = actor("anna"), actor("boris")
    early, on_time, recalled = (ask_colleague(anna, boris.id, text) for text in ("Early?", "On time?", "Withdrawn?"))
    ask_colleague(anna, boris.id, "Open?")
    other = ask_colleague(actor("dora"), boris.id, "Of dora?")
    since = business_clock.now() + timedelta(hours=1)
    answer_referral(boris, early, "Yes")
    clock.set(since)
    answer_referral(boris, on_time, "Yes")
    answer_referral(boris, other, "Yes")
    withdraw_referral(anna, recalled)
    assert [(row.id, row.answer, row.closed_at) for row in list_answers_since(anna, since)] == [
        (on_time.id, "Yes", since)
    ]
    assert list_answers_since(boris, since) == []


def test_only_asker_and_colleague_load_a_question(actor):
    anna, boris = actor("anna"), actor("boris")
    row, other = (ask_colleague(anna, boris.id, text) for text in ("One?", "Two?"))
    assert [load_referral(x, row.id).question for x in (anna, boris)] == ["One?", "One?"]
    assert (get_referral(boris, other.id), get_referral(anna, row.id)) == (other, row)
    for viewer, referral_id in ((actor("dora"), row.id), (anna, 999)):
        for load in (load_referral, get_referral):
            with pytest.raises(NotFound):
                load(viewer, referral_id)


def test_closed_question_is_neither_answered_nor_withdrawn(actor):
    anna, boris = actor("anna"), actor("boris")
    row = ask_colleague(anna, boris.id, "One?")
    for change, by in ((answer_referral, anna), (withdraw_referral, boris)):
        with pytest.raises(Forbidden):
            change(by, row, *(["Yes"] if change is answer_referral else []))
    answer_referral(boris, row, "Yes")
    with pytest.raises(Conflict, match="already closed"):
        withdraw_referral(anna, row)
    with pytest.raises(Conflict, match="already closed"):
        answer_referral(boris, row, "No")


def test_colleague_is_active_another_one_and_sees_the_record(session, actor, people):
    anna, secret = actor("anna"), make_confidential(client_of("Inland", counselor=people["anna"]), people["dora"])
    with pytest.raises(Invalid, match="Choose someone else"):
        ask_colleague(anna, anna.id, "Me?")
    with pytest.raises(Invalid, match="doesn't have access to this record"):
        ask_colleague(anna, people["boris"].id, "Boris?", secret.id)
    with pytest.raises(NotFound):
        ask_colleague(actor("boris"), anna.id, "Anna?", secret.id)
    with pytest.raises(Invalid, match="active colleague"):
        ask_colleague(anna, 999, "Nobody?")
    assert ask_colleague(anna, people["dora"].id, "Dora?", secret.id).record_id == secret.id
    people["dora"].active = False
    session.flush()
    with pytest.raises(Invalid, match="active colleague"):
        ask_colleague(anna, people["dora"].id, "Dora?")
