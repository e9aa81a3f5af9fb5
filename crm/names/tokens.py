"""Tokens of the search column, and of queries that must match them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise, product

from crm.names.folding import fold, has_han, is_han, is_latin, split_word, split_words
from crm.names.matching.keys import person_keys
from crm.names.matching.organization_keys import organization_keys
from crm.names.matching.parts import PersonName
from crm.names.phones import parse_typed_digits, phone_keys
from crm.names.pinyin import family_readings, fold_u, fold_u_prefix, given_readings, split_latin, syllables
from crm.names.surnames import COMPOUND, READINGS, split_family

MAX_CHARS = 1_500
_MAX_QUERY_TOKENS = 8
_MAX_TOKEN = 64
_PAIRED_WORDS = 12
_MAX_NAME_RUN = 16
_WINDOW = 4
_PERSON_RUN = range(2, 5)


def tokens(*texts: str | None) -> str:
    """Return the tokens of texts, most specific first, at most MAX_CHARS characters; empty if nothing is searchable."""
    return _column(chain.from_iterable(map(_text_tokens, filter(None, texts))))


def written_tokens(text: str) -> list[str]:
    """Return the tokens of a text without pinyin."""
    latin_words = " ".join(word for word in split_words(text) if is_latin(word))
    return [*_text_tokens(latin_words), *(token for token in _text_tokens(text) if not is_latin(token))]


def person_tokens(
    family_native: str | None,
    given_native: str | None,
    family_latin: str | None,
    given_latin: str | None,
    english_name: str | None = None,
    *more: str | None,
    keys: Iterable[str] | None = None,
) -> str:
    """Return the tokens of a person: both orders, initials, surname readings, own spelling, keys of the matcher.

    `more` is other text; `keys` are those of the name, if they are known already.
    """
    parts = [part or "" for part in (family_native, given_native, family_latin, given_latin, english_name)]
    return _column(
        [
            *_native_tokens(*parts[:2]),
            *_latin_tokens(*parts[2:]),
            *(person_keys(PersonName(*parts)) if keys is None else keys),
            *chain.from_iterable(map(_text_tokens, filter(None, more))),
        ]
    )


def organization_tokens(name: str | None, native_name: str | None, *more: str | None) -> str:
    """Return the tokens of an organization, with the keys of the matcher; `more` are other names."""
    return _column([*tokens(name, native_name, *more).split(), *organization_keys(name, native_name, *more)])


def phone_tokens(phone: str | None) -> str:
    """Return the tokens of a number, E.164 or as written: all digits, without country code, the last 8, 7 and 4."""
    return _column(phone_keys(phone)) if phone else ""


def query_tokens(text: str) -> list[str]:
    """Return the tokens of a query. A record must match all: Latin ones as prefixes, CJK (1-2 characters) exactly."""
    digits = parse_typed_digits(text)
    if digits:
        return [digits]
    query: list[str] = []
    for word in split_words(text):
        if not is_latin(word):
            query += _bigrams(word) if len(word) > 1 else [word]
        else:
            pieces = split_word(word)
            # Two pieces are one name (Xi'an, Xiao-ming); more are an address or a date, stored as single pieces.
            query += [fold_u("".join(pieces))] if len(pieces) <= 2 else map(fold_u, pieces)
    return list(dict.fromkeys(query))[:_MAX_QUERY_TOKENS]


def _column(all_tokens: Iterable[str]) -> str:
    unique = list(filter(None, dict.fromkeys(all_tokens)))
    column = " ".join(unique)
    if len(column) <= _MAX_TOKEN:
        return column
    if max(map(len, unique)) > _MAX_TOKEN:
        unique = [token for token in unique if len(token) <= _MAX_TOKEN]
        column = " ".join(unique)
    if len(column) <= MAX_CHARS:
        return column
    out: list[str] = []
    size = -1
    for token in unique:
        size += len(token) + 1
        if size > MAX_CHARS:
            break
        out.append(token)
    return " ".join(out)


# Cached because cities, organization names and given names occur in many records.
@lru_cache(maxsize=2048)
def _text_tokens(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_find_tokens(text)))


def _find_tokens(text: str) -> list[str]:
    folded = split_words(text)
    out: list[str] = []
    for word in folded:
        out += _word_tokens(word) if is_latin(word) else _run_tokens(word)
    if len(folded) <= _PAIRED_WORDS:
        for one, other in pairwise(folded):
            if is_latin(one) and is_latin(other):
                out += _with_u("".join(split_word(f"{one}-{other}")))
    return out


def _with_u(word: str) -> list[str]:
    folded = fold_u_prefix(word)
    return [word, folded] if folded else [word]


# Cached because names, which differ, consist of a few family names and given names.
@lru_cache(maxsize=4096)
def _word_tokens(word: str) -> tuple[str, ...]:
    pieces = split_word(word)
    whole = ["".join(pieces)] if len(pieces) > 1 else []
    return tuple(spelling for text in (*pieces, *whole) for spelling in _with_u(text))


def _run_tokens(run: str) -> list[str]:
    readings = syllables(run)
    out: list[str] = []
    if len(run) <= _MAX_NAME_RUN and readings:
        out += _read(readings)
        if len(run) in _PERSON_RUN and (run[0] in READINGS or run[:2] in COMPOUND):
            family, given_name = split_family(run)
            for reading in family_readings(family):
                out += _read(reading + syllables(given_name))
        for start in range(1, len(readings) - 1):
            out += _spell(readings[start : start + _WINDOW])
    out += run
    out += _bigrams(run)
    for syllable in readings:
        out += _spell([syllable])
    return out


def _read(readings: list[str]) -> list[str]:
    return [*_spell(readings), _initials(readings), *_spell(readings[:1])]


def _spell(readings: list[str]) -> list[str]:
    word = "".join(readings)
    # Queries fold to lu; the other two match queries that end before the vowel is typed.
    return [word.replace("ü", spelling) for spelling in ("u", "yu", "v")] if "ü" in word else [word]


def _initials(readings: Iterable[str]) -> str:
    return "".join([syllable[0] for syllable in readings])


def _bigrams(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]


def _native_tokens(family_name: str, given_name: str) -> Sequence[str]:
    family_name, given_name = fold(family_name).replace(" ", ""), fold(given_name).replace(" ", "")
    if family_name and not given_name and is_han(family_name) and len(family_name) in _PERSON_RUN:
        family_name, given_name = split_family(family_name)
    if not (family_name and given_name and is_han(family_name + given_name)):
        return _text_tokens(
            f"{family_name} {given_name}" if not has_han(family_name + given_name) else family_name + given_name
        )
    out: list[str] = []
    for one, other in product(family_readings(family_name), given_readings(given_name)):
        for readings in (one + other, other + one):
            out += _spell(readings)
            out.append(_initials(readings))
        out += _spell(other)
        out.append(_spell(one)[0] + _initials(other))
        for syllable in one + other:
            out += _spell([syllable])
        out += _spell(one)
    return [*out, *family_name, *given_name, *_bigrams(family_name + given_name)]


def _latin_tokens(family_name: str, given_name: str, english_name: str) -> list[str]:
    out = [token for text in (family_name, given_name, english_name) for token in _text_tokens(text)]
    own = _join_pieces(family_name)
    for text in (given_name, english_name):
        other = _join_pieces(text)
        if not (own and other):
            continue
        for word in (other, own + other, other + own):
            out += _with_u(word)
        readings = split_latin(other) or split_word(fold(text))
        initials = _initials(readings)
        out += [own[0] + initials, initials + own[0], *readings]
    return out


def _join_pieces(text: str) -> str:
    return "".join(split_word(fold(text)))
