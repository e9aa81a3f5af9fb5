"""One form for all spellings, for keys only: case, accents, widths, traditional characters and other scripts."""

import re
import unicodedata
from functools import cache, lru_cache

import opencc
from anyascii import anyascii

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
KANA_HANGUL = "\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3"
CJK = HAN + KANA_HANGUL
KEY_MARK = "ㄅ"
"""The first character of a key of the matcher: no query has it, because folding removes it."""

# The tokens of the search column: no database tokenizer may split or join one.
TOKEN = re.compile(rf"[a-z0-9]+|[{CJK}]{{1,2}}")
_WORD = re.compile(rf"[a-z0-9]+(?:['&._@-][a-z0-9]+)*|[{CJK}]+")
_PIECE = re.compile(r"[a-z0-9]+")
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_HAS_HAN = re.compile(rf"[{HAN}]")
_KEY_CHAR = re.compile(rf"[a-z0-9{CJK}]")

_JOINERS = dict.fromkeys("'’‘ʼ＇`´ʻʹ", "'") | dict.fromkeys("-‐‑－", "-") | {c: c for c in "&._@"}
# Letters that Unicode doesn't decompose into a letter and an accent.
_PLAIN = {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
_CYRILLIC = dict(
    zip("абвгдезийклмнопрстуфыэіўғқңөұүһ", "abvgdeziiklmnoprstufyeiugqnouuh", strict=True),
) | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
_CYRILLIC |= {"ә": "a", "ё": "e", "ї": "i", "є": "ye", "ґ": "g", "ј": "j", "љ": "lj", "њ": "nj", "џ": "dz", "ћ": "c"}
# Arabic and Hebrew letters that are read as a vowel: always, or within a word.
_ABJAD_VOWELS = dict.fromkeys("\u0627\u0639\u0629\u0649\u05d0\u05e2", "a")
_LETTERS = _PLAIN | _CYRILLIC | _ABJAD_VOWELS | {KEY_MARK: " "}
_INNER_U, _INNER_I = re.compile(r"(?<=\w)[\u0648\u05d5]"), re.compile(r"(?<=\w)[\u064a\u06cc\u05d9]")
_ARTICLE = re.compile(r"\b\u0627\u0644(?=\w{2})")
"""The Arabic article, which is written as part of the next word."""
_ABJAD = re.compile(r"[\u0590-\u06ff]")
"""Hebrew and Arabic letters, which leave out most vowels."""
_ZERO_WIDTH_SPACE = "\u200b"
OTHER_SCRIPT = "\u0370-\u03ff\u0530-\u1cff"
"""Greek, Armenian, Hebrew, Arabic, the scripts of India and Southeast Asia, Georgian, Ethiopic, Mongolian."""
_HAS_OTHER_SCRIPT = re.compile(f"[{OTHER_SCRIPT}]")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=16_384)
def simplify_char(char: str) -> str:
    """Return the simplified form of one character, without its context, so that a part folds like the whole."""
    folded = str(_simplifier().convert(char))
    # Rare characters with simplified forms missing in fonts and dictionaries are kept.
    return folded if len(folded) == 1 and "\u4e00" <= folded <= "\u9fff" else char


def _fold_char(char: str) -> str:
    if char in _JOINERS:
        return _JOINERS[char]
    if unicodedata.combining(char):
        return ""
    out = []
    for letter in unicodedata.normalize("NFKC", char).casefold():
        if _HAS_HAN.match(letter):
            out.append(simplify_char(letter))
        elif _KEY_CHAR.match(letter) or letter in _JOINERS:
            out.append(_JOINERS.get(letter, letter))
        else:
            out.append(_fold_letter(letter))
    return "".join(out)


def _fold_letter(letter: str) -> str:
    if letter in _LETTERS:
        return _LETTERS[letter]
    base = unicodedata.normalize("NFKD", letter)[0]
    base = _LETTERS.get(base, base)
    if base.isascii():
        return base if base.isalnum() else " "
    if unicodedata.category(letter) == "Cf" and letter != _ZERO_WIDTH_SPACE:
        return ""
    # Letters of other scripts as they sound: Greek, Georgian, Hindi, Thai.
    is_written = unicodedata.category(letter)[0] in "LMN"
    return "".join(filter(str.isalnum, anyascii(letter).lower())) if is_written else " "


class _Table(dict[int, str]):
    """A translation table that computes each character on first use."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_char(chr(code))
        return folded


_TABLE = _Table()


_MAX_CACHED_CHARS = 40


def fold(text: str) -> str:
    """Return lower-case ASCII, simplified Han, kana and hangul; ' - & . _ @ remain, other marks become spaces.

    Letters of other scripts become Latin ones, as they sound.
    """
    return _fold_text(text) if len(text) <= _MAX_CACHED_CHARS else _fold_text.__wrapped__(text)


# Cached because the key, the tokens and the sort key of a name each fold it.
@lru_cache(maxsize=4096)
def _fold_text(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if is_abjad(text):
            text = _INNER_I.sub("i", _INNER_U.sub("u", _ARTICLE.sub("al ", text)))
    return text.translate(_TABLE)


def split_words(text: str) -> list[str]:
    """Return the folded words of a text; Latin words may contain marks (`xi'an`), runs of CJK aren't split."""
    return _WORD.findall(fold(text))


def split_word(word: str) -> list[str]:
    """Split a Latin word at its inner marks."""
    return _PIECE.findall(word)


def is_han(text: str) -> bool:
    """Whether every character is Han."""
    return _HAN_ONLY.fullmatch(text) is not None


def has_han(text: str) -> bool:
    """Whether any character is Han."""
    return _HAS_HAN.search(text) is not None


def is_abjad(text: str) -> bool:
    """Whether any letter is Hebrew or Arabic."""
    return _ABJAD.search(text) is not None


def is_other_script(text: str) -> bool:
    """Whether any letter is of a script that isn't Latin, Cyrillic, Chinese, Japanese or Korean."""
    return _HAS_OTHER_SCRIPT.search(text) is not None


def is_latin(word: str) -> bool:
    """Whether a folded word consists of Latin letters and digits."""
    return word[:1].isascii()
