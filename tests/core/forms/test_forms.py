"""Forms: identifier, version, and our messages in place of the library's."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, Subform, public_id
from crm.core.forms.messages import FORM_TRANSLATIONS
from crm.features import load_modules
from crm.organizations.models import Organization, Post


def test_create_form_has_an_identifier_and_edit_form_a_version(app, session):
    with app.test_request_context():
        fresh, other = Form(), Form()
        assert uuid.UUID(fresh.uid.data) != uuid.UUID(other.uid.data)
        editing = Form(obj=Organization(version=4))
        assert (editing.uid.data, editing.version.data) == (None, 4)
        part = Form(obj=Post(), part_of=Organization(version=5))
        assert part.version.data == 5


UNUSED = {
    "Invalid field name '%s'.",
    "Field must be equal to %(other_name)s.",
    "Date must be at least %(min)s.",
    "Date must be at most %(max)s.",
    "Date must be between %(min)s and %(max)s.",
    "Invalid input.",
    "Invalid email address.",
    "Invalid IP address.",
    "Invalid Mac address.",
    "Invalid URL.",
    "Invalid UUID.",
    "Invalid value, must be one of: %(values)s.",
    "Invalid value, can't be any of: %(values)s.",
    "This field cannot be edited.",
    "This field is disabled and cannot have a value.",
    "Choices cannot be None.",
    "Not a valid datetime value.",
    "Not a valid week value.",
    "Not a valid float value.",
    "Invalid CSRF Token.",
    "CSRF token missing.",
    "CSRF failed.",
    "CSRF token expired.",
}
"""Messages of validators and fields that our forms don't use; tokens are checked before a form is parsed."""


def test_library_messages_are_replaced_by_ours():
    template_text = (Path(w.__file__).parent / "locale" / "wtforms.pot").read_text(encoding="utf-8")
    library_texts = set(re.findall(r'^msgid "(.+)"$', template_text, re.MULTILINE))
    assert library_texts - UNUSED == set(FORM_TRANSLATIONS)


def test_every_form_and_row_uses_our_messages(app):
    load_modules("forms")
    own_classes = {c for c in _below(w.Form) if c.__module__.startswith("crm.")}
    assert {c for c in own_classes if not issubclass(c, Form | Subform)} == set()
    assert len(own_classes) > 40
    rows = type("Rows", (Subform,), {"many": w.IntegerField(), "short": w.StringField(validators=[v.Length(2, 3)])})
    whole = type("Whole", (Form,), {"at": w.TimeField(), "rows": w.FormField(rows)})
    with app.test_request_context(method="POST", data={"at": "25:00", "rows-many": "many", "rows-short": "x"}):
        form = whole()
        assert not form.validate()
    assert form.errors == {
        "at": ["Enter a valid time, such as 5:00 PM."],
        "rows": {"many": ["Enter a whole number, such as 15."], "short": ["Enter 2 to 3 characters."]},
    }


def _below(cls):
    return {c for one in cls.__subclasses__() for c in (one, *_below(one))}


def test_public_id_has_36_characters_or_is_none():
    uid = str(uuid.uuid4())
    assert public_id(uid) == uid
    assert public_id(uid.upper()) == uid
    assert public_id("") is None
    assert public_id("x" * 5000) == public_id("x" * 5000)
    assert len(public_id("a")) == 36
    assert strip_text(None) is None
