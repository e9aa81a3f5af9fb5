"""The measured pages, with varied records and words, and the baseline of each."""

from __future__ import annotations

import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .client import BenchClient, BenchResponse, PageForm

REQUESTS = 200
WARM_UP = 12
CLIENTS = 8
RUN_SECONDS = 6.0
WORDS = (
    "water",
    "redwood",
    "sensors",
    "suzhou",
    "hua",
    "ningbo",
    "wang",
    "filters",
    "group",
    "solar",
    "tianhe",
    "delgado",
    "水务",
    "智慧",
    "王",
    "bridge",
    "zhang",
    "xinghan",
    "orchards",
    "medical",
    "port",
    "lixin",
    "valley",
    "bureau",
)
CITIES = ("Suzhou", "Ningbo", "Riverside", "Shanghai", "Fresno", "Hangzhou", "Oakland", "Guangzhou")
QUESTIONS = (
    "opportunities?by=stage&by2=counselor&state=open",
    "opportunities?by=stage&measure=sum:amount",
    "organizations?by=county&role=client",
    "interactions?by=date.month&by2=kind",
)
"""Custom reports: the records, how they are grouped, and what is added up."""
Ask = Callable[[BenchClient, int], BenchResponse]


@dataclass
class Figures:
    """The measurements of one page."""

    name: str
    times: list[float] = field(default_factory=list)
    statements: int | None = None
    bytes: int | None = None
    rps8: float | None = None
    floor: float | None = None

    def row(self, engine: str, size: str) -> dict[str, Any]:
        """Return the row of bench.json."""
        cuts = statistics.quantiles(self.times, n=100) if len(self.times) > 1 else [self.times[0]] * 99
        p50 = cuts[49]
        return {
            "engine": engine,
            "size": size,
            "name": self.name,
            "p50_ms": round(p50, 2),
            "p95_ms": round(cuts[94], 2),
            "p99_ms": round(cuts[98], 2),
            "rps8": self.rps8,
            "statements": self.statements,
            "bytes": self.bytes,
            "floor_p50_ms": round(self.floor, 2) if self.floor else None,
            "ratio": round(p50 / self.floor, 1) if self.floor else None,
        }


def page(client: BenchClient, path: str, accept: str = "text/html") -> BenchResponse:
    """Request a page; any status but 200 ends the run."""
    answer = client.ask(path, accept=accept)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return answer


def log_once(client: BenchClient, position: int, people: list[int]) -> BenchResponse:
    """Log an interaction with a follow-up; only the POST is timed, not the request of the form before it."""
    form = PageForm(page(client, "/interactions/new").body)
    sent = form.filled(
        **{
            "people": str(people[position % len(people)]),
            "subject": f"Bench {position}",
            "notes": "Wants a price by Friday.",
            # Unlike any other, or the form would ask whether it is one of the person's open ones.
            "follow_ups-0-title": f"{uuid.uuid4().hex} price",
            "follow_ups-0-due_on": "2030-01-04",
        }
    )
    answer = client.ask("/interactions/new", sent)
    if answer.status != 303:
        raise RuntimeError(f"logging: {answer.status}")
    return answer


TYPED_PEOPLE = (("Cheung", "Wai"), ("Zhou", "Limin"), ("Wang", "Wei"), ("Smith", "Bob"), ("Tan", "Kah Kee"))


def similar_people(client: BenchClient, position: int) -> BenchResponse:
    """Look for people like the one that is being entered; only the POST is timed."""
    family, given_name = TYPED_PEOPLE[position % len(TYPED_PEOPLE)]
    sent = PageForm(page(client, "/people/new").body).filled(family_latin=family, given_latin=given_name)
    answer = client.ask("/duplicates/similar/person", sent)
    if answer.status != 200:
        raise RuntimeError(f"similar people: {answer.status}")
    return answer


def pages(ids: dict[str, list[int]], cursors: list[str], keys: list[str]) -> Iterator[tuple[str, str, Ask, Ask | None]]:
    """Yield for each page its name, the user, the request, and the request of the baseline."""
    organizations, people = ids["organization"], ids["person"]

    def pick(choices: list[Any], position: int) -> Any:
        return choices[(position * 7919) % len(choices)]

    yield (
        "list by name",
        "anna",
        lambda c, n: page(c, f"/organizations/{pick(['', *cursors], n)}"),
        lambda c, n: page(c, f"/list?key={pick(keys, n)}"),
    )
    yield (
        "list filtered, deep page",
        "anna",
        lambda c, n: page(c, pick(DEEP, n)),
        lambda c, n: page(c, f"/city?key={pick(list(CITIES), n).lower()}&id={pick(organizations, n)}"),
    )
    yield (
        "search list",
        "anna",
        lambda c, n: page(c, f"/organizations/?q={pick(list(QUOTED_ROWS), n)}"),
        lambda c, n: page(c, f"/search?q={pick(list(QUOTED_ROWS), n)}"),
    )
    yield (
        "palette",
        "anna",
        lambda c, n: page(c, f"/search?q={pick(list(QUOTED_ROWS), n)}&part=records", "application/json"),
        lambda c, n: page(c, f"/search?q={pick(list(QUOTED_ROWS), n)}"),
    )
    yield (
        "palette, interactions",
        "anna",
        lambda c, n: page(c, f"/search?q={pick(list(QUOTED_ROWS), n)}&part=rest", "application/json"),
        None,
    )
    yield (
        "record page, organization",
        "anna",
        lambda c, n: page(c, f"/organizations/{pick(organizations, n)}"),
        lambda c, n: page(c, f"/record?id={pick(organizations, n)}"),
    )
    yield (
        "record page, person",
        "anna",
        lambda c, n: page(c, f"/people/{pick(people, n)}"),
        lambda c, n: page(c, f"/record?id={pick(people, n)}"),
    )
    for kind in ("project", "need", "opportunity"):
        yield f"introduction paths, {kind}", "anna", _introductions(ids[kind]), None
    yield "record page, need", "anna", lambda c, n: page(c, f"/projects/needs/{pick(ids['need'], n)}"), None
    yield "list of matches", "anna", lambda c, _n: page(c, "/matches/?state=suggested&sort=-points"), None
    yield "custom report", "clara", lambda c, n: page(c, f"/reports/custom/build/{pick(list(QUESTIONS), n)}"), None
    yield "email to 200 people", "anna", lambda c, n: page(c, f"/mailings/{pick(ids['mailing'], n)}"), None
    yield "similar people while typing", "anna", similar_people, None
    yield "today", "anna", lambda c, _n: page(c, "/"), None
    yield "board", "clara", lambda c, _n: page(c, "/opportunities/board"), lambda c, _n: page(c, "/board")
    yield "pipeline report", "clara", lambda c, _n: page(c, "/reports/pipeline"), lambda c, _n: page(c, "/report")
    yield (
        "log an interaction with a follow-up",
        "anna",
        lambda c, n: log_once(c, n, people),
        lambda c, _n: _posted(c),
    )


def _introductions(ids: list[int]) -> Ask:
    return lambda client, position: page(client, f"/introductions/{ids[(position * 7919) % len(ids)]}")


QUOTED_ROWS: list[str] = []
DEEP: list[str] = []


def _posted(client: BenchClient) -> BenchResponse:
    return client.ask("/log", "x=1")


def measure_request(name: str, ask: Ask, client: BenchClient, floor: Ask | None, bare: BenchClient) -> Figures:
    """Request a page repeatedly, alternating with its baseline, so that noise of the machine affects both."""
    figures, below = Figures(name), []
    for position in range(WARM_UP):
        ask(client, position)
    for position in range(REQUESTS):
        answer = ask(client, position)
        figures.times.append(answer.ms)
        figures.statements, figures.bytes = answer.statements, max(figures.bytes or 0, len(answer.body))
        if floor is not None:
            below.append(floor(bare, position).ms)
    if below:
        figures.floor = statistics.median(below)
    return figures


def measure_parallel(ask: Ask, make: Callable[[], BenchClient], seconds: float = RUN_SECONDS) -> float:
    """Return the requests per second of eight parallel clients."""
    counts, until, clients = [0] * CLIENTS, [0.0], [make() for _ in range(CLIENTS)]

    def run(which: int) -> None:
        position = which
        while time.monotonic() < until[0]:
            ask(clients[which], position)
            counts[which] += 1
            position += CLIENTS

    threads = [threading.Thread(target=run, args=(which,)) for which in range(CLIENTS)]
    until[0] = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(counts) / seconds, 1)


def sample_records(seed: int, choices: list[int], count: int = 400) -> list[int]:
    """Records to ask for, the same in each run."""
    return random.Random(seed).sample(choices, min(count, len(choices)))
