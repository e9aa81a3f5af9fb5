"""Labels for the fields and codes of a submitted form, where only the request is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import wtforms as w
from flask import g
from sqlalchemy.exc import SQLAlchemyError

from crm.core.forms.choices import CodeChoice
from crm.core.forms.forms import FORMS
from crm.core.forms.params import is_number
from crm.core.forms.pickers import PickField
from crm.core.i18n import formats
from crm.core.words import LabeledEnum, Lazy, _


def label_fields(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the same fields with labels, taken from the form with most of their names.

    Codes get their labels; defaults of rows, such as "Work" of a phone number, are left out.
    """
    pairs = list(fields)
    forms = [_fields_of(form) for form in FORMS]
    declared = frozenset(name for form in forms for name in form)
    known_fields = _find_fields({_own_name(name, declared) for name, _text in pairs}, forms)
    labeled_texts = []
    for name, text in pairs:
        own = _own_name(name, declared)
        field, row = known_fields.get(own), _row_number(name)
        if row is None or not _is_default(field, text):
            label = str(_label_of(field) or _readable(own))
            labeled_texts.append((f"{label} {row}" if row and row > 1 else label, _display_text(field, text)))
    return labeled_texts


def _find_fields(names: Collection[str], forms: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return name -> field: of the best form first, then of any other form with such a field."""
    fields_by_name: dict[str, Any] = {}
    for fields in sorted(forms, key=lambda form_fields: (-len(form_fields.keys() & names), len(form_fields))):
        fields_by_name = {name: fields[name] for name in fields.keys() & names} | fields_by_name
    return fields_by_name


def _fields_of(form: type[w.Form]) -> dict[str, Any]:
    """Return the labeled fields that a form declares, and those of its rows unless it has a field of the same name."""
    declared = {name: getattr(form, name) for name in dir(form) if not name.startswith("_")}
    rows = [part for field in declared.values() if (part := _part_of(field)) is not None]
    nested = {name: field for part in rows for name, field in _fields_of(part).items()}
    return nested | {name: field for name, field in declared.items() if _label_of(field)}


def _part_of(field: Any) -> type[w.Form] | None:
    """Return the form that a declared field has one or several rows of."""
    for arg in field.args if hasattr(field, "field_class") else ():
        if isinstance(arg, type) and issubclass(arg, w.Form):
            return arg
        if hasattr(arg, "field_class"):
            return _part_of(arg)
    return None


def _label_of(field: Any) -> object:
    """Return the label of a field that is declared but not yet created; "" for anything else."""
    if not hasattr(field, "field_class"):
        return ""
    candidates = (field.kwargs.get("label"), *field.args)
    return next((label for label in candidates if isinstance(label, str | Lazy)), "")


def _enum_of(field: Any) -> type[LabeledEnum] | None:
    """Return the enum that a field offers."""
    args = (field.kwargs.get("enum"), *field.args) if field is not None else ()
    return next((x for x in args if isinstance(x, type) and issubclass(x, LabeledEnum)), None)


def _display_text(field: Any, text: str) -> str:
    """Return what a code, an id, a checked box or a date stands for; any other text unchanged."""
    cls = getattr(field, "field_class", object)
    if issubclass(cls, w.BooleanField):
        return _("Yes")
    if issubclass(cls, PickField | CodeChoice):
        return _name_of(field, text)
    if issubclass(cls, w.DateField):
        return _read_day(text)
    if _offers_ids(cls, field) and is_number(text):
        return _("Selected")
    return next((str(member.label) for member in _enum_of(field) or () if member.value == text), text)


def _offers_ids(cls: type, field: Any) -> bool:
    """Return whether a field's choices are ids with names that only the form itself loads, such as our staff."""
    is_select = issubclass(cls, w.SelectField | w.SelectMultipleField)
    return is_select and field.kwargs.get("coerce") is int and "choices" not in field.kwargs


def _name_of(field: Any, text: str) -> str:
    """Return the name of a chosen record, team, user or country, as far as the reader may see it."""
    if text.startswith("new:"):
        return text.split(":", 2)[-1]
    if is_number(text) and g.get("actor") is None:
        return _("Selected")
    form = w.Form()
    bound = form.meta.bind_field(form, field, {"name": "field", "prefix": ""})
    try:
        if isinstance(bound, PickField):
            return bound.names_of([int(text)]) or _("Selected") if is_number(text) else text
        return next((str(choice.label) for choice in bound.choices if choice.value == text), text)
    except SQLAlchemyError:  # The database is away, or the transaction failed.
        return _("Selected")


def _read_day(text: str) -> str:
    try:
        return formats.day(date.fromisoformat(text), full=True)
    except ValueError:
        return text


def _is_default(field: Any, text: str) -> bool:
    default = field.kwargs.get("default") if field is not None else None
    return isinstance(default, LabeledEnum) and default.value == text


def _own_name(name: str, declared: Collection[str]) -> str:
    """Return a field's own name without row prefix and suffix: "minutes" for "clients-0-minutes"."""
    parts = [part for part in name.split("-") if not is_number(part)]
    return next((part for part in reversed(parts) if part in declared), parts[-1] if parts else name)


def _row_number(name: str) -> int | None:
    """Return the number of the row that a field is in, from 1: 1 for "clients-0-minutes"; None outside of rows."""
    return next((int(part) + 1 for part in name.split("-")[1:] if is_number(part)), None)


def _readable(own: str) -> str:
    words = own.removesuffix("_id").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
