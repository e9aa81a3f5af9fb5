"""Amounts of money in the emails of consulates: their currency, and numbers in characters."""

from __future__ import annotations

import pytest

from crm.projects.lead_mail.amounts import find_amounts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Value: A$24 million", []),
        ("Budget of R$ 5 million", []),
        ("US$24 million, HK$3m", [(24_000_000, "USD"), (3_000_000, "HKD")]),
        ("(about $24 million)", [(24_000_000, "USD")]),
        ("$24 million HKD", [(24_000_000, "HKD")]),
        ("¥2.4 billion JPY", [(2_400_000_000, "JPY")]),
        ("¥24亿日元", [(2_400_000_000, "JPY")]),
        ("CN¥86 million", [(86_000_000, "CNY")]),
        ("¥3.5亿元", [(350_000_000, "CNY")]),
        ("$3亿元", [(300_000_000, "USD")]),
        ("约十亿元", [(1_000_000_000, "CNY")]),
        ("总投资二十亿元人民币", [(2_000_000_000, "CNY")]),
        ("三十五亿元", [(3_500_000_000, "CNY")]),
        ("一百零五亿元", [(10_500_000_000, "CNY")]),
        ("三百万美元", [(3_000_000, "USD")]),
        ("1亿5000万元", [(150_000_000, "CNY")]),
        ("一亿五千万元", [(150_000_000, "CNY")]),
        ("投资总数3亿元", [(300_000_000, "CNY")]),
        ("几十亿元、数十亿元、十几亿元", []),
        ("二〇二四万元、一二亿元", []),
    ],
)
def test_amount_has_its_currency_and_all_of_its_number(text, expected):
    assert [(int(amount.value), amount.currency) for amount in find_amounts(text)] == expected
