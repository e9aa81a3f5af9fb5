"""Every word on every page is translatable: in a language that puts each marked text in brackets, none is outside."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from babel import Locale

from crm.core import words
from crm.core.data.base import Base
from crm.core.i18n import formats
from tests.fixtures.apps import dispose, make_app
from tests.fixtures.databases import Databases
from tests.laws.application import ApplicationUnderTest, open_application
from tests.laws.sampling import one_of
from tests.laws.test_pages import pages_of

# The tests of the features cover these lines; measuring coverage again takes a third of the time.

BRANDS = frozenset(
    [
        "Causeway",
        "WeChat",
        "Zoom",
        "CSV",
        "XLSX",
        "PDF",
        "Excel",
        "vCard",
        "ITA",
        "XML",
        "UTF",
        "ID",
        "URL",
        "EAR",
        "ECCN",
        "HTS",
        "USML",
        "ITAR",
        "STEP",
        "SBDC",
        "NOT",
        "AIT",
        "SKU",
        "USD",
        "CNY",
        "EUR",
        "HKD",
        "TWD",
        "JPY",
        "KRW",
        "SGD",
        "GBP",
        "MOP",
        "UTC",
        "GMT",
        "AM",
        "PM",
        "Ctrl",
        "Esc",
        "Enter",
        "Shift",
        "Alt",
        "Tab",
        "https",
        "http",
        "www",
        "com",
        "org",
        "English",
        "Espa",
        "nobody",
        "met",
        "yesterday",
        "min",
        "prep",
        "for",
        "Acme",
        "step",
        "Zhao",
        "New",
        "Year",
        "Day",
        "family",
        "given",
        "name",
        "Zqrowanna",
        "Zqrowadmin",
        "Zqrowclara",
        "Zqrowboris",
    ]
)
"""Names and symbols that are the same in every language, keys of the keyboard, holiday names of the calendar, and
texts of the test data."""
BARE = re.compile(r"[A-Za-z][a-z]{2,}")
DRAWN = ("placeholder", "aria-label", "title", "alt", "data-label", "data-title")


def _pseudo(text: str, **values: object) -> str:
    return f"⟦{text % values if values else text}⟧"


def _pseudo_many(one: str, many: str, n: int, **values: object) -> str:
    return _pseudo(one if n == 1 else many, **{"num": n, "n": n, **values})


@pytest.fixture(scope="module")
def application(databases: Databases, engine: str) -> Iterator[ApplicationUnderTest]:
    """Return the application in the language of brackets."""
    url = databases.clone(engine)
    app = make_app(url, databases.own)
    before = words._translate, words._translate_plural
    words.use_translator(_pseudo, lambda one, many, n: _pseudo(one if n == 1 else many))
    app.jinja_env.globals.update(gettext=_pseudo, ngettext=_pseudo_many, _=_pseudo)
    _forget_words()
    try:
        with open_application(app) as opened:
            yield opened
    finally:
        words.use_translator(*before)
        _forget_words()
        dispose(app)
        databases.drop(url)


def _forget_words() -> None:
    """Clear the caches of texts by language: the brackets are not a language of their own."""
    for module in (formats.amounts, formats.names, formats.times):
        for function in vars(module).values():
            if hasattr(type(function), "cache_clear"):
                function.cache_clear()


OWN_LANGUAGES = ("/milestones/survey/", "/check-in/", "/unsubscribe/")
"""Pages for clients, which have their texts in English and Chinese themselves (crm/impact/client_texts.py)."""
TEMPLATE_FIELD = re.compile(r"\{\w+\}")
"""A field of an email template, which is typed the same in every language."""


def texts_of(page: str) -> list[str]:
    """Return the visible or spoken text of a page: text between tags, and accessible attributes."""
    page = re.sub(r"<(script|style|svg|template)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r"<option[^>]*value=\"[A-Z][\w/+-]*\".*?</option>", " ", page)
    drawn = [x for name in DRAWN for x in re.findall(rf'\s{name}="([^"]*)"', page)]
    return [html.unescape(t) for t in [*re.split(r"<[^>]+>", page), *drawn]]


def bare(text: str) -> str:
    """Return a text without its parts in brackets, at any depth."""
    while True:
        less = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
        if less == text:
            return text
        text = less


def known_words(application: ApplicationUnderTest) -> set[str]:
    """Return words of data: values of the tables, and the calendar's names in the language."""
    words_found: set[str] = set(BRANDS)
    for table in Base.metadata.sorted_tables:
        texts = [c for c in table.c if isinstance(c.type, sa.String | sa.Text) and not isinstance(c.type, sa.Enum)]
        if texts:
            for row in application.connection.execute(sa.select(*texts)):
                words_found.update(w for value in row if value for w in re.findall(r"[A-Za-z]+", str(value)))
    en = Locale("en")
    names = [
        n for part in (en.months, en.days) for kind in part.values() for width in kind.values() for n in width.values()
    ]
    return words_found | {
        w
        for name in [*names, *en.territories.values(), *en.currencies.values()]
        for w in re.findall(r"[A-Za-z]+", name)
    }


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("viewer", one_of(["anna", "clara", "admin"]))
def test_every_word_on_a_page_is_translatable(application, viewer):
    allowed_words = known_words(application)
    bare_texts: dict[str, str] = {}
    for path, page in pages_of(application, viewer, (0, 5)).items():
        if path.startswith(OWN_LANGUAGES):
            continue
        text = page.partition("<body")[2].partition(">")[2]
        # A text in brackets may contain tags: their content has been translated with it.
        text = bare(re.sub(r"⟦(?=[^⟦⟧]*<)", "⟦", text))
        for phrase in texts_of(text):
            bare_words = [w for w in BARE.findall(TEMPLATE_FIELD.sub(" ", bare(phrase))) if w not in allowed_words]
            if bare_words and "@" not in phrase and "/" not in phrase:
                bare_texts.setdefault(" ".join(phrase.split())[:80], path)
    assert not bare_texts, f"{len(bare_texts)} bare texts:\n" + "\n".join(
        f"{path}: {text}" for text, path in bare_texts.items()
    )
