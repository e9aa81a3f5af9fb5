"""Countries by their names, however they are written."""

from __future__ import annotations

import pytest

from crm.core.i18n.countries import country_code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Trinidad and Tobago", "TT"),
        ("Trinidad & Tobago", "TT"),
        ("Bosnia and Herzegovina", "BA"),
        ("Antigua and Barbuda", "AG"),
        ("Sao Tome and Principe", "ST"),
        ("São Tomé & Príncipe", "ST"),
        ("Saint Lucia", "LC"),
        ("St Lucia", "LC"),
        ("Saint Vincent and the Grenadines", "VC"),
        ("the Netherlands", "NL"),
        ("Antigua y Barbuda", "AG"),
        ("and", None),
        ("", None),
    ],
)
def test_country_is_found_with_and_without_and_the_and_saint(name, code):
    assert country_code(name) == code
