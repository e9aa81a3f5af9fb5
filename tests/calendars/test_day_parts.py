"""Hours after a Chinese part of the day."""

from __future__ import annotations

import pytest

from crm.calendars import hour_of_part

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("part", "hours"),
    [
        ("凌晨", {12: (0, False), 1: (1, False), 4: (4, False)}),
        ("早上", {12: (0, False), 8: (8, False)}),
        ("上午", {12: (0, False), 10: (10, False)}),
        ("中午", {11: (11, False), 12: (12, False), 1: (13, False)}),
        ("下午", {12: (12, False), 2: (14, False), 14: (14, False)}),
        ("晚上", {8: (20, False), 12: (0, True), 1: (1, True), 22: (22, False)}),
        ("半夜", {11: (23, False), 12: (0, True), 2: (2, True), 5: (5, True)}),
    ],
)
def test_part_of_the_day_gives_the_hour_and_its_day(part, hours):
    assert {hour: hour_of_part(part, hour) for hour in hours} == hours
