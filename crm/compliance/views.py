"""Pages of gifts: list, forms, approval, archive. The page of a gift belongs to the desk."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.lists import respond
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l

from . import forms, lists, queries, services
from .models import Gift
from .policy import GiftState
from .sentences import describe_limits

bp = Feature("compliance", __name__, url_prefix="/gifts")
layout.add_new_entry("compliance.new", _l("Gift"), "handover", 85, _l("New gift"))
add_command(Command("compliance.index", _l("Gifts"), "handover", _l("compliance officials meals travel")))


@bp.route("/", may="gift:see")
def index() -> Response:
    return respond(lists.GIFTS, g.actor)


@bp.route("/new", may="gift:edit", methods=["GET", "POST"])
def new() -> Response:
    """Add a gift; `person`, `organization` and `occasion` in the address fill the form."""
    names = ("person", "organization", "occasion")
    prefilled = {f"{name}_id": request.args.get(name, type=row_id) for name in names}
    form = forms.GiftForm(given_on=clock.today(g.actor.zone), user_id=g.actor.id, **prefilled)
    return _show_form(form, None, url_for("compliance.index"))


@bp.route("/<int:id>/edit", may="gift:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Edit a gift."""
    row = queries.get_gift(g.actor, id, "gift:edit")
    return _show_form(forms.GiftForm(obj=row), row, url_for("desk.gift", id=id))


def _show_form(form: forms.GiftForm, row: Gift | None, back_url: str) -> Response:
    def save() -> Gift:
        values = form.values()
        return services.save_gift(g.actor, values, row, values.pop("receipt"))

    limits = describe_limits(form.given_on.data or clock.today(g.actor.zone))
    context = {"gift": row, "back_url": back_url, "limits": limits}
    return save_form(form, save, _open_saved(is_new=row is None), "compliance/edit.html", **context)


def _open_saved(*, is_new: bool) -> Callable[[Gift], Response]:
    def then(row: Gift) -> Response:
        _flash_saved(_("Gift added.") if is_new else _("Changes saved."), row)
        return redirect_to("desk.gift", id=row.id)

    return then


def _flash_saved(message: str, row: Gift) -> None:
    notes = [_("The gift needs approval.")] if row.state is GiftState.needs_approval else []
    flash_success(" ".join([message, *notes]))


@bp.route("/<int:id>/approve", may="gift:approve", methods=["POST"])
def approve(id: int) -> Response:
    """Approve a gift; one that was changed since its page was opened is a 409."""
    version = request.form.get("version", type=int, default=0)
    services.decide_gift(g.actor, queries.get_gift(g.actor, id), approved=True, version=version)
    flash_success(_("Gift approved."))
    return redirect_to("desk.gift", id=id)


@bp.route("/<int:id>/reject", may="gift:approve", methods=["GET", "POST"])
def reject(id: int) -> Response:
    """Reject a gift with a reason."""
    row = queries.get_gift(g.actor, id)
    form = forms.RejectForm(obj=row)

    def save() -> None:
        services.decide_gift(g.actor, row, approved=False, note=form.note.data)

    then = go_to("desk.gift", _("Gift not approved."), id=id)
    return save_form(form, save, then, "compliance/reject.html", gift=row)


@bp.route("/<int:id>/archive", may="gift:archive", methods=["POST"])
def archive(id: int) -> Response:
    """Archive a gift, which then no longer counts."""
    services.set_archived(g.actor, queries.get_gift(g.actor, id, "gift:archive"), archived=True)
    flash_success(_("Gift archived."))
    return redirect_to("desk.gift", id=id)


@bp.route("/<int:id>/restore", may="gift:archive", methods=["POST"])
def restore(id: int) -> Response:
    """Restore a gift from the archive."""
    row = queries.get_gift(g.actor, id, "gift:archive")
    services.set_archived(g.actor, row, archived=False)
    _flash_saved(_("Gift restored."), row)
    return redirect_to("desk.gift", id=id)
