"""What an answer changes: the note, the result, who may answer, and for how long it can be undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crm.answers.models import EmailAnswer
from crm.answers.policy import MAX_NOTE_CHARS, MAX_RESULT_CHARS, AnswerAction, AnswerChannel, AnswerValues
from crm.answers.queries import list_answers, list_colleagues, list_items, load_numbers
from crm.answers.services import answer_item, undo_answer
from crm.core.data.history import ChangeSource, act_as
from crm.core.errors import Conflict, Invalid
from crm.core.i18n.formats import as_read_by
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.put import put_mail
from crm.followups.enums import FollowUpSide, FollowUpState
from crm.followups.services import add_follow_up
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState, InteractionType
from crm.interactions.services import InteractionDetails, log_interaction
from crm.records.policy import UNDO_MINUTES
from tests.factories import archived, make_confidential

from .conftest import TODAY


@pytest.fixture
def answer(session, anna):
    """Answer an item as Anna by a link of today's email; return the answer."""

    def run(row, action: AnswerAction, *, made_on: date = TODAY, **values) -> EmailAnswer:
        act_as(session(), anna, ChangeSource.mail)
        item = list_items(anna, [row.id])[row.id]
        return answer_item(anna, item, AnswerValues(action, **values), made_on=made_on, channel=AnswerChannel.link)

    return run


@pytest.fixture
def plan(actor, clock):
    """Return a function that plans a call of a user two hours ago, with notes."""

    def add(name: str) -> Interaction:
        values = {"type": InteractionType.call, "wall": datetime(2026, 3, 10, 8, 0), "zone": "America/Los_Angeles"}
        values |= {"state": InteractionState.planned, "subject": "Samples", "notes": "Agenda"}
        return log_interaction(actor(name), values, InteractionDetails(staff_ids=[actor(name).id]))

    return add


@pytest.fixture
def planned(plan):
    return plan("anna")


@pytest.mark.parametrize(
    ("action", "values"),
    [
        (AnswerAction.later, {"due": date(2026, 3, 12)}),
        (AnswerAction.no_answer, {}),
        (AnswerAction.note, {}),
    ],
)
def test_note_stands_below_the_existing_one(answer, follow_up, action, values):
    follow_up.note = "Ask for photos"
    answer(follow_up, action, note="On vacation", **values)
    assert (follow_up.note, follow_up.state) == ("Ask for photos\nOn vacation", FollowUpState.open)


def test_reassigned_follow_up_has_the_note_and_its_new_counselor(answer, follow_up, people, anna):
    answer(follow_up, AnswerAction.reassign, note="Yours?", counselor_id=people["clara"].id)
    assert (follow_up.note, follow_up.counselor_id) == ("Yours?", people["clara"].id)
    assert list_items(anna, [follow_up.id]) == {}


@pytest.mark.parametrize(
    ("action", "values", "field"),
    [
        (AnswerAction.reassign, {}, "counselor_id"),
        (AnswerAction.later, {}, "due_on"),
        (AnswerAction.note, {}, "note"),
        (AnswerAction.note, {"note": "x" * (MAX_NOTE_CHARS + 1)}, "note"),
        (AnswerAction.held, {}, None),
    ],
)
def test_incomplete_answer_changes_nothing(answer, follow_up, session, action, values, field):
    with pytest.raises(Invalid) as refused:
        answer(follow_up, action, **values)
    assert (refused.value.field, follow_up.note, session.query(EmailAnswer).count()) == (field, None, 0)


def test_oneself_is_no_colleague(answer, follow_up, anna):
    with pytest.raises(Invalid, match="colleague"):
        answer(follow_up, AnswerAction.reassign, counselor_id=anna.id)


@pytest.mark.parametrize("length", [MAX_RESULT_CHARS, MAX_RESULT_CHARS + 1])
def test_long_result_becomes_the_note(answer, follow_up, length):
    text = "x" * length
    answer(follow_up, AnswerAction.done, note=text)
    fits = length == MAX_RESULT_CHARS
    assert (follow_up.result, follow_up.note) == ((text, None) if fits else (None, text))


@pytest.mark.parametrize(
    ("action", "state", "summary"),
    [
        (AnswerAction.held, InteractionState.held, "Took place"),
        (AnswerAction.not_held, InteractionState.canceled, "Didn't take place"),
        (AnswerAction.canceled, InteractionState.canceled, "Didn't take place"),
        (AnswerAction.note, InteractionState.planned, "Note added"),
    ],
)
def test_planned_interaction_is_resolved_with_a_note(answer, planned, action, state, summary):
    stored = answer(planned, action, note="All passed")
    assert (planned.state, planned.notes, stored.summary) == (state, "Agenda\nAll passed", summary)


def test_item_is_answered_once_by_each_email_and_a_note_is_no_answer(answer, anna, follow_up):
    answer(follow_up, AnswerAction.note, note="One")
    assert list_answers(anna.id, [follow_up.id], TODAY) == {}
    stored = answer(follow_up, AnswerAction.no_answer)
    with pytest.raises(Conflict):
        answer(follow_up, AnswerAction.no_answer)
    answers = list_answers(anna.id, [follow_up.id], TODAY)
    assert {target: (row.id, row.can_undo) for target, row in answers.items()} == {follow_up.id: (stored.id, True)}
    assert list_answers(anna.id + 1, [follow_up.id], TODAY) == list_answers(anna.id, [follow_up.id + 1], TODAY) == {}
    answer(follow_up, AnswerAction.no_answer, made_on=TODAY + timedelta(days=1))
    assert follow_up.tries == 2


def test_undone_answer_can_be_given_again(answer, anna, actor, follow_up, session):
    stored = answer(follow_up, AnswerAction.no_answer)
    assert undo_answer(actor("clara"), stored.id) is None
    assert undo_answer(anna, stored.id) is stored
    session.refresh(follow_up)
    assert (follow_up.tries, list_answers(anna.id, [follow_up.id], TODAY)) == (0, {})
    assert undo_answer(anna, stored.id) is None


@pytest.mark.parametrize(("after", "can_undo"), [(timedelta(), True), (timedelta(seconds=1), False)])
def test_answer_can_be_undone_for_some_minutes(answer, anna, follow_up, clock, after, can_undo):
    answer(follow_up, AnswerAction.no_answer)
    clock.forward(minutes=UNDO_MINUTES, seconds=after.total_seconds())
    assert list_answers(anna.id, [follow_up.id], TODAY)[follow_up.id].can_undo is can_undo


def test_only_own_visible_items_are_listed(anna, actor, follow_up, plan):
    clara, planned, call = actor("clara"), plan("anna"), plan("clara")
    of_clara = add_follow_up(clara, {"title": "Call the bank", "due_on": TODAY})
    gone = archived(add_follow_up(anna, {"title": "Twice", "due_on": TODAY}))
    ids = [follow_up.id, of_clara.id, gone.id, planned.id, call.id]
    assert set(list_items(anna, ids)) == {follow_up.id, planned.id}
    assert set(list_items(clara, ids)) == {of_clara.id, call.id}
    archived(planned)
    assert set(list_items(anna, ids)) == {follow_up.id}
    assert list_items(anna, []) == {}


def test_confidential_items_show_neither_title_nor_facts(anna, follow_up, planned):
    with as_read_by(anna):
        items = list_items(anna, [follow_up.id, planned.id])
    assert [x.title for x in items.values()] == ["Ask Zhou about the samples", "Samples"]
    assert [x.facts for x in items.values()] == ["We owe\xa0· due Tue, Mar 10", "Call\xa0· Tue, Mar 10, 8:00 AM"]
    for row in (follow_up, planned):
        make_confidential(row)
    items = list_items(anna, [follow_up.id, planned.id])
    assert [(x.title, x.facts, x.is_open) for x in items.values()] == [("Confidential item", "", True)] * 2


@pytest.mark.parametrize(
    ("side", "due_on", "words"),
    [
        (FollowUpSide.we, TODAY, "due Tue"),
        (FollowUpSide.we, date(2026, 3, 9), "overdue since Mon"),
        (FollowUpSide.they, date(2026, 3, 9), "overdue since Mon"),
        (FollowUpSide.idea, date(2026, 3, 9), "due Mon"),
    ],
)
def test_overdue_since_the_day_after_unless_it_is_an_idea(anna, clock, side, due_on, words):
    row = add_follow_up(anna, {"title": "Call", "due_on": due_on, "side": side})
    assert words in list_items(anna, [row.id])[row.id].facts


def test_colleagues_are_the_active_others_of_the_team(anna, people, follow_up, session):
    names = [name for _id, name, _email in list_colleagues(anna, follow_up.id)]
    assert names == sorted(names)
    assert people["boris"].name not in names
    assert people["anna"].name not in names
    people["clara"].active = False
    session.flush()
    active = [row[0] for row in list_colleagues(anna, follow_up.id)]
    assert len(active) == len(names) - 1
    assert people["clara"].id not in active


def test_numbers_are_those_of_ones_digest_of_the_day(anna, people, session, clock):
    for name, number in (("anna", 1), ("clara", 2)):
        key = f"digest:{people[name].id}:{TODAY}"
        put_mail("digest", RenderedMail("x", "x", "x", numbered={"4": number}), to=people[name], dedupe_key=key)
    session.flush()
    assert load_numbers(anna.id, TODAY) == {"4": 1}
    assert load_numbers(anna.id, TODAY - timedelta(days=1)) == {}


def test_colleagues_have_both_names(session, anna, people):
    row = add_follow_up(anna, {"title": "Call", "due_on": TODAY})
    people["dora"].native_name = "林朵拉"
    session.flush()
    names = {name for _id, name, _email in list_colleagues(anna, row.id)}
    assert {"Clara Whitfield", "Dora Lindqvist 林朵拉"} <= names
    assert not any("None" in name for name in names)
