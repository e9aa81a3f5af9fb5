"""What was typed in a form, in its words: of fields and of codes, where only what was sent is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import wtforms as w

from crm.core.forms.forms import FORMS
from crm.core.forms.params import is_number
from crm.core.words import LabeledEnum, Lazy


def labeled(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same fields, named by the form that most likely sent them: the one that has most of their names.

    Codes are said in words; what a row chooses by itself, such as "Work" of a number, nobody typed.
    """
    pairs = list(fields)
    forms = [_fields_of(form) for form in FORMS]
    declared = frozenset(name for form in forms for name in form)
    known_fields = _best({_own_name(name, declared) for name, _text in pairs}, forms)
    labeled_texts = []
    for name, text in pairs:
        own = _own_name(name, declared)
        field, row = known_fields.get(own), _row(name)
        if row is None or not _is_default(field, text):
            label = str(_label_of(field) or _readable(own))
            labeled_texts.append((f"{label} {row}" if row and row > 1 else label, _word(field, text)))
    return labeled_texts


def _best(names: Collection[str], forms: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Name -> field: of the best form first, then of any other that has such a field."""
    best: dict[str, Any] = {}
    for fields in sorted(forms, key=lambda form_fields: (-len(form_fields.keys() & names), len(form_fields))):
        best = {name: fields[name] for name in fields.keys() & names} | best
    return best


def _fields_of(form: type[w.Form]) -> dict[str, Any]:
    """The fields a form declares that have a label, and those of its rows unless it has one of that name itself."""
    declared = {name: getattr(form, name) for name in dir(form) if not name.startswith("_")}
    rows = [part for field in declared.values() if (part := _part_of(field)) is not None]
    nested = {name: field for part in rows for name, field in _fields_of(part).items()}
    return nested | {name: field for name, field in declared.items() if _label_of(field)}


def _part_of(field: Any) -> type[w.Form] | None:
    """The form of which a declared field has one or several rows."""
    for arg in field.args if hasattr(field, "field_class") else ():
        if isinstance(arg, type) and issubclass(arg, w.Form):
            return arg
        if hasattr(arg, "field_class"):
            return _part_of(arg)
    return None


def _label_of(field: Any) -> object:
    """The label of a field that is declared and not yet made; "" for anything else."""
    if not hasattr(field, "field_class"):
        return ""
    candidates = (field.kwargs.get("label"), *field.args)
    return next((label for label in candidates if isinstance(label, str | Lazy)), "")


def _enum_of(field: Any) -> type[LabeledEnum] | None:
    """The closed list a field chooses from."""
    args = (field.kwargs.get("words"), *field.args) if field is not None else ()
    return next((x for x in args if isinstance(x, type) and issubclass(x, LabeledEnum)), None)


def _word(field: Any, text: str) -> str:
    return next((str(word.label) for word in _enum_of(field) or () if word.value == text), text)


def _is_default(field: Any, text: str) -> bool:
    default = field.kwargs.get("default") if field is not None else None
    return isinstance(default, LabeledEnum) and default.value == text


def _own_name(name: str, declared: Collection[str]) -> str:
    """Without the row it stands in and what it says of a name: "clients-0-minutes" is "minutes", "firm-new" "firm"."""
    parts = [part for part in name.split("-") if not is_number(part)]
    return next((part for part in reversed(parts) if part in declared), parts[-1] if parts else name)


def _row(name: str) -> int | None:
    return next((int(part) + 1 for part in name.split("-")[1:] if is_number(part)), None)


def _readable(own: str) -> str:
    words = own.removesuffix("_id").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
