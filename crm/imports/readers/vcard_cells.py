"""The properties of a parsed vCard as cells, so that they pass the same checks as those of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crm.imports.readers.rows import Cell
from crm.imports.readers.targets import FieldTarget
from crm.imports.readers.values import has_han, normalize_label

#: The parser's properties of one card by lower-case name.
Contents = Mapping[str, Sequence[Any]]

_WECHAT = re.compile(r"wechat|weixin|微信", re.IGNORECASE)
_SCHEME = re.compile(
    r"^(x-apple|wechat|weixin|im|tel|mailto|sip)://?(dl/chat\?)?|^(x-apple|wechat|weixin|im|tel|mailto|sip):",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r";ext=(\d+)", re.IGNORECASE)
_LOTUS_NAME = re.compile(r"(?:CN=)?([^/@=]+)(?:/(?:OU\d?=|O=|C=)?[^/@]+)+(?:@.*)?")
_PLAIN = {"note": "note", "categories": "label", "url": "website", "lang": "languages"}
_PHONETIC = {"x-phonetic-first-name": "given_phonetic", "x-phonetic-last-name": "family_phonetic"}
#: The type of a phone number, fax and mobile before work and home: a work fax is a fax.
_PHONE_KINDS = (
    ("fax", "fax"),
    ("cell", "mobile"),
    ("iphone", "mobile"),
    ("mobile", "mobile"),
    ("work", "work"),
    ("home", "home"),
)
_ANDROID_NICKNAME = "vnd.android.cursor.item/nickname;"


def card_cells(contents: Contents) -> Iterator[Cell]:
    """Yield the cells of a card, with the names of its properties as headings."""
    labels = {line.group: normalize_label(_text(line.value)) for line in contents.get("x-ablabel", ()) if line.group}
    yield from _name_cells(contents)
    yield from _organization_cells(contents)
    for name, field in (("email", "email"), ("tel", "phone")):
        for index, line in enumerate(contents.get(name, ())):
            label = labels.get(line.group) or _kind(line)
            yield FieldTarget(field, label, str(index)), name.upper(), _address(line)
    for index, line in enumerate(contents.get("adr", ())):
        yield from _address_cells(line, labels.get(line.group) or _kind(line), str(index))
    yield from _wechat_cells(contents)
    for line in contents.get("uid", ())[:1]:
        yield FieldTarget("uid"), "UID", _text(line.value).removeprefix("urn:uuid:")
    for name, field in _PLAIN.items():
        for line in contents.get(name, ()):
            yield FieldTarget(field), name.upper(), _text(line.value).replace("\\:", ":")


def _address(line: Any) -> str:
    """Return an email address or phone number without its scheme; the extension as people write it."""
    return _EXTENSION.sub(r" ext. \1", _SCHEME.sub("", _text(line.value)))


def _name_cells(contents: Contents) -> Iterator[Cell]:
    names = [line for line in contents.get("n", ()) if _full_name(line)]
    native = next((line for line in names if has_han(_full_name(line))), None)
    latin = next((line for line in names if not has_han(_full_name(line))), None)
    if native is not None:
        yield FieldTarget("family_native"), "N", _words(native.value, "family")
        yield FieldTarget("given_native"), "N", _words(native.value, "given") + _words(native.value, "additional")
        yield from _sort_as(native)
    if latin is not None:
        yield FieldTarget("family_latin"), "N", _words(latin.value, "family")
        yield (
            FieldTarget("given_latin"),
            "N",
            f"{_words(latin.value, 'given')} {_words(latin.value, 'additional')}".strip(),
        )
    for line in names:
        yield FieldTarget("honorific"), "N", _words(line.value, "prefix")
    yield from _spoken_cells(contents)
    # The formatted name is used for a script without name parts.
    full_names = [_without_path(_text(line.value)) for line in contents.get("fn", ())]
    chinese = next((text for text in full_names if has_han(text)), "")
    plain = next((text for text in full_names if text and not has_han(text)), "")
    if native is None:
        yield FieldTarget("full_name"), "FN", chinese
    if latin is None:
        yield FieldTarget("full_latin"), "FN", plain


def _without_path(name: str) -> str:
    """Return a name without the path that Lotus Notes adds: Zhou Limin/Sales/Acme@ACME."""
    match = _LOTUS_NAME.fullmatch(name)
    return match[1].strip() if match else name


def _spoken_cells(contents: Contents) -> Iterator[Cell]:
    for name, field in _PHONETIC.items():
        for line in contents.get(name, ())[:1]:
            yield FieldTarget(field), name.upper(), _text(line.value)
    nicknames = [_text(line.value) for line in contents.get("nickname", ())]
    customs = [_text(line.value) for line in contents.get("x-android-custom", ())]
    nicknames += [text.split(";")[1] for text in customs if text.startswith(_ANDROID_NICKNAME)]
    yield FieldTarget("english_name"), "NICKNAME", next((text for text in nicknames if text and not has_han(text)), "")


def _sort_as(line: Any) -> Iterator[Cell]:
    """Yield family and given name from SORT-AS, which for Chinese names is the pronunciation."""
    sorted_as = ",".join(line.params.get("SORT-AS", ())).split(",")
    if len(sorted_as) == 2 and not has_han("".join(sorted_as)):
        yield FieldTarget("family_phonetic"), "N", sorted_as[0].strip()
        yield FieldTarget("given_phonetic"), "N", sorted_as[1].strip()


def _organization_cells(contents: Contents) -> Iterator[Cell]:
    filled: set[str] = set()
    for line in contents.get("org", ()):
        parts = [_text(part) for part in (line.value if isinstance(line.value, list) else [line.value])]
        field = "organization_native" if has_han(parts[0]) else "organization"
        if parts[0] and field not in filled:
            filled.add(field)
            yield FieldTarget(field), "ORG", parts[0]
            if "department" not in filled and any(parts[1:]):
                filled.add("department")
                yield FieldTarget("department"), "ORG", " ".join(part for part in parts[1:] if part)
    titles = [_text(line.value) for line in (*contents.get("title", ()), *contents.get("role", ()))]
    for field, texts in (
        ("title_native", [text for text in titles if has_han(text)]),
        ("title", [text for text in titles if text and not has_han(text)]),
    ):
        if texts:
            yield FieldTarget(field), "TITLE", texts[0]


def _address_cells(line: Any, label: str, group: str) -> Iterator[Cell]:
    parts = (
        ("box", "po_box"),
        ("extended", "street2"),
        ("street", "street"),
        ("city", "city"),
        ("region", "region"),
        ("code", "postcode"),
        ("country", "country"),
    )
    for part, field in parts:
        yield FieldTarget(field, label, group), "ADR", _words(line.value, part)


def _wechat_cells(contents: Contents) -> Iterator[Cell]:
    """Yield the first WeChat name, from any of the properties that phones use."""
    for name in ("x-wechat", "x-weixin", "x-socialprofile", "impp", "x-im"):
        for line in contents.get(name, ()):
            described = " ".join(
                [name, _text(line.value), *line.singletonparams, *(v for vs in line.params.values() for v in vs)]
            )
            if _WECHAT.search(described):
                plain = _SCHEME.sub("", _text(line.value)) or ",".join(line.params.get("X-USER", ()))
                yield FieldTarget("wechat"), name.upper(), plain
                return


def _kind(line: Any) -> str:
    types = {word.casefold() for value in line.params.get("TYPE", ()) for word in re.split("[ ,]+", value)}
    types |= {word.casefold() for word in line.singletonparams}
    return next((label for word, label in _PHONE_KINDS if word in types), "")


def is_full_name(line: Any) -> bool:
    """Return whether a property has both a family and a given name."""
    return bool(_words(line.value, "family") and _words(line.value, "given"))


def _full_name(line: Any) -> str:
    return _words(line.value, "family") + _words(line.value, "given")


def _words(value: Any, part: str) -> str:
    return _text(getattr(value, part, ""))


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "").strip()
