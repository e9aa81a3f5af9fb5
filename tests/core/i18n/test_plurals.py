"""Texts with a number: the right form, and the number as the reader writes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import g, render_template_string

from crm.core.policy import Actor
from crm.core.words import ngettext

pytestmark = pytest.mark.one_engine
ONE, MANY = "%(num)s record of %(name)s", "%(num)s records of %(name)s"


@pytest.mark.parametrize(
    ("country", "number", "text"),
    [
        ("US", 1, "1 record of Li"),
        ("US", 0, "0 records of Li"),
        ("US", 12904, "12,904 records of Li"),
        ("DE", 12904, "12.904 records of Li"),
    ],
)
def test_code_and_templates_write_the_number_as_the_reader_does(app, country, number, text):
    source = "{{ ngettext(one, many, number, name='Li') }}"
    with app.test_request_context():
        g.actor = Actor(id=1, country=country)
        assert ngettext(ONE, MANY, number, name="Li") == text
        assert render_template_string(source, one=ONE, many=MANY, number=number) == text


def test_values_in_templates_are_escaped(app):
    with app.test_request_context():
        assert render_template_string("{{ ngettext('%(x)s', '%(x)s', 2, x='<b>') }}") == "&lt;b&gt;"


def test_without_a_request_texts_are_english():
    assert (ngettext(ONE, MANY, 1, name="Li"), ngettext(ONE, MANY, 2, name="Li")) == (
        "1 record of Li",
        "2 records of Li",
    )


def test_all_texts_take_the_formatted_number():
    messages = (Path(__file__).parents[3] / "translations" / "messages.pot").read_text(encoding="utf-8")
    assert "%(num)s" in messages
    assert re.findall(r".*%\(num\)[^s].*", messages) == []
