"""Cleaning of names and other texts: what is removed and what stays unchanged."""

from __future__ import annotations

import re
import unicodedata

import pytest
import wtforms as w
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import FORMS, Subform
from crm.core.forms.row_lists import FieldList
from crm.core.texts import clean_line, clean_text, is_visible, text_width
from crm.features import load_modules

STAYS = (
    "Ann O'Neil-Smith",
    "周立民",
    "欧阳 娜娜",
    "𠮷田",
    "㐂",
    "José Ñandú",
    "Nguyễn Thị Ánh",
    "محمد علی",
    "نمی‌خواهم",
    "क्‍ष",
    "ශ්‍රී",
    "김민준",
    "👩‍👩‍👧 Family",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "❤️",
    "A (B) “C” — D/E & F",
    "1234",
    "李·华",
    "。",
    "Ⅳ",
    "…",
)
LINES = (
    ("  Ann \r\n", "Ann"),
    ("Li\nWei", "Li Wei"),
    ("Li\r\n\r\nWei", "Li Wei"),
    ("Li\tWei", "Li Wei"),
    ("Li\u2028Wei\u2029", "Li Wei"),
    ("Li\x85Wei\x0b\x0cX", "Li Wei X"),
    ("李\u3000华", "李 华"),
    ("Li\u00a0\u00a0Wei", "Li Wei"),
    ("Ann\x00\x07\x1b[31m Li\x7f\x9b", "Ann[31m Li"),
    ("Ann \u202egnp.exe", "Ann gnp.exe"),
    ("\u202aA\u202bB\u202cC\u202dD\u202eE", "ABCDE"),
    ("\u2066A\u2067B\u2068C\u2069D", "ABCD"),
    ("Wang\u200bLi\ufeff\u2060\u00ad", "WangLi"),
    ("\u200eAnn\u200f\u061c", "Ann"),
    ("Jose\u0301", "José"),
    ("Jose\u200b\u0301", "José"),
    ("\u1100\u1161\u11a8", "각"),
    ("\u200d\u200c", ""),
    ("\u200b\u200b", ""),
    ("\u2800 \u2800", ""),
    ("\u3164", ""),
    ("\u115f\u1160\uffa0", ""),
    ("\u00a0\u3000\u2003", ""),
    ("\u0301", ""),
    ("\ufe0f", ""),
    ("\U000e0041\U000e007f", ""),
    ("\u202e", ""),
    ("", ""),
)


@pytest.mark.parametrize("text", STAYS)
def test_names_in_every_script_are_unchanged(text):
    assert (clean_line(text), clean_text(text), is_visible(text)) == (text, text, True)


@pytest.mark.parametrize(("text", "line"), LINES)
def test_single_line_keeps_visible_characters_only(text, line):
    assert clean_line(text) == line


@pytest.mark.parametrize(("text", "width"), [("", 0), ("Li Hui", 6), ("José", 4), ("李慧", 4), ("Li 李，", 7)])
def test_chinese_characters_are_twice_as_wide(text, width):
    assert text_width(text) == width


def test_multiline_text_keeps_its_line_breaks():
    assert clean_text(" one\r\n\ttwo\rthree\u2028four \u202eX\x07\n") == "one\n\ttwo\nthree\nfour X"
    assert clean_text("ภาษา\u200bไทย") == "ภาษา\u200bไทย"
    assert clean_text("\n\u2800\n\u200b") == ""
    assert strip_text("\r\n \u3164") is None


@given(st.text())
def test_cleaning_a_text_twice_changes_nothing(text):
    line, lines = clean_line(text), clean_text(text)
    assert (clean_line(line), clean_text(lines), clean_line(lines)) == (line, lines, line)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", line)
    assert unicodedata.is_normalized("NFC", line)
    assert line == line.strip()
    assert line == "" or is_visible(line)


class Row(Subform):
    name = w.StringField(filters=[strip_text])
    note = w.TextAreaField(filters=[strip_text])
    hidden = w.HiddenField()
    secret = w.PasswordField()


class Rows(Subform):
    rows = FieldList(w.FormField(Row), min_entries=1, max_entries=3)


def test_row_names_use_ascii_digits():
    names = ("rows-²-name", "rows-٥-name", f"rows-{'9' * 5000}-name", "rows--1-name", "rows--name", "rows-2-name")
    form = Rows(MultiDict({name: name for name in names}))
    assert [row.form.name.data for row in form.rows] == ["rows-2-name"]


def test_form_cleans_each_field_by_its_kind():
    text = "a\u202e\r\nb "
    row = Row(MultiDict(dict.fromkeys(("name", "note", "hidden", "secret"), text)))
    assert row.data == {"name": "a b", "note": "a\nb", "hidden": text, "secret": text}


def test_every_form_has_the_cleaning_filter():
    assert load_modules("forms")
    assert len(FORMS) > 40
    assert [form for form in FORMS if form.Meta.bind_field is not Subform.Meta.bind_field] == []
