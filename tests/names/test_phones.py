"""Phone numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.names import Phone, parse_phone


@pytest.mark.parametrize(
    ("raw", "country", "e164"),
    [
        ("(86-10) 8531-3000", None, "+861085313000"),
        ("0086 20 8121 8000", None, "+862081218000"),
        ("0086 20 8121 8000", "US", "+862081218000"),
        ("86-138 0013 8000", None, "+8613800138000"),
        ("86-13800138000", "US", "+8613800138000"),
        ("13800138000", None, "+8613800138000"),
        ("13800138000", "US", "+8613800138000"),
        ("010-6532 6655", "CN", "+861065326655"),
        ("010-8531 3000", None, "+861085313000"),
        ("400-810-0000", "CN", "+864008100000"),
        ("400-810-0000", None, "+864008100000"),
        ("011 86 10 8531 3000", "US", "+861085313000"),
        ("＋８６ １０ ８５３１ ３０００", None, "+861085313000"),
        ("+86 (0)10 8531 3000", None, "+861085313000"),
        ("Tel: +86 138 0013 8000", "US", "+8613800138000"),
        ("(415) 555-2671", None, "+14155552671"),
        ("4155552671", "US", "+14155552671"),
        ("1-650-253-0000", None, "+16502530000"),
        ("1 (650) 253-0000", None, "+16502530000"),
        ("2523 9011", None, "+85225239011"),
        ("2523 9011", "HK", "+85225239011"),
        ("852-2523 9011", "US", "+85225239011"),
        ("0912 345 678", None, "+886912345678"),
        ("(886-2) 2162-2000", None, "+886221622000"),
        ("6532 6655", "CN", None),
        ("abc", None, None),
        ("", "CN", None),
        ("123", "XX", None),
    ],
)
def test_phone_number_is_parsed(raw, country, e164):
    assert parse_phone(raw, country).e164 == e164


@pytest.mark.parametrize(
    ("raw", "ext"),
    [
        ("021-6279 7662转8012", "8012"),
        ("021-6279 7662 轉 8012", "8012"),
        ("021-6279 7662 ext. 8012", "8012"),
        ("021-6279 7662 x8012", "8012"),
        ("021-6279 7662 分机：8012", "8012"),
        ("021-6279 7662 Extension 8012", "8012"),
    ],
)
def test_extension_is_separated(raw, ext):
    assert parse_phone(raw, "CN") == Phone(raw, "+862162797662", ext)


def test_text_without_a_number_is_kept():
    assert parse_phone("ask  the front desk", "CN") == Phone("ask the front desk", None, None)


@given(st.text(alphabet="0123456789+-() x转#ABC８６", max_size=30), st.sampled_from([None, "CN", "US", "HK", "??"]))
def test_parse_phone_never_fails(raw, country):
    phone = parse_phone(raw, country)

    assert phone.raw == " ".join(raw.split())
    assert phone.e164 is None or phone.e164.startswith("+")
