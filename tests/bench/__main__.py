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
from crm.core.data.connections import database_url
from tests.fixtures import postgres

from . import bulk, rows
from .client import BenchClient
from .serving import ROOT, running_server, weight_mb

RECIPIENTS = 200
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


def print_line(text: str) -> None:
    """Print the progress."""
    sys.stderr.write(f"{text}\n")


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite'}"
        return
    os.environ[postgres.OWNER] = str(os.getpid())
    server = postgres.start(postgres.WITH_CACHE)
    try:
        server.run("CREATE DATABASE bench")
        yield server.url("bench")
    finally:
        postgres.stop_owned_by(os.getpid())


def prepare(settings: dict[str, str]) -> None:
    """Create the tables and the sample data."""
    env = os.environ | settings
    mailing = (sys.executable, "-m", "tests.bench.mailing", str(RECIPIENTS))
    for command in ((*FLASK, "db", "upgrade"), (*FLASK, "seed", "--size", SIZE), mailing):
        subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    if settings["CRM_DATABASE_URL"].startswith("postgresql"):
        # The temporary server has no autovacuum, without which indexes alone can't answer.
        engine = sa.create_engine(database_url(settings["CRM_DATABASE_URL"]), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        engine.dispose()


def sample_ids(url: str) -> dict[str, list[int]]:
    """Return ids of records that Anna can see, and sort keys to start pages at."""
    engine = sa.create_engine(database_url(url))
    stmt = sa.text(
        "SELECT id, sort_key FROM record WHERE kind = :kind AND NOT confidential AND archived_at IS NULL AND "
        "(team_id IS NULL OR team_id = (SELECT id FROM team WHERE name = 'Inland')) ORDER BY id"
    )
    ids: dict[str, Any] = {}
    with engine.connect() as connection:
        for kind in ("organization", "person", "project", "opportunity"):
            listing = connection.execute(stmt, {"kind": kind}).all()
            ids[kind] = rows.sample_records(11, [row[0] for row in listing])
            ids[f"{kind}_keys"] = [quote(row[1]) for row in listing[:: max(1, len(listing) // 200)]]
        # Large sizes have the matches of their first needs only.
        ids["need"] = [row[0] for row in connection.execute(stmt, {"kind": "need"})][:50]
        ids["mailing"] = [row[0] for row in connection.execute(sa.text("SELECT id FROM mailing ORDER BY id DESC"))]
    engine.dispose()
    return ids


def cursors(client: BenchClient, path: str, depth: int) -> list[str]:
    """Return the URLs of the pages after a list's first one."""
    cursors: list[str] = []
    for _ in range(depth):
        text = client.ask(path).body.decode()
        following = re.search(r'href="([^"]*[?&](?:amp;)?after=[^"]+)"', text)
        if following is None:
            break
        path = following[1].replace("&amp;", "&")
        path = path if path.startswith("/") else f"/organizations/{path}"
        cursors.append(path)
    return cursors


def measure_all(engine: str, settings: dict[str, str], folder: Path) -> Iterator[dict[str, Any]]:
    """Measure all rows on one engine."""
    ids = sample_ids(settings["CRM_DATABASE_URL"])
    with (
        running_server("tests.bench.wsgi:app", settings, "/login") as (port, parent, cold),
        running_server("tests.bench.floor:app", settings, "/report") as (floor_port, _floor, _cold),
    ):
        clients = {name: BenchClient(port) for name in ("anna", "clara")}
        for name, client in clients.items():
            client.sign_in(name)
        rows.QUOTED_ROWS[:] = [quote(word) for word in rows.WORDS]
        deep = [cursors(clients["anna"], f"/organizations/?city={city}", 6) for city in rows.CITIES]
        rows.DEEP[:] = [path for paths in deep for path in paths] or ["/organizations/?city=Suzhou"]
        after = [path.removeprefix("/organizations/") for path in cursors(clients["anna"], "/organizations/", 20)]
        for name, email, ask, floor in rows.pages(ids, after, ids["organization_keys"]):
            print_line(f"  {name}")
            figures = rows.measure_request(name, ask, clients[email], floor, BenchClient(floor_port))
            if name == "list by name":
                figures.rps8 = rows.measure_parallel(ask, lambda: _signed(port))
            yield figures.row(engine, SIZE)
        yield rows.Figures("cold start", [cold * 1000]).row(engine, SIZE)
        yield {**rows.Figures("memory, PSS", [0.0]).row(engine, SIZE), "bytes": int(weight_mb(parent) * 1e6)}
    print_line("  import, mails")
    yield rows.Figures("import 10,000 people", [bulk.measure_import(settings, folder) * 1000]).row(engine, SIZE)
    yield rows.Figures("10,000 due emails", [bulk.measure_mailing(settings) * 1000]).row(engine, SIZE)


def _signed(port: int) -> BenchClient:
    client = BenchClient(port)
    client.sign_in("anna")
    return client


def table(results: list[dict[str, Any]]) -> str:
    """Return the results as a Markdown table."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join("" if row[c] is None else str(row[c]) for c in COLUMNS) + " |" for row in results]
    return "\n".join(lines)


def main() -> None:
    """Measure on each engine, and write the results."""
    out = Path(make_settings({"CRM_DEMO": "1"})["CRM_DATA_DIR"])
    out.mkdir(parents=True, exist_ok=True)
    results: list[dict[str, Any]] = []
    for engine in os.environ.get("BENCH_ENGINES", "sqlite,postgresql").split(","):
        with tempfile.TemporaryDirectory() as place, database(engine, Path(place)) as url:
            settings = {"CRM_DEMO": "1", "CRM_DATA_DIR": place, "CRM_DATABASE_URL": url}
            print_line(f"{engine}: seed {SIZE}")
            prepare(settings)
            for row in measure_all(engine, settings, Path(place)):
                results.append(row)
                # Results are written at once, in case a later part fails.
                (out / "bench.json").write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(table(results) + "\n")


if __name__ == "__main__":
    main()
