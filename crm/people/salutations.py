"""How to address someone in an email. Pure."""

from __future__ import annotations

import re

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def is_chinese(text: str) -> bool:
    """Return whether a text has Chinese characters."""
    return bool(_CHINESE.search(text))


def choose_salutation(address_as: str | None, name: str, native_name: str, language: str) -> str:
    """Return how to address someone: as recorded if it is in the script of the language, else the name in it."""
    in_chinese = language.startswith("zh")
    if address_as and is_chinese(address_as) is in_chinese:
        return address_as
    return (native_name or name) if in_chinese else (name or native_name)
