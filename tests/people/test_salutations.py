"""In which language to write to someone, and how to address them."""

from __future__ import annotations

import pytest

from crm.people.salutations import choose_language, choose_salutation


@pytest.mark.parametrize(
    ("recorded", "country", "language", "without_chinese_name"),
    [
        ("es", "CN", "es", "es"),
        (None, "CN", "zh_Hans", "en"),
        (None, "TW", "zh_Hant", "en"),
        (None, "US", "en", "en"),
        ("fr", None, "en", "en"),
    ],
)
def test_language_is_the_recorded_one_else_that_of_country_and_name(recorded, country, language, without_chinese_name):
    assert choose_language(recorded, country, "周立民") == language
    assert choose_language(recorded, country, "Zhou Limin") == without_chinese_name


@pytest.mark.parametrize(
    ("address_as", "language", "salutation"),
    [
        ("周经理", "zh_Hans", "周经理"),
        ("周经理", "en", "Zhou Limin"),
        ("Director Zhou", "en", "Director Zhou"),
        ("Director Zhou", "zh_Hant", "周立民"),
        (None, "es", "Zhou Limin"),
    ],
)
def test_salutation_is_in_the_script_of_the_language(address_as, language, salutation):
    assert choose_salutation(address_as, "Zhou Limin", "周立民", language) == salutation
