"""Every page that anybody may open is sound HTML, and leads only where there is something."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from tests.laws.application import House
from tests.laws.crawl import view_of, walk
from tests.laws.expected import PEOPLE, Verdict
from tests.laws.routes import asks, rules
from tests.laws.test_rights_matrix import expected
from tests.tools.pages import Reader, problems_of

# Each line these walk through is held by the tests of its feature; counting them again takes a third of the time.
pytestmark = pytest.mark.no_cover

SPOKEN_BY_MACHINES = ("UndefinedError", "Lazy(", "Traceback", "object at 0x", "&lt;Row", "Decimal(", "datetime.")
MORE = (
    "/search?q=Zq",
    "/people/?q=nobody",
    "/interactions/log?say=met+Zqpersinlandx+yesterday+30+min",
    "/mail/?state=due",
)
"""Pages with something in the address that shows more of them."""


def pages_of(house: House, who: str, turns: tuple[int, ...], opened: Collection[str] = ()) -> dict[str, str]:
    """One page of each route not yet opened, two where records differ, as this person gets them: address -> text."""
    found: dict[str, str] = {}
    for rule in rules(house.app):
        if rule.endpoint in opened:
            continue
        open_to = [
            a for a in asks(house.scene, house.app, rule) if a.method == "GET" and expected(who, a) is Verdict.done
        ]
        for ask in {open_to[i % len(open_to)].path: open_to[i % len(open_to)] for i in turns if open_to}.values():
            answer = house.ask(who, "GET", ask.path)
            if answer.status in (200, 404) and "<html" in answer.text[:500]:
                found[ask.path] = answer.text
    return found | {path: house.ask(who, "GET", path).text for path in MORE}


def faults_of(house: House, text: str) -> list[str]:
    """What is wrong with a page: as HTML, in its words, in its links, in its forms."""
    page = Reader(text)
    found = problems_of(text)
    found += [f"says {said}" for said in SPOKEN_BY_MACHINES if said in text]
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
    found += [f"word {w}" for w in re.findall(r"\b(?:None|Undefined|undefined|nan|True|False)\b", words)]
    title = text.partition("<title>")[2].partition("</title>")[0]
    if len(title.strip()) < 3:
        found.append("no title")
    found += [f"script without a file: {a}" for t, a in page.elements if t == "script" and not a.get("src")]
    found += ["style in the page" for t, _a in page.elements if t == "style"]
    found += [f"leads nowhere: {a['href']}" for t, a in page.elements if t == "a" and not _leads(house, a.get("href"))]
    for form, fields in page.forms:
        names = {name for name, _value in fields}
        if (form.get("method") or "get").lower() == "post" and "csrf_token" not in names:
            found.append(f"no token: {form}")
        if not _leads(house, form.get("action"), (form.get("method") or "get").upper()):
            found.append(f"posts nowhere: {form.get('action')}")
        found += [
            f"next is {v}"
            for name, v in fields
            if name == "next" and v and (not v.startswith("/") or v.startswith("//"))
        ]
    return found


def _leads(house: House, href: str | None, method: str = "GET") -> bool:
    """Whether an address is one of ours that takes the method, or may lead out of the house."""
    if not href or href.startswith(("#", "?", "mailto:", "tel:", "otpauth:")):
        return True
    parts = urlsplit(href)
    if parts.scheme in ("http", "https"):
        return parts.netloc != "localhost"
    try:
        house.app.url_map.bind("localhost").match(parts.path, method)
    except MethodNotAllowed:
        return False
    except HTTPException as problem:
        return problem.code == 308
    return True


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_sound_and_offers_no_way_that_is_refused(house, who):
    def get(address: str) -> tuple[int, str]:
        answer = house.ask(who, "GET", address)
        return answer.status, answer.text

    walked = list(walk(house.app, get, each=2))
    assert len(walked) > 60
    assert [(address, source, status) for address, source, status, _t in walked if status not in (200, 303)] == []
    linked = {address: text for address, _source, status, text in walked if status == 200 and "<html" in text[:500]}
    opened = {(view_of(house.app, address) or "").rstrip("?") for address in linked}
    pages = linked | pages_of(house, who, (list(PEOPLE).index(who),), opened)
    faults = [f"{path}: {fault}" for path, text in pages.items() for fault in dict.fromkeys(faults_of(house, text))]
    assert len(pages) > 60
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:150])


def test_the_law_sees_faults(house):
    bad = '<html><title>x y z</title><h1>a</h1><h1>b</h1><a href="/nowhere/at/all">x</a>'
    bad += '<form method="post"></form>None<input name="q">'
    said = " ".join(faults_of(house, bad))
    assert [
        word for word in ("not one h1", "leads nowhere", "no token", "word None", "no label") if word not in said
    ] == []
