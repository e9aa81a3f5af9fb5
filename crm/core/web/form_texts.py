"""What a person typed in a form that couldn't be taken, to show it again."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from crm.core.web.labels import labeled
from crm.core.web.resume import LOOK
from crm.core.web.security import SAFE


def submitted_text() -> list[tuple[str, str]]:
    """What the person typed in the form that could not be taken: label and text, secrets left out."""
    if request.method in SAFE:
        return []
    return typed((k, x) for k in request.form for x in request.form.getlist(k))


def typed(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of the fields of a form what a person wrote or chose: secrets and what pages carry are left out."""
    omitted = ("uid", "version", "next", LOOK)
    filled = ((k, x) for k, x in fields if x.strip() and k not in omitted and "password" not in k and "token" not in k)
    return labeled(filled)
