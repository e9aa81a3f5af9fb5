"""Texts of the interface use the usual words: `CONTRIBUTING.md`, Texts."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

CATALOG = Path(__file__).parents[2] / "translations" / "messages.pot"
AVOIDED = re.compile(
    r"""
    ^Say\b | \bnone\ of\b | \bis\ no\ (?!longer) | \bcases?\b | \bfirms?\b | \bfairs?\b | \be-mails?\b
    | \bmails?\b (?!\ server) | \bpromise[sd]?\b | \bnobody\b | \bwhom\b | \balarm\b | \bsettled?\b | \bof\ us\b
    | \bwhoever\b | \btick(?:s|ed)?\b | \bin\ a\ team\b | \b(?:was|were)\b[^.]*\bsince\ then\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A sentence that begins with "Say", and words for which the glossary or everyday business English has another one."""


UNNAMED = re.compile(r"(?:^|[.!?:;]\s)It\b(?!'s %\(time\)s)")
"""A sentence that begins with "It" and names no subject; only the time of the day has none."""


CODE_NAME = re.compile(r"\b[a-z]+_[a-z]")
"""A name of the code in a text, such as top_groups. Settings such as CRM_SMTP_URL have capitals."""


LITERARY = re.compile(
    r"""
    \b(?:somebody|whoever) | \b(?:none|one|tables)\ of\ (?:us|ours)\b | \bby\ which\ door\b | \bcomes?\ to\ by\b
    | \blets?\ (?:it|them)\ alone\b | \bhangs?\ on\b | \bmends?\b | \bgives?\ the\ (?:id|ids|case|app)\b
    | \bso\ many\ seconds\b | \bcounts?\ no\ more\b | \bstays?\ so\b | \bby\ which\ way\b | \bledger\b | \bticked\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Phrases in docstrings and comments that plain English has another word for."""


def remarks(folder: str) -> Iterator[tuple[str, str]]:
    """Yield place and text of every docstring and comment."""
    for path in sorted((CATALOG.parents[1] / folder).rglob("*.py")):
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                if token.type == tokenize.COMMENT or token.string.startswith('"""'):
                    yield f"{path.name}:{token.start[0]}", token.string


def texts() -> list[str]:
    """Return every text of the catalog, singular and plural."""
    with CATALOG.open("rb") as file:
        messages = [message.id for message in read_po(file) if message.id]
    return [text for ids in messages for text in ([ids] if isinstance(ids, str) else ids)]


def test_texts_use_the_standard_vocabulary():
    assert [text for text in texts() if AVOIDED.search(re.sub(r"%\(\w+\)[sd]", "", text))] == []


def test_sentences_name_their_subject():
    assert [text for text in texts() if UNNAMED.search(text)] == []
    assert UNNAMED.search("Saved. It was canceled.")


def test_texts_have_no_names_of_the_code():
    assert [text for text in texts() if CODE_NAME.search(re.sub(r"%\(\w+\)[sd]|\{\w+\}", "", text))] == []
    assert CODE_NAME.search("The first 25 are top_groups.")


def test_apostrophes_are_straight():
    assert [text for text in texts() if "\N{RIGHT SINGLE QUOTATION MARK}" in text] == []


def test_avoided_words_are_detected():
    for text in ("Say by when.", "“X” is none of us.", "“X” is no date.", "Paste a mail.", "Add a firm", "Case won"):
        assert AVOIDED.search(text), text
    for text in ("Ask whoever runs it.", "Tick a box.", "You aren't in a team.", "It was changed since then."):
        assert AVOIDED.search(text), text
    for text in ("The mail server rejected it.", "This file is no longer available.", "Send email"):
        assert not AVOIDED.search(text), text


def test_docstrings_and_comments_are_plain():
    places = [place for folder in ("crm", "migrations") for place, text in remarks(folder) if LITERARY.search(text)]
    assert places == []


def test_literary_phrases_are_detected():
    for text in (
        "Leave it to whoever comes.",
        "He is one of us.",
        "It mends what is broken.",
        "The files that hang on it.",
        "Wait so many seconds.",
    ):
        assert LITERARY.search(text), text
    assert not LITERARY.search("One of our own, someone who comes to us.")
