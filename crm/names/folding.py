"""One form for all spellings: case, accents, widths and traditional characters fold away, for keys only."""

import re
import unicodedata
from functools import cache, lru_cache

import opencc

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
KANA_HANGUL = "\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3"
CJK = HAN + KANA_HANGUL

# What may stand in the search column: a database tokenizer must never cut or join one of these.
TOKEN = re.compile(rf"[a-z0-9]+|[{CJK}]{{1,2}}")
_WORD = re.compile(rf"[a-z0-9]+(?:['&._@-][a-z0-9]+)*|[{CJK}]+")
_PIECE = re.compile(r"[a-z0-9]+")
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_HAS_HAN = re.compile(rf"[{HAN}]")
_KEPT = re.compile(rf"[a-z0-9{CJK}]")

_JOINERS = dict.fromkeys("'’‘ʼ＇`´ʻʹ", "'") | dict.fromkeys("-‐‑－", "-") | {c: c for c in "&._@"}
# Letters that carry no accent to drop.
_PLAIN = {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
_CYRILLIC = dict(
    zip("абвгдезийклмнопрстуфыэіўғқңөұүһ", "abvgdeziiklmnoprstufyeiugqnouuh", strict=True),
) | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
_CYRILLIC |= {"ә": "a", "ё": "e", "ї": "i", "є": "ye", "ґ": "g", "ј": "j", "љ": "lj", "њ": "nj", "џ": "dz", "ћ": "c"}
_LETTERS = _PLAIN | _CYRILLIC


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=16_384)
def simplify_char(char: str) -> str:
    """The simplified form of one character: by the character alone, so that a part folds as its whole does."""
    folded = str(_simplifier().convert(char))
    # Rare characters have simplified forms that no font shows and no dictionary reads: they stay as they are.
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
        elif _KEPT.match(letter) or letter in _JOINERS:
            out.append(_JOINERS.get(letter, letter))
        else:
            out.append(_fold_letter(letter))
    return "".join(out)


def _fold_letter(letter: str) -> str:
    if letter in _LETTERS:
        return _LETTERS[letter]
    base = unicodedata.normalize("NFKD", letter)[0]
    base = _LETTERS.get(base, base)
    return base if base.isascii() and base.isalnum() else " "


class _Table(dict[int, str]):
    """A translate table that learns each character when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_char(chr(code))
        return folded


_TABLE = _Table()


_LONGEST_KEPT = 40


def fold(text: str) -> str:
    """Lower-case ASCII, simplified Han, kana and hangul; the marks ' - & . _ @ stay, all else is a blank."""
    return _folded(text) if len(text) <= _LONGEST_KEPT else _folded.__wrapped__(text)


# The keys, the tokens and the order of one name each begin with this.
@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.translate(_TABLE)


def split_words(text: str) -> list[str]:
    """The folded words of a text; those of Latin letters may hold inner marks (`xi'an`), CJK runs stay whole."""
    return _WORD.findall(fold(text))


def split_word(word: str) -> list[str]:
    """A Latin word cut at its inner marks."""
    return _PIECE.findall(word)


def is_han(text: str) -> bool:
    """Whether every character is Han."""
    return _HAN_ONLY.fullmatch(text) is not None


def has_han(text: str) -> bool:
    """Whether any character is Han."""
    return _HAS_HAN.search(text) is not None


def is_latin(word: str) -> bool:
    """Whether a folded word is of Latin letters and digits."""
    return word[:1].isascii()
