"""The page of a tariff note, with its history."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.web.blueprint import render
from crm.desk.activity_panels import tariff_note_panels
from crm.desk.history import load_row_history
from crm.tariffs.policy import NoteAge, note_age
from crm.tariffs.queries import get_note
from crm.tariffs.titles import note_title

from . import bp


@bp.route("/tariff-notes/<int:id>", may="tariff:see")
def tariff_note(id: int) -> Response:
    row = get_note(id)
    age = note_age(row.noted_on, row.valid_until, clock.today(g.actor.zone))
    return render(
        "desk/tariff_note.html",
        note=row,
        title=note_title(row.hs, row.country),
        warning=None if age is NoteAge.current else age,
        panels=tariff_note_panels(row),
        entries=load_row_history(g.actor, "tariff_note", id),
    )
