"""Sentences as counselors type them: which fields the quick log reads rightly."""

import pytest

from tests.interactions.readings import DemoNames, Reading, find_misread_fields, load_readings

pytestmark = pytest.mark.one_engine
NAMES = DemoNames()


@pytest.mark.parametrize("reading", load_readings(), ids=lambda reading: reading.text)
def test_fields_are_read_as_listed(reading: Reading) -> None:
    assert find_misread_fields(reading, NAMES) == reading.misread
