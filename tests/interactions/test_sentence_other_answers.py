"""Answers of others that are missing."""

import pytest

from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("Tom Okafor called, no answer from Shenzhen yet", "talked"),
        ("called Tom 10m, still no response from the consulate", "talked"),
        ("met Tom 30m, no reply from FDA so far", "talked"),
        ("emailed Tom, no reply from Huayue yet", "one_way"),
        ("tom called for 10 min, no reply from the embassy", "talked"),
        ("emailed Tom, no reply from Okafor yet", "no_answer"),
        ("emailed Huadong Water, no response from Chen yet", "no_answer"),
        ("emailed Huayue, no response from Chen yet", "no_answer"),
        ("called Huayue 5m no answer from the front desk", "no_answer"),
        ("called Otay Thermal 5m no answer from the front desk", "no_answer"),
        ("called Tom, no answer", "no_answer"),
        ("called Tom, no answer from Tom yet", "no_answer"),
        ("called Tom, no answer from him yet", "no_answer"),
        ("called Tom, no answer from his cell yet", "no_answer"),
        ("called Tom, no answer from Huayue yet", "no_answer"),
        ("called Tom, no answer from the office", "no_answer"),
        ("called Tom 5m, no answer from anyone", "no_answer"),
        ("called Tom 2m, no answer", "no_answer"),
        ("emailed Tom, no reply yet", "no_answer"),
        ("no answer from Tom yet", "no_answer"),
        ("No reply from Tom", "no_answer"),
    ],
)
def test_missing_answer_of_others_says_nothing_about_who_was_reached(text, reached):
    assert read_text(text).reached.value == reached
