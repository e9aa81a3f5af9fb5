"""Every page that a user may open is valid HTML, and its links have targets."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from tests.laws.application import ApplicationUnderTest
from tests.laws.crawl import crawl, endpoint_of
from tests.laws.routes import list_requests, rules
from tests.laws.sampling import one_of
from tests.laws.test_rights_matrix import expected
from tests.laws.viewers import PEOPLE, Expected
from tests.tools.pages import Reader, problems_of
from tests.tools.structure import structure_faults

# The tests of the features cover these lines; measuring coverage again takes a third of the time.

SPOKEN_BY_MACHINES = ("UndefinedError", "Lazy(", "Traceback", "object at 0x", "&lt;Row", "Decimal(", "datetime.")
MORE = (
    "/search?q=Zq",
    "/people/?q=nobody",
    "/interactions/log?text=met+Zqpersinlandx+yesterday+30+min",
    "/mail/?state=due",
)
"""Pages with query parameters that show more of them."""


def pages_of(
    application: ApplicationUnderTest, viewer: str, turns: tuple[int, ...], opened: Collection[str] = ()
) -> dict[str, str]:
    """Return one page of each route not yet opened, two if records differ, as this user gets them: address -> text."""
    pages: dict[str, str] = {}
    for rule in rules(application.app):
        if rule.endpoint in opened:
            continue
        open_to = [
            a
            for a in list_requests(application.dataset, application.app, rule)
            if a.method == "GET" and expected(viewer, a) is Expected.done
        ]
        for ask in {open_to[i % len(open_to)].path: open_to[i % len(open_to)] for i in turns if open_to}.values():
            answer = application.ask(viewer, "GET", ask.path)
            if answer.status in (200, 404) and "<html" in answer.text[:500]:
                pages[ask.path] = answer.text
    return pages | {path: application.ask(viewer, "GET", path).text for path in MORE}


def faults_of(application: ApplicationUnderTest, text: str) -> list[str]:
    """Return the faults of a page: in its HTML, texts, links and forms."""
    page = Reader(text)
    faults = problems_of(text, page) + structure_faults(text)
    faults += [f"says {phrase}" for phrase in SPOKEN_BY_MACHINES if phrase in text]
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
    faults += [f"word {w}" for w in re.findall(r"\b(?:None|Undefined|undefined|nan|True|False)\b", words)]
    title = text.partition("<title>")[2].partition("</title>")[0]
    if len(title.removesuffix(" - Causeway").strip()) < 3:
        faults.append("no title")
    faults += [f"script without a file: {a}" for t, a in page.elements if t == "script" and not a.get("src")]
    faults += ["style in the page" for t, _a in page.elements if t == "style"]
    faults += [
        f"leads nowhere: {a['href']}" for t, a in page.elements if t == "a" and not _leads(application, a.get("href"))
    ]
    for form, fields in page.forms:
        names = {name for name, _value in fields}
        if (form.get("method") or "get").lower() == "post" and "csrf_token" not in names:
            faults.append(f"no token: {form}")
        if not _leads(application, form.get("action"), (form.get("method") or "get").upper()):
            faults.append(f"posts nowhere: {form.get('action')}")
        faults += [
            f"next is {v}"
            for name, v in fields
            if name == "next" and v and (not v.startswith("/") or v.startswith("//"))
        ]
    return faults


def _leads(application: ApplicationUnderTest, href: str | None, method: str = "GET") -> bool:
    """Return whether an address is ours and accepts the method, or is an allowed external one."""
    if not href or href.startswith(("#", "?", "mailto:", "tel:", "otpauth:")):
        return True
    parts = urlsplit(href)
    if parts.scheme in ("http", "https"):
        return parts.netloc != "localhost"
    return _has_view(application.app, parts.path, method)


@cache
def _has_view(app: Flask, path: str, method: str) -> bool:
    """Return whether a view answers the method at an address; most pages have the same hundred links."""
    try:
        app.url_map.bind("localhost").match(path, method)
    except MethodNotAllowed:
        return False
    except HTTPException as problem:
        return problem.code == 308
    return True


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("viewer", one_of(PEOPLE))
def test_every_page_is_valid_and_offers_no_forbidden_link(application, viewer):
    def get(address: str) -> tuple[int, str]:
        answer = application.ask(viewer, "GET", address)
        return answer.status, answer.text

    walked = list(crawl(application.app, get, each=2))
    assert len(walked) > 60
    assert [(address, source, status) for address, source, status, _t in walked if status not in (200, 303)] == []
    linked = {address: text for address, _source, status, text in walked if status == 200 and "<html" in text[:500]}
    opened = {(endpoint_of(application.app, address) or "").rstrip("?") for address in linked}
    pages = linked | pages_of(application, viewer, (list(PEOPLE).index(viewer),), opened)
    faults = [
        f"{path}: {fault}" for path, text in pages.items() for fault in dict.fromkeys(faults_of(application, text))
    ]
    assert len(pages) > 60
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:150])


def test_page_faults_are_detected(application):
    bad = '<html><title>x y z</title><h1>a</h1><h1>b</h1><a href="/nowhere/at/all">x</a>'
    bad += '<form method="post"></form>None<input name="q">'
    bad += '<table><tbody><tr><td>1</td></tr></tbody></table><a href="/people/">More</a><a href="/shows/">x</a>'
    text = " ".join(faults_of(application, bad))
    words = ("not one h1", "leads nowhere", "no token", "word None", "no label", "row without a header: 1")
    assert [word for word in (*words, "link named “More”", "links named “x”") if word not in text] == []
