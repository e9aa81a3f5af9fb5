"""Texts for people outside the center: each feature has its own by language, not in the translation catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

Texts = TypeVar("Texts")


class OutsideTexts(Protocol):
    """Texts in one language: its code, its tag in HTML, and its native name."""

    @property
    def code(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def name(self) -> str: ...


def find_texts(texts: Mapping[str, Texts], language: str | None) -> Texts:
    """Return the texts in a language: Chinese (`zh_Hans`) for all variants of Chinese, else English (`en`)."""
    return texts["zh_Hans" if (language or "").startswith("zh") else "en"]


def list_other_languages(texts: Mapping[str, OutsideTexts], current: OutsideTexts) -> list[tuple[str, str, str]]:
    """Return code, tag and native name of the languages besides that of the page."""
    return [(other.code, other.tag, other.name) for other in texts.values() if other is not current]
