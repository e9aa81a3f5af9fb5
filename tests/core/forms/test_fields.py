"""Fields built from columns: types, limits, empty values, inherited columns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import wtforms as w
from flask import g
from werkzeug.datastructures import MultiDict

from crm.core.forms.fields import CodeField
from crm.core.forms.forms import Form, of
from crm.core.policy import Role
from crm.organizations.models import Organization, Post
from crm.people.models import Person
from tests.core.forms.lookups import NAMES, Every, Thing

GOOD = {"name": "A", "must": "staff"}


def filled(**pairs):
    form = Every(MultiDict(GOOD | pairs))
    return form, form.validate()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", w.StringField),
        ("note", w.TextAreaField),
        ("mail", w.EmailField),
        ("site", w.URLField),
        ("day", w.DateField),
        ("count", w.IntegerField),
        ("amount", w.DecimalField),
        ("role", CodeField),
        ("on", w.BooleanField),
        ("country", w.SelectField),
    ],
)
def test_field_type_follows_the_column_type(app, name, kind):
    with app.test_request_context():
        assert isinstance(Every()[name], kind)


def test_label_hint_and_required_come_from_the_column(app):
    with app.test_request_context():
        form = Every()
    assert (form.nick.label.text, form.nick.description) == ("Nick", "Short.")
    assert form.name.flags.required
    assert form.must.flags.required
    assert not form.nick.flags.required
    assert not form.role.flags.required
    assert form.name.flags.maxlength == 20


def test_required_field_is_enforced(app):
    with app.test_request_context():
        form = Every(MultiDict({"name": "  ", "on": "y"}))
        assert not form.validate()
    assert sorted(form.errors) == ["must", "name"]


def test_empty_field_is_none_or_the_default(app):
    with app.test_request_context():
        empty = dict.fromkeys((n for n in NAMES if n not in ("name", "must", "on", "role")), " ")
        form, valid = filled(**empty | {"country": "", "zone": "", "maybe": ""})
    assert valid, form.errors
    assert {name: form[name].data for name in NAMES} == {
        "name": "A",
        "nick": None,
        "place": "",
        "note": None,
        "mail": None,
        "site": None,
        "day": None,
        "count": None,
        "odds": None,
        "tries": 3,
        "amount": None,
        "share": None,
        "ratio": None,
        "role": Role.staff,
        "maybe": None,
        "must": Role.staff,
        "on": False,
        "country": None,
        "zone": "UTC",
    }


@pytest.mark.parametrize(
    ("name", "typed", "data"),
    [
        ("name", " 周立民\r\n", "周立民"),
        ("note", "one\r\ntwo", "one\ntwo"),
        ("mail", "a@example.org", "a@example.org"),
        ("site", "example.org/a?b", "https://example.org/a?b"),
        ("site", "http://例子.中国", "http://例子.中国"),
        ("day", "1900-01-01", date(1900, 1, 1)),
        ("day", "2100-12-31", date(2100, 12, 31)),
        ("count", "-2147483648", -(2**31)),
        ("amount", "999999999999.99", Decimal("999999999999.99")),
        ("share", "100", Decimal(100)),
        ("ratio", "-999.99", Decimal("-999.99")),
        ("amount", "0.004", Decimal("0.00")),
        ("amount", "0.005", Decimal("0.01")),
        ("amount", "-1234567890.125", Decimal("-1234567890.13")),
        ("maybe", "manager", Role.manager),
        ("on", "y", True),
        ("country", "CN", "CN"),
        ("zone", "Asia/Shanghai", "Asia/Shanghai"),
    ],
)
def test_valid_values_are_parsed(app, name, typed, data):
    with app.test_request_context():
        form, valid = filled(**{name: typed})
    assert valid, form.errors
    assert form[name].data == data


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("name", "x" * 21),
        ("name", "x" * 10_000),
        ("note", "x" * 20_001),
        ("mail", "a@b@c.example"),
        ("mail", "Li <a@example.org>"),
        ("site", "javascript:alert(1)"),
        ("site", "ftp://example.org"),
        ("site", "x" * 30 + ".example"),
        ("day", "1600-01-01"),
        ("day", "0000-00-00"),
        ("day", "2101-01-01"),
        ("day", "10000-01-01"),
        ("day", "tomorrow"),
        ("day", "2026-02-30"),
        ("count", "1.5"),
        ("count", "2147483648"),
        ("count", "9" * 500),
        ("count", "9" * 5000),
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("amount", "1000000000000"),
        ("amount", "1e30"),
        ("amount", "NaN"),
        ("amount", "Infinity"),
        ("share", "100.01"),
        ("share", "-1"),
        ("ratio", "1000"),
        ("maybe", "emperor"),
        ("must", ""),
        ("country", "XX"),
        ("zone", "Mars/Base"),
    ],
)
def test_invalid_values_are_refused_with_a_message_and_stay_in_the_field(app, name, typed):
    with app.test_request_context():
        form, valid = filled(**{name: typed})
        assert not valid
        assert list(form.errors) == [name]
        assert all(str(text).endswith(".") for text in form.errors[name])
        if name not in ("maybe", "must", "country", "zone"):
            assert form[name]._value().endswith(typed)


@pytest.mark.parametrize("name", ["nick", "note", "mail", "site"])
def test_invisible_text_counts_as_empty(app, name):
    with app.test_request_context():
        form, valid = filled(**{name: "\u200b\u00a0"})
    assert (valid, form[name].data) == (True, None), form.errors


@pytest.mark.parametrize(("name", "typed"), [("day", "9999-12-31"), ("day", "0001-01-01"), ("count", "9" * 20)])
def test_invalid_value_is_not_in_the_form_data(app, name, typed):
    with app.test_request_context():
        assert filled(**{name: typed})[0][name].data is None


def test_datetime_and_unlabeled_columns_have_no_field():
    with pytest.raises(TypeError, match="a form has fields for day, time and zone"):
        of(Thing.at)
    with pytest.raises(TypeError, match="has no label"):
        of(Thing.bare)


def test_inherited_columns_are_resolved(app, session, actor):
    own = type("Own", (Form,), {"confidential": of(Person.confidential), "team_id": of(Organization.team_id)})
    with app.test_request_context():
        g.actor = actor("anna")
        form = own()
        assert form.confidential.label.text == "Confidential"
        assert [choice.label for choice in form.team_id.choices] == ["", "Inland"]


def test_field_missing_from_the_post_keeps_the_stored_value(app):
    with app.test_request_context():
        form = type("F", (w.Form,), {"kind": of(Post.kind), "code": of(Post.code)})
        bound = form(MultiDict({"code": "SHA"}), obj=Post(kind=list(Post.kind.type.enum_class)[2]))
        assert bound.validate()
    assert bound.kind.data == list(Post.kind.type.enum_class)[2]


@pytest.mark.parametrize(
    ("stored", "text"), [("24.00", "24"), ("100", "100"), ("0.00", "0"), ("12.50", "12.50"), (None, "")]
)
def test_whole_numbers_are_shown_without_decimals(app, stored, text):
    with app.test_request_context():
        form = type("F", (w.Form,), {"ratio": of(Thing.ratio)})(obj=Thing(ratio=Decimal(stored) if stored else None))
        assert form.ratio._value() == text


def test_field_override_wins(app):
    with app.test_request_context():
        bound = type("F", (w.Form,), {"name": of(Thing.name, required=False, description="Or not.")})(MultiDict())
        assert bound.validate()
    assert bound.name.description == "Or not."
