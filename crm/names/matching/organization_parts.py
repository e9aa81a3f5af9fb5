"""Names of organizations as the matcher compares them: legal form, distinctive words, descriptive words, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from crm.names.folding import HAN, fold, has_han, simplify_char
from crm.names.pinyin import syllables

from .organization_words import (
    HanWord,
    han_words,
    joining_words,
    latin_short_forms,
    leading_forms,
    legal_forms,
    longest_word,
    place_words,
    short_forms,
)

_WORD = re.compile(r"[a-z0-9]+")
_INITIALS = re.compile(r"\b(?:[a-z0-9]\.){2,}[a-z0-9]?|\b[a-z0-9](?:\.[a-z0-9])+\b")
_HAN_FORMS = re.compile(
    r"特殊普通合伙|普通合伙|私人有限公司|股份有限责任公司|有限责任公司|责任有限公司|股份有限公司|股份公司|有限公司|总公司|分公司|有限合伙|合伙企业|公司$|株式会社|企业$"
)
_UNITED_STATES = re.compile(r"\bunited states(?: of america)?\b|\busa\b")
_NUMBER_SIGN = re.compile(r"\bno\.? ?(?=\d)|#(?=\d)")
_HONG_KONG = re.compile(r"\bhong ?kong\b")
# 深圳市大疆 is also written 深圳大疆.
_PLACE_LEVEL = re.compile(r"^(..)[市省](?=..)")
_NUMBER_WORDS = (
    "zero",
    "one first 1st",
    "two second 2nd ii",
    "three third 3rd iii",
    "four fourth 4th iv",
    "five fifth 5th",
    "six sixth",
    "seven seventh",
    "eight eighth",
    "nine ninth",
    "ten tenth",
)
_NUMBERS = {word: str(number) for number, words in enumerate(_NUMBER_WORDS) for word in words.split()}
_NUMBERED_BUREAU = re.compile("第([一二三四五六七八九十]{1,3})(?:工程)?局")
"""中国建筑第三工程局 is also called 中建三局."""
_STATE_BUILDER = re.compile("中国建筑(?=[一二三四五六七八九十]{1,3}局|股份|集团|$)")
_COUNCIL_BRANCH = re.compile("中国贸促会.+分会")
_COUNCIL_COMMITTEE = re.compile("(?<=促进委员会)(.{2,6})委员会$")
"""Branches of the council are called 上海市委员会 or 上海市分会."""
_DISTRICT = re.compile(f"(?P<name>[{HAN}]{{2}})[区县镇]")
_SHORT_NAME = 2
_ABBREVIATED = ("hk", "us")
"""Places that are abbreviated already: HKTDC is the Hong Kong Trade Development Council."""
ACRONYM_LENGTHS = range(3, 7)
"""The number of letters that an abbreviation can have."""


class OrganizationName(NamedTuple):
    """The names of an organization; `aliases` are further names in any script."""

    name: str = ""
    native_name: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All names, each once."""
        return tuple(dict.fromkeys(filter(None, (self.name, self.native_name, *self.aliases))))


class OrganizationParts(NamedTuple):
    """A prepared name: Latin words without the legal form, or the parts of a Chinese name.

    `joined` are the words as one, with those without meaning of their own: vanderbilt for Van der Bilt Corp.
    """

    text: str
    words: tuple[str, ...]
    legal_form: str
    han: tuple[HanWord, ...]
    joined: str = ""

    @property
    def core(self) -> str:
        """The distinctive characters of a Chinese name."""
        return "".join(word.text for word in self.han if not word.is_descriptive)


@lru_cache(maxsize=16_384)
def prepare_organization(text: str) -> OrganizationParts:
    """Return the parts of an organization's name in one script."""
    if has_han(text):
        han = "".join(simplify_char(char) for char in text if re.match(f"[{HAN}0-9A-Za-z]", char))
        form = next(iter(_HAN_FORMS.findall(han)), "")
        han = _COUNCIL_COMMITTEE.sub(r"\1分会", han)
        bare = _PLACE_LEVEL.sub(r"\1", _HAN_FORMS.sub("", han)) or han
        return OrganizationParts(text, (), form, tuple(_split_han(bare)))
    folded = fold(text.replace("’", "'")).replace("'s ", "s ").replace("'", "").replace("&", " and ")
    folded = _INITIALS.sub(lambda match: match.group().replace(".", ""), folded)
    folded = _HONG_KONG.sub("hk", _UNITED_STATES.sub("us", folded))
    words = [_NUMBERS.get(word, word) for word in _WORD.findall(_NUMBER_SIGN.sub("", folded))]
    words = [word for index, word in enumerate(words) if not _is_place_level(words, index)]
    bare_words, form = _without_forms(words)
    content = [word for word in bare_words if word not in joining_words()] or bare_words
    return OrganizationParts(text, tuple(_expand(content)), form, (), "".join(bare_words))


def _is_place_level(words: list[str], index: int) -> bool:
    """Whether a word only says what the Chinese place before it is: Dongguan City, but not Mexico City."""
    return words[index] in ("city", "province") and index > 0 and words[index - 1] in _chinese_places()


@cache
def _chinese_places() -> frozenset[str]:
    """Return the places whose English name is their pinyin, and Shaanxi, whose pinyin is that of Shanxi."""
    in_pinyin = {"".join(syllables(word.text)) for word in han_words().values() if word.is_place}
    return place_words() & (in_pinyin | {"shaanxi"})


def _expand(words: list[str]) -> Iterator[str]:
    """Yield words with what short forms stand for: AmCham."""
    start = 0
    while start < len(words):
        for size in (4, 3, 2, 1):
            long = latin_short_forms().get(" ".join(words[start : start + size]))
            if long is not None:
                yield from long
                start += size
                break
        else:
            yield words[start]
            start += 1


def _without_forms(words: list[str]) -> tuple[list[str], str]:
    """Return the words without legal forms, and these: at the end, before a place at the end, at the beginning."""
    rest, place = _split_place(words)
    forms: list[str] = []
    while form := _find_form(rest):
        rest = rest[: -len(form)]
        forms.append("".join(form))
    if not forms:
        rest, place = words, []
    leading = next((form for form in leading_forms().get(rest[0], ()) if _begins(rest, form)), ()) if rest else ()
    if leading:
        forms.append("".join(leading))
    return [*rest[len(leading) :], *place], " ".join(forms)


def _split_place(words: list[str]) -> tuple[list[str], list[str]]:
    """Split off a place at the end: Siemens Ltd., China; State Grid Corporation of China."""
    start = len(words)
    while start > 1 and words[start - 1] in place_words():
        start -= 1
    if start < len(words) and words[start - 1] == "of":
        start -= 1
    return words[:start], words[start:]


def _find_form(words: list[str]) -> tuple[str, ...]:
    """Return the legal form at the end of some words; () without one."""
    if len(words) < 2:
        return ()
    options = legal_forms().get(words[-1], ())
    return next((form for form in options if len(form) < len(words) and tuple(words[-len(form) :]) == form), ())


def _begins(words: list[str], form: tuple[str, ...]) -> bool:
    return len(form) < len(words) and tuple(words[: len(form)]) == form


def _split_han(text: str) -> Iterator[HanWord]:
    words = han_words()
    start = name_start = 0
    while start < len(text):
        for size in range(min(longest_word(), len(text) - start), 0, -1):
            word = words.get(text[start : start + size])
            # A name of one or two characters before the first descriptive word is never a word itself.
            if (
                word is not None
                and (size > 1 or start + size == len(text))
                and _is_apart(word, text, start, name_start)
            ):
                if name_start < start:
                    yield HanWord(text[name_start:start])
                yield word
                start += size
                if word.is_place and text[start : start + 1] in ("市", "省") and text[start : start + 2] not in words:
                    start += 1
                district = _DISTRICT.match(text, start) if word.is_place else None
                if district is not None and district.group() not in words:
                    yield HanWord(district["name"], (("".join(syllables(district["name"])),),), is_place=True)
                    start = district.end()
                name_start = start
                break
        else:
            start += 1
    if name_start < len(text):
        yield HanWord(text[name_start:])


def shorten_han(parts: OrganizationParts) -> str:
    """Return a Chinese name with short forms of offices and groups instead of long ones."""
    text = _NUMBERED_BUREAU.sub(r"\1局", "".join(word.text for word in parts.han))
    for long, short in short_forms().items():
        text = text.replace(long, short)
    text = _STATE_BUILDER.sub("中建", text)
    # 苏州市贸促会 is the branch of 中国贸促会 there, which has its name in front.
    return text.removeprefix("中国") if _COUNCIL_BRANCH.fullmatch(text) else text


def initials_of(words: tuple[str, ...]) -> str:
    """Return the first letters of words."""
    return "".join(word if word in _ABBREVIATED else word[0] for word in words)


def abbreviations_of(parts: OrganizationParts) -> list[str]:
    """Return the letters that abbreviate a name: without the legal form, with the C of Corporation, the L of Limited.

    CNPC is China National Petroleum Corporation, CATL Contemporary Amperex Technology Co., Limited.
    """
    initials = initials_of(parts.words)
    last = "l" if parts.legal_form.endswith(("limited", "ltd")) else ""
    return list(dict.fromkeys(initials + form for form in ("", parts.legal_form[:1], last)))


def _is_apart(word: HanWord, text: str, start: int, name_start: int) -> bool:
    """Whether a word isn't a company that is part of a longer name: 金光 (Sinar Mas), but not in 金光明电子."""
    if not word.is_company or len(word.text) > _SHORT_NAME:
        return True
    rest = text[start + len(word.text) :]
    return start == name_start and (not rest or any(rest[:size] in han_words() for size in range(2, len(rest) + 1)))
