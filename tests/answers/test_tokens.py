"""Tokens: genuine for one purpose, one user and one record only."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.answers.tokens import AnswerToken, TokenPurpose, build_token, is_genuine, read_token

KEY = "k" * 40
TOKEN = AnswerToken(TokenPurpose.item, 7, 123_456, date(2026, 12, 8))
TEXT = build_token(KEY, "account", TOKEN)
SLOW = settings(max_examples=200)
tokens = st.builds(
    AnswerToken,
    st.sampled_from(TokenPurpose),
    st.integers(0, 2**31 - 1),
    st.integers(0, 2**31 - 1),
    st.dates(date(2020, 1, 1), date(2199, 1, 1)),
)


@SLOW
@given(tokens, st.uuids().map(str))
def test_token_is_read_as_it_was_built(token, account_key):
    text = build_token(KEY, account_key, token)
    assert len(text) == 34
    assert text == text.lower()
    assert read_token(text) == token
    assert is_genuine(KEY, account_key, text)
    assert is_genuine(KEY, account_key, text.upper())


@pytest.mark.parametrize("position", range(34))
def test_any_other_letter_is_not_genuine(position):
    other = "b" if TEXT[position] == "a" else "a"
    changed = TEXT[:position] + other + TEXT[position + 1 :]
    is_padding_only = position == 33
    assert is_padding_only or not is_genuine(KEY, "account", changed)


def test_another_account_and_another_secret_are_not_genuine():
    assert not is_genuine(KEY, "account2", TEXT)
    assert not is_genuine("x" * 40, "account", TEXT)


@SLOW
@given(st.text(max_size=40))
def test_other_texts_are_no_tokens(text):
    assert not is_genuine(KEY, "account", text)


@pytest.mark.parametrize("text", ["", "a" * 33, "a" * 35, "1" * 34, "周" * 34, TEXT[:-1] + "=", TEXT + " "])
def test_texts_of_another_form_are_refused(text):
    assert read_token(text) is None
