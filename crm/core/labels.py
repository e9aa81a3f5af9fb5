"""What the fields of a form are called on screen, where only the names are known with which they were sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import wtforms as w

from .forms import FORMS
from .words import Lazy


def labeled(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same fields, named by the form that most likely sent them: the one that has most of their names."""
    pairs = list(fields)
    known = _labels({_own_name(name) for name, _text in pairs})
    return [(_said(name, known), text) for name, text in pairs]


def _labels(names: Collection[str]) -> dict[str, object]:
    """Name -> label: of the best form first, then of any other that has such a field."""
    found: dict[str, object] = {}
    all_fields = [_fields_of(form) for form in FORMS]
    for fields in sorted(all_fields, key=lambda held: (-len(held.keys() & names), len(held))):
        found = {name: fields[name] for name in names & fields.keys()} | found
    return found


def _fields_of(form: type[w.Form]) -> dict[str, object]:
    """The fields a form declares, with their labels."""
    made = ((name, getattr(form, name)) for name in dir(form) if not name.startswith("_"))
    return {name: label for name, field in made if (label := _label_of(field))}


def _label_of(field: Any) -> object:
    """The label of a field that is declared and not yet made; "" for anything else."""
    if not hasattr(field, "field_class"):
        return ""
    said = (field.kwargs.get("label"), *field.args)
    return next((label for label in said if isinstance(label, str | Lazy)), "")


def _own_name(name: str) -> str:
    """Without the row it stands in: "clients-0-minutes" is "minutes"."""
    parts = name.split("-")
    return parts[0] if parts[-1].isdigit() else parts[-1]


def _said(name: str, known: dict[str, object]) -> str:
    own = _own_name(name)
    words = own.removesuffix("_id").replace("_", " ").strip()
    row = next((int(part) + 1 for part in name.split("-")[1:] if part.isdigit()), None)
    label = str(known.get(own) or words[:1].upper() + words[1:])
    return f"{label} {row}" if row and row > 1 else label
