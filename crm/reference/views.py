"""Pages on which administrators edit the lists."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from babel import numbers
from flask import jsonify, request
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.errors import NotFound
from crm.core.forms.forms import Form
from crm.core.i18n.formats import day, locale
from crm.core.web import layout
from crm.core.web.blueprint import Feature, render
from crm.core.web.form_flow import go_to, save_form
from crm.core.words import Lazy, _, _l

from . import codes, forms, queries, services
from .models import DayOff, Funder, GiftLimit, LostReason, Rate, Sector

EXCHANGE_RATE = "#,##0.00####"
MAX_QUERY_CHARS = 200
bp = Feature("reference", __name__, url_prefix="/lists")
layout.add_nav_entry("reference.index", _l("Lists"), "table", 98)


class ReferenceList(NamedTuple):
    """A list: the class of its rows, its form, title, and the columns on the page."""

    model: type[Any]
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
    "gifts": ReferenceList(GiftLimit, forms.GiftLimitForm, _l("Gift limits"), ("from_on", "usd", "per_year", "note")),
}


def _list_of(name: str) -> ReferenceList:
    if name not in LISTS:
        raise NotFound
    return LISTS[name]


@bp.route("/", may="list:edit")
def index() -> Response:
    """Show one of the lists; the argument `list` names it."""
    name = request.args.get("list", "sectors")
    shown_list = _list_of(name)
    page = request.args.get("page", 1, type=row_id)
    rows, has_more = queries.page(shown_list.model, shown_list.columns[0], page)
    return render(
        "reference/index.html",
        name=name,
        title=shown_list.title,
        lists=LISTS,
        labels=[shown_list.model.__table__.c[column].info["label"] for column in shown_list.columns],
        rows=[(row.id, [_cell(getattr(row, column)) for column in shown_list.columns]) for row in rows],
        next_page=page + 1 if has_more else None,
    )


def _cell(value: object) -> str:
    """Return the text of a table cell."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return str(numbers.format_decimal(value, EXCHANGE_RATE, locale=locale()))
    return "" if value is None else str(value)


@bp.route("/codes/<name>", may="code:see")
def find_codes(name: str) -> Response:
    """Find codes by their digits or by words of their titles, for pickers."""
    if name not in codes.CodeList.__members__:
        raise NotFound
    entries = codes.find_codes(codes.CodeList[name], request.args.get("q", "")[:MAX_QUERY_CHARS])
    hits = [{"id": entry.code, "label": entry.label, "hint": entry.heading} for entry in entries]
    return jsonify({"groups": [{"label": name, "hits": hits}], "hits": hits})


@bp.route("/<name>/new", may="list:edit", methods=["GET", "POST"])
def new(name: str) -> Response:
    """Add a row."""
    shown_list = _list_of(name)
    form = shown_list.form()

    def save() -> None:
        services.save_row(shown_list.model(), form.values())

    then = go_to("reference.index", _("Entry added."), list=name)
    return save_form(
        form, save, then, "reference/edit.html", name=name, list_title=shown_list.title, title=_("New entry")
    )


@bp.route("/<name>/<int:id>/edit", may="list:edit", methods=["GET", "POST"])
def edit(name: str, id: int) -> Response:
    """Change a row."""
    shown_list = _list_of(name)
    row = queries.row(shown_list.model, id)
    title = _("Edit %(name)s", name=_cell(getattr(row, shown_list.columns[0])))
    form = shown_list.form(obj=row)

    def save() -> None:
        services.save_row(row, form.values())

    then = go_to("reference.index", list=name)
    return save_form(form, save, then, "reference/edit.html", name=name, list_title=shown_list.title, title=title)
