"""Names of colleagues in replies that reassign an item."""

from __future__ import annotations

import pytest

from crm.answers.replies import ReplyDoubt, parse_digest_reply
from tests.answers.conftest import TODAY

pytestmark = pytest.mark.engine_in_turn


def test_reassign_by_name(reply, links, digest, people, session):
    reply(links.reply_to(), "5 give clara she knows the code")
    assert digest["5"].counselor_id == people["clara"].id
    assert digest["5"].note == "she knows the code"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("5 give Clara Whitfield", None),
        ("5 give to clara whitfield, she knows the code", "she knows the code"),
        ("5 交给Clara Whitfield 她知道编码", "她知道编码"),
    ],
)
def test_full_name_tells_colleagues_apart_and_is_no_note(reply, links, digest, people, session, text, note):
    people["dora"].name = "Clara Lindqvist"
    session.commit()
    report = reply(links.reply_to(), "4 give clara")
    assert "Write the full name: Clara Lindqvist, Clara Whitfield." in report.text
    reply(links.reply_to(), text)
    assert (digest["5"].counselor_id, digest["5"].note) == (people["clara"].id, note)
    people["dora"].name = "Lindqvist Clara"
    session.commit()
    assert "Write the full name" in reply(links.reply_to(), "6 give clara please").text


@pytest.mark.parametrize(
    ("text", "note"), [("5 give clara whitman called", "whitman called"), ("5 give whitfield clara", "clara")]
)
def test_words_after_a_name_that_are_no_part_of_it_stay_the_note(reply, links, digest, people, text, note):
    reply(links.reply_to(), text)
    assert (digest["5"].counselor_id, digest["5"].note) == (people["clara"].id, note)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("5 give Clara Whitfield - she knows", "she knows"),
        ("5 give Clara Whitfield!", None),
        ("5 give Clara Whitfield! She knows", "She knows"),
        ("5 give clara, Whitfield called about the price", "Whitfield called about the price"),
        ("5 give clara - Whitfield called", "Whitfield called"),
        ("5 give clara: Whitfield called", "Whitfield called"),
    ],
)
def test_signs_after_a_name_end_it(reply, links, digest, people, text, note):
    reply(links.reply_to(), text)
    assert (digest["5"].counselor_id, digest["5"].note) == (people["clara"].id, note)


@pytest.mark.parametrize(
    ("names", "text", "user"),
    [
        (("Li Na", "Li Na Wang"), "5 give Li Na", "clara"),
        (("Li Na", "Li Na Wang"), "5 give Li Na, she knows", "clara"),
        (("Li Na", "Li Na Wang"), "5 give li na wang", "dora"),
        (("Clara M. Whitfield", "Clara Whitfield"), "5 give Clara M. Whitfield", "clara"),
        (("Clara M. Whitfield", "Clara Whitfield"), "5 give Clara M Whitfield", "clara"),
        (("Clara M. Whitfield", "Clara Whitfield"), "5 give Clara Whitfield", "dora"),
        (("Clara Marie Smith", "Clara Marie Lopez"), "5 give Clara Marie", "anna"),
        (("Clara Whitfield", "Clara Lindqvist"), "5 give Clara. Whitfield called", "anna"),
    ],
)
def test_whole_name_is_preferred(reply, links, digest, people, session, names, text, user):
    people["clara"].name, people["dora"].name = names
    people["clara"].native_name = "李娜"
    session.commit()
    reply(links.reply_to(), text)
    assert digest["5"].counselor_id == people[user].id


def test_colleagues_of_one_name_are_told_apart_by_address(reply, links, digest, people, session):
    people["dora"].name = "Clara Whitfield"
    session.commit()
    addresses = ", ".join(sorted(people[name].email for name in ("clara", "dora")))
    report = reply(links.reply_to(), "5 give Clara Whitfield")
    assert f"Write the email address: {addresses}." in report.text
    reply(links.reply_to(), f"5 give {people['dora'].email}, she knows")
    assert (digest["5"].counselor_id, digest["5"].note) == (people["dora"].id, "she knows")


@pytest.mark.parametrize("text", ["give clara?", "给clara好吗", "give Clara Whitfield, ok?"])
def test_question_reassigns_nothing(text):
    assert parse_digest_reply(f"5 {text}", TODAY) == [ReplyDoubt("5", text)]


def test_email_address_is_a_name():
    answer = parse_digest_reply("5 give clara.w@center.example, she knows", TODAY)[0]
    assert (answer.name, answer.note) == ("clara.w@center.example", "she knows")
