"""Pages on which administrators edit the lists."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import request
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.errors import NotFound
from crm.core.forms.forms import Form
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success, on_post, render, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import Lazy, _, _l

from . import forms, queries, services
from .models import DayOff, Funder, LostReason, Rate, Sector

bp = Feature("reference", __name__, url_prefix="/lists")
layout.add_nav_entry("reference.index", _l("Lists"), "table", 98)


class ReferenceList(NamedTuple):
    """A list: its rows' class, form, title and the columns shown."""

    row: type[Any]
    form: type[Form]
    title: Lazy
    columns: tuple[str, ...]


LISTS = {
    "sectors": ReferenceList(Sector, forms.SectorForm, _l("Sectors"), ("name", "native_name", "source", "active")),
    "funders": ReferenceList(Funder, forms.FunderForm, _l("Funders"), ("code", "name", "from_on", "to_on", "active")),
    "reasons": ReferenceList(LostReason, forms.LostReasonForm, _l("Lost reasons"), ("name", "asks_words", "active")),
    "days": ReferenceList(
        DayOff,
        forms.DayOffForm,
        _l("Holidays and make-up workdays"),
        ("day", "country", "name", "is_workday", "confirmed"),
    ),
    "rates": ReferenceList(Rate, forms.RateForm, _l("Exchange rates"), ("currency", "on", "usd", "source")),
}


def _kept(name: str) -> ReferenceList:
    if name not in LISTS:
        raise NotFound
    return LISTS[name]


@bp.route("/", may="list:edit")
def index() -> Response:
    """Show one list at a time; `list` in the address names it."""
    name = request.args.get("list", "sectors")
    kept = _kept(name)
    rows, more = queries.page(kept.row, kept.columns[0], request.args.get("page", 1, type=row_id))
    labels = [kept.row.__table__.c[c].info["label"] for c in kept.columns]
    return render("reference/index.html", name=name, kept=kept, lists=LISTS, rows=rows, more=more, labels=labels)


@bp.route("/<name>/new", may="list:edit", methods=["GET", "POST"])
def new(name: str) -> Response:
    """Add a row."""
    kept = _kept(name)
    form = kept.form()
    with on_post(form) as posted:
        if posted:
            services.save_row(kept.row(), form.values())
            flash_success(_("Saved."))
            return redirect_to("reference.index", list=name)
    return show_form(form, "reference/edit.html", name=name, kept=kept)


@bp.route("/<name>/<int:id>/edit", may="list:edit", methods=["GET", "POST"])
def edit(name: str, id: int) -> Response:
    """Change a row."""
    kept = _kept(name)
    row = queries.row(kept.row, id)
    form = kept.form(obj=row)
    with on_post(form) as posted:
        if posted:
            services.save_row(row, form.values())
            flash_success(_("Saved."))
            return redirect_to("reference.index", list=name)
    return show_form(form, "reference/edit.html", name=name, kept=kept)
