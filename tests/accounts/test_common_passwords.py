"""Passwords that are refused because they are leaked, or made of names that colleagues know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.accounts.common_passwords import COMMON, find_personal_words, is_common_password
from crm.accounts.passwords import check_new_password
from crm.accounts.policy import MIN_PASSWORD_LENGTH
from crm.core.errors import Invalid

LINES = COMMON.read_text(encoding="ascii").splitlines()
ABOUT = ("Anna Reyes", "安娜", "anna.reyes@bay.example", "Pacific Trade Center", "Bay", "Inland")
GOOD = ("four unrelated words", "kettle moss 7 violin", "Anna likes purple horses", "causeway of stones and rain")


def test_list_is_sorted_and_has_enough_long_entries():
    assert len(LINES) >= 10_000
    assert min(map(len, LINES)) >= MIN_PASSWORD_LENGTH
    assert sorted(set(LINES), key=str.encode) == LINES


@pytest.mark.parametrize("index", [0, 1, 12_345, -2, -1])
def test_every_line_of_the_list_is_found_in_any_case(index):
    assert is_common_password(LINES[index].upper())
    assert not is_common_password(LINES[index][:-1] + "\x00")


@given(st.text(min_size=10, max_size=20))
def test_password_outside_the_list_is_not_found(text):
    assert is_common_password(text) is (text.lower() in set(LINES))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Causeway2026", ["causeway"]),
        ("C4useway!2026", ["causeway"]),
        ("BayTradeCenter1", ["center", "trade", "bay"]),
        ("annareyes1987", ["reyes", "anna"]),
        ("InlandInland99", ["inland"]),
        ("安娜1987-1987", ["安娜"]),
        ("PacificPacific", ["pacific"]),
    ],
)
def test_password_of_known_words_and_years_is_refused(password, words):
    assert find_personal_words(password, ABOUT) == words
    with pytest.raises(Invalid, match="Leave out words others can guess") as refused:
        check_new_password(password, *ABOUT)
    assert ", ".join(words) in refused.value.message


@pytest.mark.parametrize("password", GOOD)
def test_known_word_among_unrelated_words_is_accepted(password):
    assert check_new_password(password, *ABOUT) == password


def test_message_says_what_to_do():
    with pytest.raises(Invalid, match=r"appears in known data leaks\. Use three or four unrelated words\."):
        check_new_password("Manchester")


@pytest.mark.parametrize("password", ["Causeway2026", "BayTradeCenter1", "ReyesAnna2026", "1qaz2wsx3edc"])
def test_form_refuses_it_with_a_reason_and_keeps_the_old_password(client, people, password):
    before = people["anna"].password
    data = {"current_password": "causeway-demo", "password": password}
    page = client.login_as("anna").post("/profile/password", data=data)
    assert page.status_code == 422
    assert "Use three or four unrelated words." in page.text
    assert people["anna"].password == before
