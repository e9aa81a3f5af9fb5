"""A tiny app that shows every macro of templates/_ui once, with plain values in place of the database."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, Response, jsonify, redirect, render_template, request, send_from_directory
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import StrictUndefined
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 8, 15, 36, tzinfo=UTC)


class NavItem(NamedTuple):
    label: str
    url: str
    icon: str
    current: bool = False
    count: int | None = None


class Flash(NamedTuple):
    text: str
    kind: str = "done"
    undo_url: str | None = None
    uid: str | None = None


@dataclasses.dataclass(frozen=True)
class Actor:
    name: str = "Anna Reyes"
    initials: str = "AR"
    role: str = "staff"
    zone: str = "America/Los_Angeles"
    keys_on: bool = True


class Phone(Form):
    number = StringField("Number", [Length(max=20)])
    kind = SelectField("Kind", choices=[("mobile", "Mobile"), ("office", "Office")])


class Column(NamedTuple):
    name: str
    label: str
    align: str = ""
    sort_url: str | None = None
    sorted: str | None = None
    hide_phone: bool = False


class Cell(NamedTuple):
    value: Any
    lang: str | None = None


class Row(NamedTuple):
    id: int
    url: str
    cells: list[Cell]


class Filter(NamedTuple):
    name: str
    label: str
    kind: str
    choices: list[tuple[str, str]]
    value: Any = None
    remove_url: str | None = None


class View(NamedTuple):
    label: str
    url: str
    current: bool = False
    count: int | None = None


class SampleForm(FlaskForm):
    uid = HiddenField()
    title = StringField("Title", [DataRequired("Write a title, such as Call about the certificate")])
    close_on = DateField("Expected close", description="A day such as 31 Mar 2027")
    kind = RadioField("Kind", choices=[("meeting", "Meeting"), ("call", "Call"), ("wechat", "WeChat")], default="call")
    stage = SelectField("Stage", choices=[("matched", "Matched"), ("quoted", "Quoted")])
    tags = SelectMultipleField("Tags", choices=[("water", "water"), ("air", "air")])
    starts_at = DateTimeLocalField("Starts", render_kw={"data-zone": "Asia/Shanghai", "data-zone-here": "America/Los_Angeles"})
    person = SelectField("Person", choices=[("", ""), ("7", "Wang Xiaoming")], render_kw={"data-url": "/pick"})
    people = SelectMultipleField("People", choices=[("7", "Wang Xiaoming"), ("8", "Li Hui")], render_kw={"data-url": "/pick"})
    minutes = IntegerField("Minutes")
    notes = TextAreaField("Notes")
    remind = BooleanField("Remind by mail at 07:00 on the day")
    phones = FieldList(FormField(Phone), "Phones", min_entries=1, max_entries=5)


def _add_stand_ins(app: Flask) -> None:
    """Formats and names which the real app takes from the core; here just enough to see the macros."""
    env = app.jinja_env
    env.globals.update(static_url=lambda name: f"/static/x/{name}", asked_at=NOW)
    env.filters.update(
        day=lambda day: f"{day:%a} {day.day} {day:%b}",
        moment=lambda at, zone=None: f"{at:%H:%M}",
        both=lambda at, there=None: f"{at:%H:%M} = {at + timedelta(hours=16):%a %H:%M} Shanghai",
        money=lambda amount, currency="USD": f"{currency} {amount:,.0f}",
        num=lambda number: f"{number:,}",
        lang=lambda text: "zh-Hans" if any("\u4e00" <= c <= "\u9fff" for c in str(text)) else None,
        initials=lambda text: str(text)[:2].upper(),
    )


def _context() -> dict[str, Any]:
    at = request.path
    return {
        "actor": Actor(),
        "nav": [
            NavItem("Today", "/", "today", at == "/", 9),
            NavItem("People", "/people/", "people"),
            NavItem("Organizations", "/list", "org", at == "/list"),
            NavItem("Projects", "/projects/", "project"),
            NavItem("Pipeline", "/opportunities/board", "pipeline"),
            NavItem("Shows", "/shows/", "show", count=1),
            NavItem("Reports", "/reports/pipeline", "report"),
        ],
        "new_menu": [("Log a contact", "/form", "log"), ("Person", "/people/new", "people"), ("Organization", "/list", "org")],
        "views": [("Going quiet", "/list", "GQ", "view")],
        "starred": [("Wang Xiaoming", "/people/7", "王", "person"), ("ClearAir Sensors", "/list", "C", "organization")],
        "theme": request.cookies.get("theme") if request.cookies.get("theme") in ("light", "dark") else None,
        "center_name": "Inland",
        "demo": True,
        "flashes": lambda: [Flash("Done: HACCP checklist to Li Hui", "done", "/undo", "u-1")] if request.args.get("flash") else [],
        "profile_url": "/profile",
        "today": date(2026, 12, 8),
        "price": Decimal(1240000),
    }


FIRMS = [
    ("Huayue Municipal Engineering Group", "华岳市政工程集团", "Suzhou", 240000, ("late", "4 days late")),
    ("ClearAir Sensors", "", "Carlsbad", 760000, ("planned", "Session, Fri")),
    ("Bluewater Metering", "", "Escondido", 1240000, ("none", "No next step")),
    ("Formosa Water Systems", "寶島水務系統", "Taichung", None, ("due", "Call, 17:00")),
]


@dataclasses.dataclass
class Page:
    """A list page as core.listing hands it to the template."""

    rows: list[Row]
    title: str = "Organizations"
    count_label: str = "1,000+"
    next_url: str | None = "/list?after=x"
    prev_url: str | None = None
    first_url: str | None = None
    chips: list[tuple[str, str, str]] = dataclasses.field(default_factory=lambda: [("Kind", "client", "/list")])
    sums: dict[str, str] = dataclasses.field(default_factory=lambda: {"value": "2,240,000"})
    export_urls: dict[str, str] = dataclasses.field(default_factory=lambda: {"csv": "/list?as=csv", "xlsx": "/list?as=xlsx"})
    views: list[View] = dataclasses.field(default_factory=lambda: [View("All", "/list", True, 1284), View("Going quiet", "/list", count=14)])
    columns: list[Column] = dataclasses.field(
        default_factory=lambda: [
            Column("name", "Name", sort_url="/list?sort=name"),
            Column("city", "City", hide_phone=True),
            Column("value", "Value, US$", "num", "/list?sort=value", "desc"),
            Column("next", "Next step", hide_phone=True),
        ]
    )
    filters: list[Filter] = dataclasses.field(
        default_factory=lambda: [
            Filter("q", "Search", "text", []),
            Filter("kind", "Kind", "choice", [("client", "Client"), ("prime", "Prime contractor")], "client", "/list"),
            Filter("quiet", "Going quiet", "bool", []),
            Filter("since", "Seen since", "date", []),
            Filter("counselor", "Counselor", "pick", [("1", "Anna Reyes")]),
        ]
    )


def _rows(env: Any) -> list[Row]:
    light = env.get_template("_ui/light.html").module.light
    name = env.get_template("_ui/names.html").module.name
    return [
        Row(i, f"/list#{i}", [Cell(name(latin, native, first="latin", rest="dim")), Cell(city), Cell(f"{value:,}" if value else None), Cell(light(*step))])
        for i, (latin, native, city, value, step) in enumerate(FIRMS * 8)
    ]


def make_app() -> Flask:
    app = Flask("gallery", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="gallery", TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_loader.searchpath.append(str(Path(__file__).parent / "templates"))  # type: ignore[union-attr]
    Babel(app)
    CSRFProtect(app)
    _add_stand_ins(app)
    app.context_processor(_context)

    @app.after_request
    def guard(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data: blob:"
        return answer

    @app.get("/static/x/<path:name>")
    def static_file(name: str) -> Response:
        return send_from_directory(ROOT / "static", name)

    @app.route("/form", methods=["GET", "POST"])
    def form() -> tuple[str, int]:
        shown = SampleForm()
        failed = request.method == "POST" and not shown.validate()
        return render_template("gallery/form.html", form=shown), 422 if failed else 200

    @app.get("/list")
    def rows() -> str:
        found = [] if request.args.get("none") else _rows(app.jinja_env)
        return render_template("gallery/list.html", page=Page(found), bulk_url="/list")

    @app.get("/")
    def parts() -> str:
        return render_template("gallery/parts.html")

    @app.get("/bare")
    def bare() -> tuple[str, int]:
        kept = [("notes", "Wants the certificate.\nCall on Friday.")]
        return render_template("_ui/error.html", status=503, title="The database does not answer", message="Nothing was saved.", kept=kept), 503

    @app.post("/save")
    def save() -> Any:
        return redirect("/?flash=1", 303)

    @app.get("/search")
    def search() -> Any:
        if not request.args["q"]:
            return jsonify(groups=[{"label": "Recent", "hits": [{"url": "/list", "label": "ClearAir Sensors", "kind": "organization"}]}])
        hit = {"url": "/form", "label": "Wang Xiaoming", "native": "王小明", "lang": "zh-Hans", "hint": "General Manager", "kind": "person"}
        return jsonify(groups=[{"label": "People", "hits": [hit] if "wang" in request.args["q"] else []}])

    @app.get("/pick")
    def pick() -> Response:
        found = [("7", "王小明 Wang Xiaoming", "Huayue"), ("8", "李慧 Li Hui", "Huayue"), ("9", "Tom Okafor", "ClearAir")]
        asked = request.args.get("q", "").lower()
        return jsonify(hits=[{"id": i, "label": label, "hint": hint} for i, label, hint in found if asked in label.lower()])

    return app
