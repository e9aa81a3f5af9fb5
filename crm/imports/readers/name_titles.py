"""Courtesy titles before a name in Latin letters, and what follows it: Dr. Li Wei, PhD; John Smith Jr.; Ana (CFO)."""

from __future__ import annotations

import re
from typing import NamedTuple

from crm.names import fold
from crm.names.matching import is_given_name

_TITLES = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sr", "sra", "srta", "mme", "herr", "frau"]
)
_GENERATIONS = frozenset(["jr", "sr", "ii", "iii", "iv"])
_DEGREES = frozenset(["phd", "md", "mba", "esq", "cpa", "dds"])
_PARENTHESES = re.compile(r"\s*[(（](?P<text>[^()（）]*)[)）]\s*")


class TitledName(NamedTuple):
    """A name without its title and degrees (`suffix`); `generation` (Jr., III) belongs to the family name."""

    name: str
    title: str = ""
    generation: str = ""
    suffix: str = ""


def split_titles(text: str) -> TitledName:
    """Return the parts of a name in one cell. Only words that are followed or preceded by a name are parts."""
    words = text.split()
    titles: list[str] = []
    degrees: list[str] = []
    while len(words) > 1 and _key(words[0]) in _TITLES:
        titles.append(words.pop(0))
    while len(words) > 1 and _key(words[-1]) in _DEGREES and _is_mark(words):
        degrees.insert(0, words.pop().strip(","))
    words, last_titles = _split_last_titles(words)
    titles += last_titles
    # Two words may be the whole name: Ma Jr.
    generation = words.pop().rstrip(",") if len(words) > 2 and _key(words[-1]) in _GENERATIONS else ""
    if not (titles or degrees or generation):
        return TitledName(text)
    name = " ".join(words)
    name = name.rstrip(", ") if generation or degrees or last_titles else name
    return TitledName(name, " ".join(titles), generation, ", ".join(degrees))


def split_family_titles(text: str) -> TitledName:
    """Return the parts of a family name in its own cell: after a comma there is no name: Lopez, MBA, PMP."""
    family, comma, after = text.partition(",")
    if not comma:
        return split_titles(text)
    after = after.strip()
    return TitledName(family, generation=after) if _key(after) in _GENERATIONS else TitledName(family, suffix=after)


def split_parentheses(text: str) -> tuple[str, str, str]:
    """Return a name without its parentheses, and what they contain: an English name (Leo), or another text (He/Him)."""
    additions = [match["text"].strip() for match in _PARENTHESES.finditer(text)]
    name = _PARENTHESES.sub(" ", text).strip()
    if not additions or not name:
        return text, "", ""
    english_name = next((added for added in additions if is_given_name(fold(added))), "")
    return name, english_name, ", ".join(added for added in additions if added and added != english_name)


def _split_last_titles(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the words of a name and its titles after the last comma: Kim, Dr. is no given name."""
    commas = [index for index, word in enumerate(words[:-1]) if word.endswith(",")]
    tail = words[commas[-1] + 1 :] if commas else []
    if not tail or not all(_key(word) in _TITLES - _GENERATIONS for word in tail):
        return words, []
    return words[: -len(tail)], [word.strip(",") for word in tail]


def _is_mark(words: list[str]) -> bool:
    """Return whether the last word is written as a degree, unlike the name Md: after a comma, with dots or capitals."""
    *rest, last = words
    if rest[-1].endswith(",") or "." in last:
        return True
    return last not in (last.capitalize(), last.lower()) and not all(map(str.isupper, rest))


def _key(word: str) -> str:
    return word.strip(",").replace(".", "").casefold()
