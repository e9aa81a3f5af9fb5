"""Lists of words of this package: data/NAME.txt with lines such as "code: word, word"."""

from __future__ import annotations

from importlib import resources


def load_word_lists(name: str) -> dict[str, list[str]]:
    """Return the words of each line by its code."""
    text = resources.files("crm.projects").joinpath(f"data/{name}.txt").read_text(encoding="utf-8")
    lists = (line.partition(":") for line in text.splitlines())
    return {code: [word.strip() for word in words.split(",")] for code, _colon, words in lists}
