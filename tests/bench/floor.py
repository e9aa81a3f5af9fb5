"""The baseline: a bare page over the same rows, indexed SQL and a small table, without sign-in and permissions."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask, render_template_string, request

from crm.core.data.base import prepare_engine
from crm.core.data.connections import database_url

app = Flask("floor")
engine = sa.create_engine(database_url(os.environ["CRM_DATABASE_URL"]))
prepare_engine(engine)
PAGE = """<!doctype html><title>Floor</title><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>
{%- endfor %}</tr>{% endfor %}</table>"""
LIST = (
    "SELECT r.id, r.label, r.native_label, o.country, o.city, o.zone FROM record r JOIN organization o ON o.id = r.id "
    "WHERE r.kind = 'organization' AND r.sort_key >= :key ORDER BY r.sort_key, r.id LIMIT 50"
)
CITY = "SELECT id, name, native_name, city FROM organization WHERE city_key = :key AND id > :id ORDER BY id LIMIT 50"
FTS = (
    "SELECT id, kind, label, native_label FROM record WHERE id IN "
    "(SELECT rowid FROM record_fts_organization WHERE record_fts_organization MATCH :fts LIMIT 300) LIMIT 50"
)
GIN = (
    "WITH k AS MATERIALIZED (SELECT id FROM record WHERE array_to_tsvector(array_remove(string_to_array(tokens, ' '), "
    "'')) @@ CAST(:gin AS tsquery) AND kind = 'organization' LIMIT 300) SELECT id, kind, label, native_label "
    "FROM record WHERE id IN (SELECT id FROM k) LIMIT 50"
)
TIMELINE = (
    "SELECT i.id, i.subject, i.type, i.at FROM interaction_link l JOIN interaction i ON i.id = l.interaction_id "
    "WHERE l.record_id = :id ORDER BY l.at DESC, l.interaction_id DESC LIMIT 30"
)
BOARD = "SELECT id, title, amount, stage_since FROM opportunity WHERE stage = :stage ORDER BY stage_since, id LIMIT 8"
SUMS = "SELECT stage, currency, count(*), sum(amount), sum(amount * chance) FROM opportunity GROUP BY stage, currency"
STAGES = ("matched", "introduced", "quoted", "negotiating", "contracted")


def _show(*statements: tuple[str, dict[str, object]]) -> str:
    with engine.connect() as connection:
        rows = [row for text, values in statements for row in connection.execute(sa.text(text), values)]
    return render_template_string(PAGE, rows=rows)


@app.get("/list")
def list_floor() -> str:
    """Fifty organizations by name."""
    return _show((LIST, {"key": request.args["key"]}))


@app.get("/city")
def city() -> str:
    """Fifty organizations of a city, from the middle of the list."""
    return _show((CITY, {"key": request.args["key"], "id": int(request.args["id"])}))


@app.get("/search")
def search() -> str:
    """What a word finds."""
    word = request.args["q"]
    on_sqlite = engine.dialect.name == "sqlite"
    return _show((FTS, {"fts": f'"{word}"*'}) if on_sqlite else (GIN, {"gin": f"'{word}':*"}))


@app.get("/record")
def record() -> str:
    """A record with its timeline."""
    key = {"id": int(request.args["id"])}
    return _show(("SELECT id, label, native_label, kind FROM record WHERE id = :id", key), (TIMELINE, key))


@app.get("/board")
def board() -> str:
    """Eight cards per column, and sums."""
    return _show(*((BOARD, {"stage": stage}) for stage in STAGES), (SUMS, {}))


@app.get("/report")
def report() -> str:
    """Only the sums."""
    return _show((SUMS, {}))


@app.post("/log")
def log() -> str:
    """Insert two rows in one transaction."""
    table = sa.Table("record", sa.MetaData(), autoload_with=engine) if not _TABLES else _TABLES[0]
    _TABLES[:] = [table]
    now = datetime.now(UTC)
    row = {
        "kind": "floor",
        "label": "Floor",
        "native_label": "",
        "sort_key": "~floor",
        "tokens": "floor",
        "version": 1,
        "confidential": False,
        "created_at": now,
        "changed_at": now,
    }
    with engine.begin() as connection:
        connection.execute(sa.insert(table), [row | {"uid": str(uuid.uuid4())} for _ in range(2)])
    return "done"


_TABLES: list[sa.Table] = []
