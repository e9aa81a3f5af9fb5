"""Keys of firms, codes, and names nearly as typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.names import allowed_edits, close_keys, firm_key, uscc_problem


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Huadong Water Group Co., Ltd.", "huadong water"), ("HUADONG WATER", "huadong water"),
        ("华东水务（集团）股份有限公司", "华东水务"), ("華東水務集團有限責任公司", "华东水务"), ("ACME, Inc.", "acme"),
        ("Acme L.L.C.", "acme"), ("The Delta Orchards Company", "delta orchards"), ("BASF S.A.", "basf"),
        ("Sinochem Co., Ltd. Ningbo Branch", "sinochem ningbo branch"), ("有限公司", "有限公司"), ("Ltd", "ltd"),
        ("Tri-Valley Sensors LLC", "tri valley sensors"), ("Bay & Sons Corporation", "bay sons"), ("", ""),
        ("Bay and Sons Corp", "bay sons"), ("ZTE 中兴通讯股份有限公司", "zte 中兴通讯"),
    ],
)  # fmt: skip
def test_firm_key_leaves_out_the_legal_form(name, key):
    assert firm_key(name) == key


@settings(deadline=None)
@given(st.text(max_size=60))
def test_firm_key_of_a_key_is_itself_or_shorter(name):
    key = firm_key(name)

    assert len(firm_key(key)) <= len(key)
    assert key == key.strip()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("91440300708461136T", None), ("914403001922038216", None), ("91110000600037341L", None),
        (" 9144 0300-7084 61136t", None), ("91350211M0000XUF46", "check_digit"), ("91350100M0001TGQXM", "check_digit"),
        ("91350628M0000K0H44", "check_digit"), ("914403007084611360", "check_digit"),
        ("9144030070846113OT", "character"),
        ("9144", "length"), ("", "length"),
    ],
)  # fmt: skip
def test_uscc_with_a_fault_is_told(code, problem):
    assert uscc_problem(code) == problem


def test_name_nearly_as_typed_is_found_nearest_first():
    keys = ["zhou", "zhoulimin", "zhaolimin", "wangwei", "zhouliming"]

    assert close_keys("zhoulimni", keys, 5) == ["zhoulimin", "zhouliming"]
    assert close_keys("zhouliminn", keys, 1) == ["zhoulimin"]
    assert close_keys("zhuo", keys, 5) == ["zhou"]


def test_short_names_take_no_typo():
    assert [allowed_edits("x" * n) for n in (1, 3, 4, 6, 7, 20)] == [0, 0, 1, 1, 2, 2]
    assert close_keys("lin", ["lim", "lin"], 5) == []
    assert close_keys("zhou", ["zhou"], 0) == []
