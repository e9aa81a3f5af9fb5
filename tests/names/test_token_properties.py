"""What holds for the search tokens of any text, and what they cost."""

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.names import TOKEN, person_tokens, query_tokens, tokens
from crm.names.folding import KEY_MARK
from crm.names.tokens import MAX_CHARS
from tests.names.matching import finds

ANY_TEXT = st.text(max_size=80) | st.text(alphabet="吕呂绿女周立民張张曾lyunvw aeür'-&.1", max_size=40)


@given(st.lists(ANY_TEXT | st.none(), max_size=4))
def test_tokens_are_valid_for_both_databases(texts):
    column = tokens(*texts)

    have = column.split(" ") if column else []
    assert [token for token in have if not TOKEN.fullmatch(token)] == []
    assert len(have) == len(set(have))
    assert len(column) <= MAX_CHARS
    assert column == tokens(*texts)


@given(*[ANY_TEXT] * 5)
def test_person_tokens_are_valid_for_both_databases(family_name, given_name, family_latin, given_latin, english):
    column = person_tokens(family_name, given_name, family_latin, given_latin, english)

    assert [token for token in column.split() if not TOKEN.fullmatch(token.removeprefix(KEY_MARK))] == []
    assert len(column) <= MAX_CHARS


@given(ANY_TEXT)
def test_query_tokens_are_tokens(text):
    assert [token for token in query_tokens(text) if not TOKEN.fullmatch(token)] == []


@given(st.text(alphabet="lnvyuwaeigo", min_size=1, max_size=10))
def test_latin_word_is_found_by_every_prefix(word):
    column = tokens(word)

    assert [word[:n] for n in range(1, len(word) + 1) if not finds(word[:n], column)] == []


@given(st.text(alphabet="周立民张華東水務吕曾国", min_size=1, max_size=8), st.data())
def test_han_text_is_found_by_every_part(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    assert finds(text[start:end], tokens(text))


def test_tokens_of_a_long_text_are_whole():
    column = tokens("".join(map(chr, range(0x4E00, 0x5200))))

    assert MAX_CHARS - 10 < len(column) <= MAX_CHARS
    assert [token for token in column.split(" ") if not TOKEN.fullmatch(token)] == []


@pytest.mark.bench
def test_tokens_of_a_person_cost_less_than_three_plain_readings():
    # Compared with the library's reading of the same name (20 microseconds), because a busy machine slows both.
    from pypinyin import lazy_pinyin

    def microseconds(work) -> float:
        work()
        return timeit.timeit(work, number=500) / 500 * 1e6

    rounds = [
        microseconds(lambda: person_tokens("周", "立民", "Zhou", "Limin", "Michael"))
        / microseconds(lambda: lazy_pinyin("周立民"))
        for _ in range(9)
    ]

    assert sorted(rounds)[4] < 3
