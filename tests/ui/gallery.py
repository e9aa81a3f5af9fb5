"""A tiny app that shows every macro of templates/_ui once, with plain values instead of a database."""

from __future__ import annotations

import mimetypes
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
)
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import FileSystemLoader, StrictUndefined

from crm.core.i18n import formats
from crm.core.i18n.script_marks import MarkLanguages
from crm.core.web.symbols import init_symbols
from tests.ui.sample import FIRMS, Actor, Cell, Flash, NavItem, Page, Row, SampleForm

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 8, 15, 36, tzinfo=UTC)


def _add_stand_ins(app: Flask) -> None:
    """Formats and names that the real app takes from the core; just enough here to show the macros."""
    env = app.jinja_env
    env.add_extension(MarkLanguages)
    env.globals.update(static_url=lambda name: f"/static/x/{name}", request_started_at=NOW)
    init_symbols(app, "/static/x/icons.svg")
    env.filters.update(
        day=lambda day: f"{day:%a} {day.day} {day:%b}",
        moment=lambda moment, zone=None: f"{moment:%H:%M}",
        both_clocks=lambda moment, *zones: f"{moment:%H:%M} = {moment + timedelta(hours=16):%a %H:%M} Shanghai",
        other_clocks=lambda *_parts: "",
        clock_time=lambda moment, zone=None: f"{moment:%H:%M}",
        money=lambda amount, currency="USD": f"{currency} {amount:,.0f}",
        num=lambda number: f"{number:,}",
        lang=formats.lang,
        initials=lambda text: str(text)[:2].upper(),
        mark_address=formats.mark_address,
        mark_lang=formats.mark_lang,
    )


def _context() -> dict[str, Any]:
    path = request.path
    return {
        "actor": Actor(keys_on=not request.args.get("quiet")),
        "nav": [
            NavItem("Today", "/", "today", path == "/"),
            NavItem("People", "/people/", "people"),
            NavItem("Organizations", "/list", "org", path == "/list"),
            NavItem("Projects", "/projects/", "project"),
            NavItem("Pipeline", "/opportunities/board", "pipeline"),
            NavItem("Shows", "/shows/", "show"),
            NavItem("Reports", "/reports/pipeline", "report"),
        ],
        "new_menu": [
            NavItem("Log interaction", "/form", "log", group="Log or plan"),
            NavItem("Person", "/people/new", "people", group="Add a record"),
            NavItem("Organization", "/list", "org", group="Add a record"),
        ],
        "views": [("Going quiet", "/list", "table", "view")],
        "starred": [("Wang Xiaoming", "/people/7", "王", "person"), ("ClearAir Sensors", "/list", "C", "organization")],
        "theme": request.cookies.get("theme") if request.cookies.get("theme") in ("light", "dark") else None,
        "center_name": "Inland",
        "demo": True,
        "flashes": lambda: (
            [Flash("Done: HACCP checklist to Li Hui", "done", "/undo", "u-1")] if request.args.get("flash") else []
        ),
        "profile_url": "/profile",
        "today": date(2026, 12, 8),
        "price": Decimal(1240000),
    }


def _rows(env: Any) -> list[Row]:
    light = env.get_template("_ui/light.html").module.light
    name = env.get_template("_ui/names.html").module.name
    return [
        Row(
            i,
            f"/list#{i}",
            [
                Cell(name(latin, native, first="latin", rest="dim")),
                Cell(city),
                Cell(f"{value:,}" if value else None),
                Cell(light(*step)),
            ],
        )
        for i, (latin, native, city, value, step) in enumerate(FIRMS * 8)
    ]


bp = Blueprint("gallery", __name__)


@bp.after_app_request
def guard(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data: blob:"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


@bp.get("/static/x/<path:name>")
def static_file(name: str) -> Response:
    path = ROOT / "static" / name
    return Response(path.read_bytes(), mimetype=mimetypes.guess_type(name)[0])


@bp.route("/form", methods=["GET", "POST"])
def form() -> Any:
    form = SampleForm()
    if form.validate_on_submit():
        return redirect("/?flash=1", 303)
    return render_template("gallery/form.html", form=form), 422 if request.method == "POST" else 200


@bp.get("/list")
def rows() -> str:
    rows = [] if request.args.get("none") else _rows(current_app.jinja_env)
    return render_template("gallery/list.html", page=Page(rows), bulk_url="/save")


@bp.get("/")
def parts() -> str:
    return render_template("gallery/parts.html")


@bp.get("/bare")
def bare() -> tuple[str, int]:
    typed = [("notes", "Wants the certificate.\nCall on Friday.")]
    title = "The database isn't responding"
    return render_template(
        "_ui/error.html", status=503, title=title, message="Nothing was saved.", typed_fields=typed
    ), 503


@bp.post("/save")
def save() -> Any:
    current_app.config["SAVES"].append(request.form.get("do", "done"))
    time.sleep(0.2)  # long enough for a second click to arrive
    return redirect("/?flash=1", 303)


@bp.post("/undo")
def undo() -> Any:
    current_app.config["SAVES"].append("undo " + request.form["uid"])
    return redirect("/", 303)


@bp.post("/part")
def part() -> str:
    return "<b>swapped</b>"


@bp.get("/search")
def search() -> Any:
    if "json" not in request.headers["Accept"]:
        return render_template("gallery/parts.html")
    if request.args["part"] == "rest":
        return jsonify(
            groups=[{"label": "Interactions", "hits": [{"url": "/?x=1", "label": "Steel quote", "icon": "log"}]}]
        )
    if not request.args["q"]:
        hit = {"url": "/list", "label": "ClearAir Sensors", "kind": "organization"}
        return jsonify(groups=[{"label": "Recent", "hits": [hit]}])
    hits = [
        {
            "url": "/form",
            "label": "Wang Xiaoming",
            "native": "王小明",
            "lang": "zh-Hans",
            "hint": "Huayue",
            "kind": "person",
        },
        {
            "url": "/list",
            "label": "Wangxin Environment",
            "native": "望新环境",
            "lang": "zh-Hans",
            "kind": "organization",
        },
    ]
    groups = [{"label": "Found", "hits": hits}] if "wang" in request.args["q"] else []
    return jsonify(groups=groups, more="/search?q=x&part=rest" if "steel" in request.args["q"] else "")


@bp.get("/pick")
def pick() -> Response:
    matches = [("7", "Wang Xiaoming", "王小明"), ("8", "Li Hui", "李慧"), ("9", "Tom Okafor", "")]
    query = request.args.get("q", "").lower()
    hits = [{"id": i, "label": label, "native": native} for i, label, native in matches if query in label.lower()]
    return jsonify(groups=[{"label": "People", "hits": hits}])


def make_app() -> Flask:
    app = Flask("gallery", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="gallery", TESTING=True, SAVES=[])
    app.jinja_env.undefined = StrictUndefined
    own = str(Path(__file__).parent / "templates")
    app.jinja_loader = FileSystemLoader([str(ROOT / "templates"), own])
    Babel(app)
    CSRFProtect(app)
    _add_stand_ins(app)
    app.context_processor(_context)
    app.register_blueprint(bp)
    # Saved views are stored and listed here; the gallery stores none.
    app.add_url_rule("/views", "search.save_view", lambda: ("", 204), methods=["POST"])
    app.add_url_rule("/search/views", "search.views", lambda: ("", 204))
    return app
