"""Readings of Han characters in pinyin without tones; `ü` is kept, keys fold it."""

import re
from functools import cache, lru_cache
from itertools import islice, product

from crm.names.folding import fold, has_han
from crm.names.readings import MAX_PHRASE_CHARS, load_readings
from crm.names.surnames import COMPOUND, GIVEN, READINGS, split_family

_MAX_LETTERS = 24

_U = re.compile(r"[ln](?:v|yu)")
_ALWAYS_U = re.compile(r"([ln])v|(l)yu")
_FINALS = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue un uo",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan ue un uo",
    "g k h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j q x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch sh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z c s": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ao ei en eng o u",
}
_PLAIN = {i + f for row, finals in _FINALS.items() for i in (row.split() or [""]) for f in finals.split()}
_SPELLED_U = {i + u + f for i in "ln" for u, f in (("v", ""), ("v", "e"), ("yu", ""), ("yu", "e"))}


@cache
def _spelling(*, of_u: bool) -> re.Pattern[str]:
    """Return a pattern of syllables, the last one possibly incomplete; `of_u` includes spellings of ü."""
    syllables = _PLAIN | _SPELLED_U if of_u else _PLAIN
    heads = {s[:n] for s in syllables for n in range(1, len(s))}
    longest_first = "|".join(sorted(syllables, key=lambda s: (-len(s), s)))
    return re.compile(f"(?:{longest_first})*(?:{'|'.join(sorted(heads, key=lambda s: (-len(s), s)))})?")


def syllables(run: str) -> list[str]:
    """Return the syllables of a run of simplified characters; a character without reading has none."""
    return list(_syllables(run))


@lru_cache(maxsize=4096)
def _syllables(run: str) -> tuple[str, ...]:
    chars, phrases = load_readings()
    out: list[str] = []
    start = 0
    while start < len(run):
        for size in range(min(MAX_PHRASE_CHARS, len(run) - start), 1, -1):
            phrase = phrases.get(run[start : start + size])
            if phrase:
                out += phrase
                start += size
                break
        else:
            reading = chars.get(ord(run[start]))
            if reading:
                out.append(reading)
            start += 1
    return tuple(out)


def family_readings(family: str) -> list[list[str]]:
    """Return all readings of a simplified family name, the most common one first."""
    if family in COMPOUND:
        return [list(COMPOUND[family])]
    if family in READINGS:
        return [[reading] for reading in READINGS[family]]
    return [syllables(family)]


def given_readings(given_name: str) -> list[list[str]]:
    """Return up to four readings of a simplified given name."""
    usual = syllables(given_name)
    if len(usual) != len(given_name) or not any(char in GIVEN for char in given_name):
        return [usual]
    choices = [dict.fromkeys((reading, *GIVEN.get(char, ()))) for reading, char in zip(usual, given_name, strict=True)]
    return [list(combination) for combination in islice(product(*choices), 4)]


def suggest_latin(family_native: str | None, given_native: str | None) -> tuple[str, str] | None:
    """Suggest family and given name in Latin letters (GB/T 28039: Zhou Limin, Ouyang Wen, Lü Hui), None without Han.

    Never stored without confirmation: people from Hong Kong and Taiwan spell their names differently.
    """
    family_name, given_name = fold(family_native or "").strip(), fold(given_native or "").strip()
    if not given_name and len(family_name) > 1:
        family_name, given_name = split_family(family_name)
    if not has_han(family_name + given_name):
        return None
    return "".join(family_readings(family_name)[0]).capitalize(), "".join(given_readings(given_name)[0]).capitalize()


@lru_cache(maxsize=4096)
def split_latin(word: str) -> tuple[str, ...] | None:
    """Split a folded word into pinyin syllables, preferring long ones (`limin` -> li, min); None if it isn't pinyin."""
    if not word:
        return ()
    if len(word) > _MAX_LETTERS:
        return None
    for size in range(min(6, len(word)), 0, -1):
        if word[:size] in _PLAIN or word[:size] in _SPELLED_U:
            rest = split_latin(word[size:])
            if rest is not None:
                return (word[:size], *rest)
    return None


@lru_cache(maxsize=8192)
def fold_u(word: str) -> str:
    """Replace lü, lyu and lv by lu (same for nü) if the word can be pinyin; return other words unchanged."""
    if not _U.search(word) or len(word) > _MAX_LETTERS or not _spelling(of_u=True).fullmatch(word):
        return word
    word = _ALWAYS_U.sub(r"\1\2u", word)
    # In `wanyu` the n ends a syllable: a word that can be read without ü is unchanged.
    return word if _spelling(of_u=False).fullmatch(word) else word.replace("nyu", "nu")


def fold_u_prefix(word: str) -> str | None:
    """Fold the longest prefix of a word that a query would fold, else None; without it `nv` wouldn't find Nvidia."""
    if not _U.search(word):
        return None
    for size in range(min(len(word), _MAX_LETTERS), 1, -1):
        folded = fold_u(word[:size])
        if folded != word[:size]:
            return folded
    return None
