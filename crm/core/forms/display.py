"""Values of form fields as texts."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

from crm.core.words import LabeledEnum, _


def display_value(field: Any, value: Any) -> str:
    """Return a value as the field's reader knows it: labels for codes, names for ids."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, FileStorage):
        value = value.filename
    if value is None or value == "":
        return ""
    if hasattr(field, "names_of"):
        return str(field.names_of(value))
    if isinstance(value, dict):
        return _row_text(field, value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(text for part in value if (text := display_value(field, part)))
    pairs = (c if isinstance(c, tuple) else (c.value, c.label) for c in getattr(field, "choices", None) or ())
    labels = {choice[0]: choice[1] for choice in pairs}
    return str(labels.get(getattr(value, "value", value), labels.get(str(value), value)))


def _row_text(rows: Any, value: dict[str, Any]) -> str:
    """Return a row of a list of subforms as text, a checked box as its label; "" if nothing was entered."""
    fields = rows.entries[0].form._fields if getattr(rows, "entries", None) else dict.fromkeys(value)
    params = {name: part for name in fields if (part := value.get(name))}
    if all(part is True or isinstance(part, LabeledEnum) for part in params.values()):
        return ""
    texts = (
        _label(fields[name]) if part is True else display_value(fields[name], part) for name, part in params.items()
    )
    return " ".join(text for text in texts if text)


def _label(field: Any) -> str:
    return str(field.label.text) if field is not None else ""
