"""What an answer amounts to, and how its numbers and countries are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.core.i18n.countries import country_code
from crm.impact.models import ImpactSurvey
from crm.impact.policy import MilestoneKind
from crm.impact.proposals import propose_results, split_countries
from crm.impact.survey_forms import parse_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120000", 120000),
        ("$120,000.50", "120000.50"),
        ("120 000", 120000),
        ("12万", 120000),
        ("１２０，０００", 120000),
        ("¥1.5万", 15000),
        ("0", 0),
        ("", None),
        ("about 12", None),
        ("-5", None),
        ("1e9", None),
        ("1.2.3", None),
        ("9" * 40, None),
        ("1,200,000.5", "1200000.5"),
        ("1,5", None),
        ("12,34,567", None),
        ("1,5万", None),
        ("120.000", None),
        ("1.500", None),
        ("1.234万", 12340),
        ("0.125", "0.12"),
    ],
)
def test_number_is_read_as_people_type_it(text, expected):
    assert parse_number(text) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("China", "CN"),
        ("中国", "CN"),
        ("越南", "VN"),
        ("vietnam", "VN"),
        ("USA", "US"),
        ("México", "MX"),
        ("Mars", None),
    ],
)
def test_country_is_found_by_its_names(name, code):
    assert country_code(name) == code


def test_countries_are_split_at_commas_of_both_scripts():
    assert split_countries("China, Vietnam and Peru；中国、越南") == ["China", "Vietnam", "Peru", "中国", "越南"]
    assert split_countries(None) == []


def test_and_in_the_name_of_a_country_splits_nothing():
    names = split_countries("Trinidad and Tobago, China and Bosnia & Herzegovina")
    assert names == ["Trinidad and Tobago", "China", "Bosnia & Herzegovina"]
    assert [country_code(name) for name in names] == ["TT", "CN", "BA"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Trinidad and Tobago and Canada", ["TT", "CA"]),
        ("Canada and Trinidad & Tobago and Peru", ["CA", "TT", "PE"]),
        ("Bosnia and Herzegovina and Antigua and Barbuda", ["BA", "AG"]),
        ("Sao Tome and Principe and Saint Kitts and Nevis", ["ST", "KN"]),
        ("Saint Vincent and the Grenadines and the Bahamas", ["VC", "BS"]),
        ("México y Trinidad y Tobago & St. Lucia", ["MX", "TT", "LC"]),
        ("China AND Mars and Peru", ["CN", None, "PE"]),
        (" and ", []),
    ],
)
def test_countries_are_split_at_and_by_their_longest_names(text, codes):
    assert [country_code(name) for name in split_countries(text)] == codes


def test_answer_amounts_to_sales_jobs_and_each_new_market():
    answer = ImpactSurvey(
        period_to=date(2026, 3, 1),
        sales=Decimal(120000),
        currency="CNY",
        sale_countries="China",
        jobs=2,
        new_countries="越南, Atlantis",
    )
    assert [(r.type, r.amount, r.currency, r.jobs, r.country) for r in propose_results(answer)] == [
        (MilestoneKind.export_sale, 120000, "CNY", None, "CN"),
        (MilestoneKind.jobs, None, "USD", 2, None),
        (MilestoneKind.new_market, None, "USD", None, "VN"),
        (MilestoneKind.new_market, None, "USD", None, None),
    ]
    assert propose_results(ImpactSurvey(period_to=date(2026, 3, 1), sales=Decimal(0), jobs=0)) == []
