"""Pages of tariff notes: list, forms, archive. The page of a note belongs to the desk."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.lists import respond
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l

from . import forms, lists, queries, services
from .models import TariffNote

bp = Feature("tariffs", __name__, url_prefix="/tariff-notes")
layout.add_new_entry("tariffs.new", _l("Tariff note"), "world", 90, _l("New tariff note"))
add_command(Command("tariffs.index", _l("Tariff and rule notes"), "world", _l("customs duty HS code")))


@bp.route("/", may="tariff:see")
def index() -> Response:
    return respond(lists.TARIFF_NOTES, g.actor)


@bp.route("/new", may="tariff:edit", methods=["GET", "POST"])
def new() -> Response:
    """Add a note; `hs` and `country` in the address fill the form."""
    prefilled = {name: request.args[name] for name in ("hs", "country") if name in request.args}
    form = forms.TariffNoteForm(noted_on=clock.today(g.actor.zone), **(prefilled if request.method == "GET" else {}))

    def save() -> TariffNote:
        return services.save_note(g.actor, form.values())

    return save_form(form, save, _open_added, "tariffs/edit.html", note=None)


def _open_added(row: TariffNote) -> Response:
    flash_success(_("Note added."))
    return redirect_to("desk.tariff_note", id=row.id)


@bp.route("/<int:id>/edit", may="tariff:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Edit a note."""
    row = queries.get_note(id)
    form = forms.TariffNoteForm(obj=row)

    def save() -> None:
        services.save_note(g.actor, form.values(), row)

    return save_form(form, save, go_to("desk.tariff_note", id=id), "tariffs/edit.html", note=row)


@bp.route("/<int:id>/archive", may="tariff:archive", methods=["POST"])
def archive(id: int) -> Response:
    """Archive a note."""
    services.archive_note(queries.get_note(id))
    flash_success(_("Note archived."))
    return redirect_to("desk.tariff_note", id=id)


@bp.route("/<int:id>/restore", may="tariff:archive", methods=["POST"])
def restore(id: int) -> Response:
    """Restore a note from the archive."""
    services.restore_note(queries.get_note(id))
    flash_success(_("Note restored."))
    return redirect_to("desk.tariff_note", id=id)
