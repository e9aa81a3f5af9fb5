"""The suggestions for labeled needs are good enough: docs/matching.md names the figures."""

from tests.matching.labeled import load_needs, measure


def test_needs_set_aside_get_the_products_that_fit_them():
    figures = measure(need for need in load_needs() if need.set_aside)
    assert figures.strict_precision_at_5 >= 0.8
    assert figures.recall_at_10 >= 0.9


def test_all_labeled_needs_get_the_products_that_fit_them():
    figures = measure(load_needs())
    assert figures.precision_at_5 >= 0.75
    assert figures.strict_precision_at_5 >= 0.8
    assert figures.recall_at_10 >= 0.9
