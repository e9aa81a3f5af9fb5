"""A person's name from its cells: sorted by script; a name in one cell is split as a proposal."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crm.imports.readers.family_names import is_whole_name, split_japanese
from crm.imports.readers.name_titles import TitledName, split_family_titles, split_parentheses, split_titles
from crm.imports.readers.values import HAN, has_han
from crm.names import family_of_address, fold, propose_address, split_family, suggest_latin
from crm.names.matching import split_chinese

#: Courtesy titles after a Chinese name in one cell.
_COURTESY = re.compile(r"(先生|女士|小姐|太太)$")
#: An English name beside the Chinese one, or the dot within a name of a minority.
_MORE_THAN_FAMILY = re.compile(r"[A-Za-z·]")
_NATIVE_DEGREE = "博士"
"""A degree, which is a form of address but no position."""
_NATIVE = re.compile(rf"{HAN.pattern}(?:[\s·・]*(?:{HAN.pattern}|々))*")


@dataclass(frozen=True)
class ParsedName:
    """The parts of a name."""

    family_native: str = ""
    given_native: str = ""
    family_latin: str = ""
    given_latin: str = ""
    english_name: str = ""
    full_name: str = ""
    honorific: str = ""
    suffix: str = ""
    """What follows the name in one cell and isn't imported: PhD."""
    title_native: str = ""
    """The title of a position that follows a Chinese name in one cell: 总经理."""

    @property
    def is_empty(self) -> bool:
        """Whether the person has no name."""
        return not any((self.family_native, self.given_native, self.family_latin, self.given_latin, self.english_name))

    @property
    def native(self) -> str:
        """Family and given name in the native script, without a blank."""
        return self.family_native + self.given_native

    @property
    def is_family_first(self) -> bool:
        """Whether a Latin name in one cell begins with the family name."""
        return self.full_name == f"{self.family_latin} {self.given_latin}"

    @property
    def latin(self) -> str:
        """The name in Latin letters, in the order of the cell, else the given name first."""
        parts = (self.given_latin, self.family_latin)
        return " ".join(reversed(parts) if self.is_family_first else parts).strip()


def normalize_names(names: ParsedName, *, phonetic: tuple[str, str] = ("", ""), full_latin: str = "") -> ParsedName:
    """Return the name with each part in the fields of its script, and a name in one cell split.

    `phonetic` is family and given name as they are read aloud; it is the Latin name when the name itself is Chinese.
    """
    titled, titled_latin = split_titles(names.full_name), split_titles(full_latin)
    names = replace(
        names,
        full_name=titled.name,
        honorific=names.honorific or titled.title or titled_latin.title,
        suffix=", ".join(filter(None, (names.suffix, titled.suffix or titled_latin.suffix))),
    )
    names = _by_script(names, phonetic)
    if names.given_native and not names.family_native and not names.family_latin and len(names.given_native) > 1:
        names = replace(names, given_native="", full_name=names.full_name or names.given_native)
    elif names.family_native and not names.given_native:
        names = _check_family(names)
    latin, rest = titled_latin.name, TitledName("")
    if names.full_name and not (names.native and names.full_name == names.english_name):
        names, rest = _from_full(names)
        latin = latin or rest.name
    if latin and not (names.family_latin or names.given_latin):
        names = _from_latin(names, latin)
        family = f"{names.family_latin} {titled.generation or titled_latin.generation or rest.generation}".strip()
        names = replace(names, family_latin=family) if names.family_latin else names
    return names


def strip_additions(names: ParsedName) -> ParsedName:
    """Return Latin names without what other programs have beside them: Xiaoming (Leo); Lopez, MBA; Dr. Jane."""
    if has_han(names.full_name + names.family_latin + names.given_latin):
        return names
    full, family, given_name = map(split_parentheses, (names.full_name, names.family_latin, names.given_latin))
    titled = split_titles(given_name[0]) if family[0] else TitledName(given_name[0])
    after = split_family_titles(family[0]) if given_name[0] else TitledName(family[0])
    _texts, english_names, additions = zip(full, family, given_name, strict=True)
    return replace(
        names,
        full_name=full[0],
        family_latin=f"{after.name} {after.generation}".strip(),
        given_latin=f"{titled.name} {titled.generation}".strip(),
        english_name=names.english_name or next(filter(None, english_names), ""),
        honorific=names.honorific or titled.title or after.title,
        suffix=", ".join(filter(None, (names.suffix, *additions, titled.suffix, after.suffix))),
    )


def _check_family(names: ParsedName) -> ParsedName:
    """Return the name without the courtesy after its family name, and with a whole name in that field to be split.

    Phones in China also have a form of address in it: 林总.
    """
    text = names.family_native
    courtesy = _COURTESY.search(text)
    if courtesy and courtesy.start():
        text = text[: courtesy.start()]
        names = replace(names, family_native=text, honorific=names.honorific or courtesy[0])
    if is_whole_name(text) or _MORE_THAN_FAMILY.search(text) or family_of_address(text):
        return replace(names, family_native="", full_name=names.full_name or text)
    return names


def _by_script(names: ParsedName, phonetic: tuple[str, str]) -> ParsedName:
    family, given_name = names.family_latin, names.given_latin
    if has_han(family + given_name) and not (names.family_native or names.given_native):
        names = replace(names, family_native=family, given_native=given_name, family_latin="", given_latin="")
        if given_name and not has_han(given_name):
            # 张 with David: the given name is the English one, not half of a Chinese name.
            names = replace(names, given_native="", english_name=names.english_name or given_name)
    elif names.family_native + names.given_native and not has_han(names.family_native + names.given_native):
        family, given_name = family or names.family_native, names.given_latin or names.given_native
        names = replace(names, family_native="", given_native="", family_latin=family, given_latin=given_name)
    if names.native and not (names.family_latin or names.given_latin) and not has_han("".join(phonetic)):
        names = replace(names, family_latin=phonetic[0], given_latin=phonetic[1])
    return names


def _from_full(names: ParsedName) -> tuple[ParsedName, TitledName]:
    """Split the Chinese part of a name in one cell by surname; return the name and the rest in Latin letters."""
    whole = names.full_name
    match = _NATIVE.search(whole)
    if not match:
        return names, TitledName(whole)
    native = re.sub(r"\s", "", match[0])
    *head, title = match[0].split()
    name = "".join(head)
    if len(name) > 1 and not family_of_address(native):
        # 王小明 总经理: a name and its title.
        address = propose_address(split_native_name(name)[0], title)
        if address:
            native, names = name, _add_native_title(names, title, address)
    courtesy = _COURTESY.search(native)
    if courtesy and len(native) > len(courtesy[0]):
        native = native[: courtesy.start()]
        names = replace(names, honorific=names.honorific or courtesy[0])
    outside = re.sub(r"[^\w .,'’-]", " ", whole.replace(match[0], " "))
    additions = [word for word in outside.split() if has_han(word) or word.isdigit()]
    rest = split_titles(" ".join(word for word in outside.split() if word not in additions).strip(" .,-"))
    # 王小明/李丽 are two people, and 张三（外包） has no English name.
    names = _add_titles(names, rest._replace(suffix=", ".join(filter(None, (rest.suffix, *additions)))))
    if rest.name and " " not in rest.name and not rest.title:
        names = replace(names, english_name=names.english_name or rest.name)
        rest = TitledName("")
    if names.native:
        return names, rest
    if family := family_of_address(native):
        # 林总 is how Mr. or Ms. Lin is addressed.
        return replace(names, family_native=family, honorific=names.honorific or native[len(family) :]), rest
    family, given_name = split_native_name(native)
    return replace(names, family_native=family, given_native=given_name), rest


def _add_native_title(names: ParsedName, title: str, address: str) -> ParsedName:
    """Return the name with the title after it, such as 总经理, and the form of address that follows from it."""
    if title != _NATIVE_DEGREE:
        return replace(names, honorific=names.honorific or address, title_native=title)
    suffix = title if names.honorific else names.suffix
    return replace(names, honorific=names.honorific or address, suffix=suffix)


def _add_titles(names: ParsedName, titled: TitledName) -> ParsedName:
    suffix = ", ".join(filter(None, (names.suffix, titled.suffix)))
    return replace(names, honorific=names.honorific or titled.title, suffix=suffix)


def split_native_name(name: str) -> tuple[str, str]:
    """Split family and given name by common surnames, as a proposal; a longer name is all given name."""
    if japanese := split_japanese(name):
        return japanese
    if "·" in name or "・" in name or len(name) > 4:
        return "", name
    family, given_name = split_family(name)
    if len(name) == 4 and len(family) == 1:
        # Two surnames of a married couple's tradition, 陈方安生, or a Japanese name, 山田太郎.
        return name[:2], name[2:]
    return family, given_name


def _from_latin(names: ParsedName, full: str) -> ParsedName:
    """Split family and given name of a Latin name in one cell, as a proposal."""
    names = replace(names, full_name=names.full_name or full)
    before, comma, after = full.partition(",")
    if comma and after.strip():
        given_name = split_titles(after.strip())
        return replace(_add_titles(names, given_name), family_latin=before.strip(), given_latin=given_name.name)
    words = full.split()
    if len(words) == 1:
        return replace(names, **{"family_latin" if names.honorific else "given_latin": words[0]})
    family_at = _family_at(words, names.family_native)
    if family_at is None and not names.family_native and (split := split_chinese(words)):
        return replace(names, family_latin=split[0], given_latin=split[1])
    family_at = slice(len(words) - 1, None) if family_at is None else family_at
    family_words = words[family_at]
    del words[family_at]
    return replace(names, family_latin=" ".join(family_words), given_latin=" ".join(words))


def _family_at(words: list[str], family_native: str) -> slice | None:
    """Return the place of the family name: the sound of the Chinese surname, or the words in capitals at one end."""
    if family_native:
        sound = suggest_latin(family_native, None)
        if sound and fold(words[0]) == fold(sound[0]):
            return slice(0, 1)
    capitals = [index for index, word in enumerate(words) if len(word.rstrip(".")) > 1 and word.isupper()]
    if not capitals or len(capitals) == len(words):
        return None
    first, last = capitals[0], capitals[-1]
    is_at_one_end = last - first + 1 == len(capitals) and (first == 0 or last == len(words) - 1)
    return slice(first, last + 1) if is_at_one_end or len(capitals) == 1 else None
