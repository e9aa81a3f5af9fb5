"""Search tokens of phone numbers."""

import pytest

from crm.names import phone_tokens, query_tokens


def is_found(query: str, column: str) -> bool:
    """Whether each token of the query is a prefix of a token of the number."""
    query_parts = query_tokens(query)
    return bool(query_parts) and all(any(token.startswith(want) for token in column.split()) for want in query_parts)


@pytest.mark.parametrize(
    "query",
    [
        "+86 138 0013 8123",
        "13800138123",
        "138 0013 8123",
        "8123",
        "0086 138 0013 8123",
        "86-13800138123",
        "1380013",
        "8613800138123",
        "011 86 138 0013 8123",
        "00138123",
        "１３８００１３８１２３",
    ],
)
def test_chinese_mobile_number_is_found(query):
    assert is_found(query, phone_tokens("+8613800138123"))


@pytest.mark.parametrize("query", ["(415) 555-2671", "415 555 2671", "555-2671", "2671", "1 415 555 2671"])
def test_us_number_is_found(query):
    assert is_found(query, phone_tokens("+14155552671"))


def test_landline_is_found_with_trunk_prefix():
    assert is_found("010-8531 3000", phone_tokens("(86-10) 8531-3000"))


def test_unparsed_number_is_found_by_its_digits():
    assert is_found("6655", phone_tokens("6532 6655 x")) is True
    assert phone_tokens("none") == ""
    assert phone_tokens(None) == ""


def test_number_without_a_country_has_tokens_of_its_digits():
    assert phone_tokens("+1") == "1"
    assert phone_tokens("6532 6655") == "85265326655 65326655 5326655 6655"


@pytest.mark.parametrize(
    "query",
    ["+1 (559) 555-0147 ext. 233", "559-555-0147 x233", "0147 ext 12", "555 0147, ext 5", "0147转801", "555-0147 #9"],
)
def test_number_is_found_when_an_extension_is_typed(query):
    assert is_found(query, phone_tokens("+1 559 555 0147"))


@pytest.mark.parametrize("query", ["12 #4", "Hall x12", "Unit 0147 x12", "x233"])
def test_other_text_with_a_number_at_its_end_is_no_phone_number(query):
    assert not is_found(query, phone_tokens("+1 559 555 0147"))
    assert len(query_tokens(query)) > 0


@pytest.mark.parametrize(
    "query", ["1200 x 800", "2025 x 2026", "4000x3", "2026 #7", "9001 #14001", "100-200 x5", "8802 #100", "0147 x12"]
)
def test_few_digits_with_x_or_a_number_sign_keep_all_their_words(query):
    assert len(query_tokens(query)) > 1 or query_tokens(query) == ["4000x3"]
