"""The entered text of a form that couldn't be saved, to show it again."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from crm.core.web.labels import label_fields
from crm.core.web.resume import SHOW_AGAIN
from crm.core.web.security import SAFE


def submitted_text() -> list[tuple[str, str]]:
    """Return what the user entered in the form that couldn't be saved: label and text, without secrets."""
    if request.method in SAFE:
        return []
    return list_entered_fields((k, x) for k in request.form for x in request.form.getlist(k))


def list_entered_fields(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the fields that a user entered or chose, each once, without secrets and hidden fields."""
    omitted = ("uid", "version", "changed_inputs", "next", SHOW_AGAIN)
    filled = ((k, x) for k, x in fields if x.strip() and k not in omitted and "password" not in k and "token" not in k)
    # A new name is sent by its input and by its checkbox.
    return list(dict.fromkeys(label_fields(filled)))
