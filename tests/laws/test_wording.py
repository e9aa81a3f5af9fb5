"""Texts of the interface use the usual words: `CONTRIBUTING.md`, Texts."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

CATALOG = Path(__file__).parents[2] / "translations" / "messages.pot"
AVOIDED = re.compile(
    r"""
    ^Say\b | \bnone\ of\b | \bis\ no\ (?!longer) | \bcases?\b | \bfirms?\b | \bfairs?\b | \be-mails?\b
    | \bmails?\b (?!\ server) | \bpromise[sd]?\b | \bnobody\b | \bwhom\b | \balarm\b | \bsettled?\b | \bof\ us\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A sentence that begins with "Say", and words for which the glossary or everyday business English has another one."""


def texts() -> list[str]:
    """Return every text of the catalog, singular and plural."""
    with CATALOG.open("rb") as file:
        messages = [message.id for message in read_po(file) if message.id]
    return [text for ids in messages for text in ([ids] if isinstance(ids, str) else ids)]


def test_texts_use_the_standard_vocabulary():
    assert [text for text in texts() if AVOIDED.search(re.sub(r"%\(\w+\)[sd]", "", text))] == []


def test_avoided_words_are_detected():
    for text in ("Say by when.", "“X” is none of us.", "“X” is no date.", "Paste a mail.", "Add a firm", "Case won"):
        assert AVOIDED.search(text), text
    for text in ("The mail server rejected it.", "This file is no longer available.", "Send email"):
        assert not AVOIDED.search(text), text
