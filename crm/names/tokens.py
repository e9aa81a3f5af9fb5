"""The search column: what a record can be found by, and what a typed query must match."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise, product

from crm.names.folding import fold, has_han, is_han, is_latin, split_word, split_words
from crm.names.phones import parse_typed_digits, phone_keys
from crm.names.pinyin import family_readings, fold_u, fold_u_prefix, given_readings, split_latin, syllables
from crm.names.surnames import COMPOUND, READINGS, split_family

MAX_CHARS = 1_500
_MAX_QUERY_TOKENS = 8
_MAX_TOKEN = 64
_PAIRED_WORDS = 12
_NAMED_RUN = 16
_WINDOW = 4
_PERSON_RUN = range(2, 5)


def tokens(*texts: str | None) -> str:
    """The tokens of any texts, most telling first, at most MAX_CHARS; empty when nothing can be searched."""
    return _column(token for text in texts if text for token in _text_tokens(text))


def person_tokens(
    family_native: str | None,
    given_native: str | None,
    family_latin: str | None,
    given_latin: str | None,
    english_name: str | None = None,
    *more: str | None,
) -> str:
    """The tokens of a person: either order, initials, surname readings, own spelling; `more` is any other text."""
    return _column(
        [
            *_native_tokens(family_native or "", given_native or ""),
            *_latin_tokens(family_latin or "", given_latin or "", english_name or ""),
            *(token for text in more if text for token in _text_tokens(text)),
        ]
    )


def phone_tokens(phone: str | None) -> str:
    """The tokens of a number, E.164 or as written: all digits, without country code, the local end, the last four."""
    return _column(phone_keys(phone)) if phone else ""


def merge_tokens(*columns: str) -> str:
    """Several token columns as one, without repeats, within the same limit."""
    return _column(token for column in columns for token in column.split())


def query_tokens(text: str) -> list[str]:
    """What a typed query must match, all of them: Latin tokens as prefixes, CJK ones (1-2 characters) exactly."""
    typed = parse_typed_digits(text)
    if typed:
        return [typed]
    found: list[str] = []
    for word in split_words(text):
        if not is_latin(word):
            found += _bigrams(word) if len(word) > 1 else [word]
        else:
            pieces = split_word(word)
            # Two pieces are one name (Xi'an, Xiao-ming); more are an address or a date, stored by its pieces.
            found += [fold_u("".join(pieces))] if len(pieces) <= 2 else map(fold_u, pieces)
    return list(dict.fromkeys(found))[:_MAX_QUERY_TOKENS]


def _column(found: Iterable[str]) -> str:
    kept = [token for token in dict.fromkeys(found) if 0 < len(token) <= _MAX_TOKEN]
    column = " ".join(kept)
    if len(column) <= MAX_CHARS:
        return column
    out: list[str] = []
    size = -1
    for token in kept:
        size += len(token) + 1
        if size > MAX_CHARS:
            break
        out.append(token)
    return " ".join(out)


# A city, a firm's name or a given name comes back in many records, and in several columns of one.
@lru_cache(maxsize=2048)
def _text_tokens(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_found_in(text)))


def _found_in(text: str) -> Iterator[str]:
    found = split_words(text)
    for word in found:
        if is_latin(word):
            yield from _word_tokens(word)
        else:
            yield from _run_tokens(word)
    if len(found) <= _PAIRED_WORDS:
        for one, other in pairwise(found):
            if is_latin(one) and is_latin(other):
                yield from _spelled("".join(split_word(one + "-" + other)))


def _spelled(word: str) -> Iterator[str]:
    yield word
    folded = fold_u_prefix(word)
    if folded:
        yield folded


def _word_tokens(word: str) -> Iterator[str]:
    pieces = split_word(word)
    for piece in pieces:
        yield from _spelled(piece)
    if len(pieces) > 1:
        yield from _spelled("".join(pieces))


def _run_tokens(run: str) -> Iterator[str]:
    said = syllables(run)
    if len(run) <= _NAMED_RUN and said:
        yield from _read(said)
        if len(run) in _PERSON_RUN and (run[0] in READINGS or run[:2] in COMPOUND):
            family, given = split_family(run)
            for reading in family_readings(family):
                yield from _read(reading + syllables(given))
        for start in range(1, len(said) - 1):
            yield from _joined(said[start : start + _WINDOW])
    yield from run
    yield from _bigrams(run)
    for syllable in said:
        yield from _joined([syllable])


def _read(said: list[str]) -> Iterator[str]:
    yield from _joined(said)
    yield _initials(said)
    yield from _joined(said[:1])


def _joined(said: list[str]) -> Iterator[str]:
    word = "".join(said)
    if "ü" not in word:
        yield word
        return
    # The query folds to lu; the two others are for what is typed up to the letter before.
    for spelling in ("u", "yu", "v"):
        yield word.replace("ü", spelling)


def _initials(said: Iterable[str]) -> str:
    return "".join(syllable[0] for syllable in said)


def _bigrams(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _native_tokens(family: str, given: str) -> Iterator[str]:
    family, given = fold(family).replace(" ", ""), fold(given).replace(" ", "")
    if family and not given and is_han(family) and len(family) in _PERSON_RUN:
        family, given = split_family(family)
    if not (family and given and is_han(family + given)):
        yield from _text_tokens(f"{family} {given}" if not has_han(family + given) else family + given)
        return
    for one, other in product(family_readings(family), given_readings(given)):
        for said in (one + other, other + one):
            yield from _joined(said)
            yield _initials(said)
        yield from _joined(other)
        yield next(_joined(one)) + _initials(other)
        for syllable in one + other:
            yield from _joined([syllable])
        yield from _joined(one)
    yield from family + given
    yield from _bigrams(family + given)


def _latin_tokens(family: str, given: str, english: str) -> Iterator[str]:
    for text in (family, given, english):
        yield from _text_tokens(text)
    own = "".join(split_word(fold(family)))
    for text in (given, english):
        other = "".join(split_word(fold(text)))
        if not (own and other):
            continue
        yield from _spelled(other)
        yield from _spelled(own + other)
        yield from _spelled(other + own)
        said = split_latin(other) or split_word(fold(text))
        yield own[0] + _initials(said)
        yield _initials(said) + own[0]
        yield from said
