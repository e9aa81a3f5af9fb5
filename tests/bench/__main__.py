"""Seed, serve, measure; write bench.json and a table."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from config import make_settings
from crm.core.data.base import database_url
from tests.fixtures import postgres

from . import bulk, rows
from .client import Client
from .serving import ROOT, served, weight_mb

SIZE = os.environ.get("BENCH", "100k")
FLASK = (sys.executable, "-m", "flask", "--app", "crm")
COLUMNS = (
    "engine",
    "size",
    "name",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "rps8",
    "statements",
    "bytes",
    "floor_p50_ms",
    "ratio",
)


def say(text: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{text}\n")


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """Give an empty database."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite'}"
        return
    os.environ[postgres.OWNER] = str(os.getpid())
    server = postgres.start()
    try:
        server.run("CREATE DATABASE bench")
        # As docs/deploy.md asks of a server on solid-state disks.
        server.run("ALTER DATABASE bench SET random_page_cost = 1.1")
        yield server.url("bench")
    finally:
        postgres.stop_owned_by(os.getpid())


def prepare(settings: dict[str, str]) -> None:
    """Make the tables and seed."""
    env = os.environ | settings
    for command in (("db", "upgrade"), ("seed", "--size", SIZE)):
        subprocess.run((*FLASK, *command), cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


def sample_ids(url: str) -> dict[str, list[int]]:
    """Records that Anna may see, and names to begin pages from."""
    engine = sa.create_engine(database_url(url))
    asked = sa.text(
        "SELECT id, sort_key FROM record WHERE kind = :kind AND NOT confidential AND archived_at IS NULL AND "
        "(team_id IS NULL OR team_id = (SELECT id FROM team WHERE name = 'Inland')) ORDER BY id"
    )
    found: dict[str, Any] = {}
    with engine.connect() as connection:
        for kind in ("organization", "person"):
            listed = connection.execute(asked, {"kind": kind}).all()
            found[kind] = rows.vary(11, [row[0] for row in listed])
            found[f"{kind}_keys"] = [quote(row[1]) for row in listed[:: max(1, len(listed) // 200)]]
    engine.dispose()
    return found


def cursors(client: Client, path: str, depth: int) -> list[str]:
    """Addresses of the pages behind a list's first one."""
    found: list[str] = []
    for _ in range(depth):
        text = client.ask(path).body.decode()
        following = re.search(r'href="([^"]*[?&](?:amp;)?after=[^"]+)"', text)
        if following is None:
            break
        path = following[1].replace("&amp;", "&")
        path = path if path.startswith("/") else f"/organizations/{path}"
        found.append(path)
    return found


def measured(engine: str, settings: dict[str, str], folder: Path) -> Iterator[dict[str, Any]]:
    """Measure everything on one engine, row by row."""
    ids = sample_ids(settings["CRM_DATABASE_URL"])
    with (
        served("tests.bench.wsgi:app", settings, "/login") as (port, parent, cold),
        served("tests.bench.floor:app", settings, "/report") as (floor_port, _floor, _cold),
    ):
        clients = {name: Client(port) for name in ("anna", "clara")}
        for name, client in clients.items():
            client.sign_in(name)
        rows.QUOTED[:] = [quote(word) for word in rows.WORDS]
        deep = [cursors(clients["anna"], f"/organizations/?city={city}", 6) for city in rows.CITIES]
        rows.DEEP[:] = [path for paths in deep for path in paths] or ["/organizations/?city=Suzhou"]
        after = [path.removeprefix("/organizations/") for path in cursors(clients["anna"], "/organizations/", 20)]
        for name, who, ask, floor in rows.pages(ids, after, ids["organization_keys"]):
            say(f"  {name}")
            figures = rows.measure(name, ask, clients[who], floor, Client(floor_port))
            if name == "list by name":
                figures.rps8 = rows.together(ask, lambda: _signed(port))
            yield figures.row(engine, SIZE)
        yield rows.Figures("cold start", [cold * 1000]).row(engine, SIZE)
        yield {**rows.Figures("memory, PSS", [0.0]).row(engine, SIZE), "bytes": int(weight_mb(parent) * 1e6)}
    say("  import, mails")
    yield rows.Figures("import 10,000 people", [bulk.imported(settings, folder) * 1000]).row(engine, SIZE)
    yield rows.Figures("10,000 due mails", [bulk.mailed(settings) * 1000]).row(engine, SIZE)


def _signed(port: int) -> Client:
    client = Client(port)
    client.sign_in("anna")
    return client


def table(found: list[dict[str, Any]]) -> str:
    """The results for reading."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join("" if row[c] is None else str(row[c]) for c in COLUMNS) + " |" for row in found]
    return "\n".join(lines)


def main() -> None:
    """Measure on each engine, and write what was found."""
    out = Path(make_settings({"CRM_DEMO": "1"})["CRM_DATA_DIR"])
    out.mkdir(parents=True, exist_ok=True)
    found: list[dict[str, Any]] = []
    for engine in os.environ.get("BENCH_ENGINES", "sqlite,postgresql").split(","):
        with tempfile.TemporaryDirectory() as place, database(engine, Path(place)) as url:
            settings = {"CRM_DEMO": "1", "CRM_DATA_DIR": place, "CRM_DATABASE_URL": url}
            say(f"{engine}: seed {SIZE}")
            prepare(settings)
            for row in measured(engine, settings, Path(place)):
                found.append(row)
                # What was measured stays, should a later part fail.
                (out / "bench.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(table(found) + "\n")


if __name__ == "__main__":
    main()
