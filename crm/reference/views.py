"""Pages on which administrators edit the lists."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
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
    """A list: the class of its rows, its form and columns; its title and use; the button and page that add a row."""

    model: type[Any]
    form: type[Form]
    columns: tuple[str, ...]
    title: Lazy
    use: Lazy
    add_label: Lazy
    new_title: Lazy


class ReferenceHeading(NamedTuple):
    """The heading of a column, and the class that aligns numbers."""

    text: str
    css: str


class ReferenceCell(NamedTuple):
    """The text of a cell, and its text below the first column on a phone, where only two columns are shown."""

    text: str
    phone_text: str


LISTS = {
    "sectors": ReferenceList(
        Sector,
        forms.SectorForm,
        ("name", "native_name", "source", "active"),
        _l("Sectors"),
        _l("Sectors of organizations, projects and products."),
        _l("Add sector"),
        _l("New sector"),
    ),
    "funders": ReferenceList(
        Funder,
        forms.FunderForm,
        ("code", "name", "from_on", "to_on", "active"),
        _l("Funders"),
        _l("Funders that counseling time is reported to."),
        _l("Add funder"),
        _l("New funder"),
    ),
    "reasons": ReferenceList(
        LostReason,
        forms.LostReasonForm,
        ("name", "requires_description", "active"),
        _l("Lost reasons"),
        _l("Reasons to choose from when an opportunity is lost."),
        _l("Add lost reason"),
        _l("New lost reason"),
    ),
    "days": ReferenceList(
        DayOff,
        forms.DayOffForm,
        ("day", "name", "country", "is_workday", "confirmed"),
        _l("Holidays and make-up workdays"),
        _l("Days off and make-up workdays to add to the built-in calendar."),
        _l("Add day"),
        _l("New day"),
    ),
    "rates": ReferenceList(
        Rate,
        forms.RateForm,
        ("currency", "usd", "on", "source"),
        _l("Exchange rates"),
        _l("Rates used to convert amounts to US dollars in reports."),
        _l("Add exchange rate"),
        _l("New exchange rate"),
    ),
    "gifts": ReferenceList(
        GiftLimit,
        forms.GiftLimitForm,
        ("from_on", "usd", "per_year", "note"),
        _l("Gift limits"),
        _l("Gifts above these limits need approval."),
        _l("Add gift limit"),
        _l("New gift limit"),
    ),
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
    columns = [shown_list.model.__table__.c[name] for name in shown_list.columns]
    return render(
        "reference/index.html",
        name=name,
        shown_list=shown_list,
        lists=LISTS,
        headings=[_build_heading(column) for column in columns],
        rows=[(row.id, [_build_cell(getattr(row, column.key), column) for column in columns]) for row in rows],
        next_page=page + 1 if has_more else None,
    )


def _build_heading(column: sa.Column[Any]) -> ReferenceHeading:
    is_number = isinstance(column.type, (sa.Integer, sa.Numeric))
    return ReferenceHeading(str(column.info["label"]), "num" if is_number else "")


def _build_cell(value: object, column: sa.Column[Any]) -> ReferenceCell:
    text = _write_value(value)
    if isinstance(value, bool):
        return ReferenceCell(text, str(column.info["label"]) if value else "")
    return ReferenceCell(text, f"{column.info['label']}: {text}" if isinstance(value, int) else text)


def _write_value(value: object) -> str:
    """Return the text of a value."""
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
    shown_list = _list_of(name)
    form = shown_list.form()

    def save() -> None:
        services.save_row(shown_list.model(), form.values())

    then = go_to("reference.index", _("Entry added."), list=name)
    button = {"title": shown_list.new_title, "button": shown_list.add_label}
    return save_form(form, save, then, "reference/edit.html", name=name, list_title=shown_list.title, **button)


@bp.route("/<name>/<int:id>/edit", may="list:edit", methods=["GET", "POST"])
def edit(name: str, id: int) -> Response:
    """Change a row."""
    shown_list = _list_of(name)
    row = queries.row(shown_list.model, id)
    title = _("Edit %(name)s", name=_write_value(getattr(row, shown_list.columns[0])))
    form = shown_list.form(obj=row)

    def save() -> None:
        services.save_row(row, form.values())

    then = go_to("reference.index", list=name)
    return save_form(form, save, then, "reference/edit.html", name=name, list_title=shown_list.title, title=title)
