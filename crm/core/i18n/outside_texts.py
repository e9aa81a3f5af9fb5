"""Texts for people outside the center: each feature has its own by language, not in the translation catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Texts = TypeVar("Texts")


def find_texts(texts: Mapping[str, Texts], language: str | None) -> Texts:
    """Return the texts in a language: Chinese (`zh_Hans`) for all variants of Chinese, else English (`en`)."""
    return texts["zh_Hans" if (language or "").startswith("zh") else "en"]
