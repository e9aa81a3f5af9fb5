"""Types and export classification of products."""

import pytest

from crm.products.policy import (
    ClassificationSource,
    Jurisdiction,
    ProductKind,
    eccn_problem,
    is_classified,
    is_defense_article,
    is_eccn,
)
from crm.projects.policy import NeedKind


@pytest.mark.parametrize("text", ["EAR99", "3A001", "3A001.a.1", "5D992.c", "9A515.x"])
def test_valid_eccn_is_accepted(text):
    assert is_eccn(text)


@pytest.mark.parametrize("text", ["", "ear99", "3a001", "3F001", "3A01", "3A001.", "3A001 ", "EAR99.a", "3A001\n"])
def test_invalid_eccn_is_refused(text):
    assert not is_eccn(text)


@pytest.mark.parametrize(
    ("jurisdiction", "eccn", "usml", "said_by", "complete"),
    [
        (Jurisdiction.ear, "EAR99", None, ClassificationSource.client, True),
        (Jurisdiction.ear, "EAR99", None, None, False),
        (Jurisdiction.ear, None, "XI", ClassificationSource.counsel, False),
        (Jurisdiction.itar, None, "XI", ClassificationSource.official_ruling, True),
        (Jurisdiction.itar, "3A001", None, ClassificationSource.client, False),
        (Jurisdiction.unknown, "3A001", "XI", ClassificationSource.client, False),
    ],
)
def test_product_is_classified_with_list_entry_and_source_only(jurisdiction, eccn, usml, said_by, complete):
    assert is_classified(jurisdiction, eccn=eccn, usml=usml, said_by=said_by) is complete


@pytest.mark.parametrize(
    ("jurisdiction", "usml", "expected"),
    [
        (Jurisdiction.itar, "XI", True),
        (Jurisdiction.itar, None, True),
        (Jurisdiction.unknown, "XI", True),
        (Jurisdiction.unknown, "", False),
        (Jurisdiction.ear, None, False),
    ],
)
def test_defense_article_has_a_category_or_is_under_the_itar(jurisdiction, usml, expected):
    assert is_defense_article(jurisdiction, usml) is expected


def test_products_and_needs_have_the_same_types():
    assert [kind.value for kind in ProductKind] == [kind.value for kind in NeedKind]


def test_eccn_problem_says_what_to_enter():
    assert [eccn_problem(text) for text in (None, "", "3A001.a")] == [None, None, None]
    assert eccn_problem("3A01") == "Enter an ECCN such as 3A001.a or EAR99."
