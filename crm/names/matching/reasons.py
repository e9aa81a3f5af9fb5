"""Why two names match, as sentences for users."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


def sentence(text: str) -> str:
    """Mark a text for translation; who shows a reason translates it."""
    return text


class ReasonKind(Enum):
    """The kinds of reasons; `%(a)s` and `%(b)s` are parts of the two names."""

    SAME_NAME = sentence("The names are the same.")
    SAME_CHARACTERS = sentence("Same Chinese characters: %(a)s.")
    SAME_SIMPLIFIED = sentence("Same characters in traditional and simplified form: %(a)s and %(b)s.")
    OTHER_CHARACTERS = sentence("Sounds alike, but the characters differ: %(a)s and %(b)s.")
    PINYIN = sentence("“%(b)s” is the pinyin of %(a)s.")
    TAIWAN = sentence("“%(b)s” is a Taiwan (Wade-Giles) spelling of %(a)s.")
    HONG_KONG = sentence("“%(b)s” is a Hong Kong (Cantonese) spelling of %(a)s.")
    SOUTHERN = sentence("“%(b)s” is a Hokkien, Teochew or Hakka spelling of %(a)s.")
    MIXED = sentence("“%(b)s” can be a spelling of %(a)s.")
    SAME_CHINESE_NAME = sentence("“%(a)s” and “%(b)s” can be spellings of the same Chinese name.")
    SAME_SOUND = sentence("“%(b)s” is written as it sounds in Chinese: %(a)s.")
    OTHER_SCRIPT = sentence("“%(b)s” is a spelling of %(a)s.")
    REVERSED = sentence("The family and given names are in a different order.")
    WORD_ORDER = sentence("The same words in a different order.")
    SPACING = sentence("Only spaces, hyphens or capitals differ.")
    TYPO = sentence("“%(a)s” and “%(b)s” are spelled almost alike.")
    NICKNAME = sentence("“%(a)s” and “%(b)s” are forms of the same name.")
    INITIAL = sentence("“%(a)s” can stand for “%(b)s”.")
    EXTRA_NAME = sentence("One has an additional name: %(a)s.")
    ONLY_FAMILY_NAME = sentence("Only the family name is the same: %(a)s.")
    LEGAL_FORM = sentence("Only the legal form differs.")
    TRANSLATED = sentence("“%(b)s” is the English form of %(a)s.")
    ACRONYM = sentence("“%(a)s” is the abbreviation of “%(b)s”.")
    EXTRA_WORDS = sentence("One has additional words: %(a)s.")


class Reason(NamedTuple):
    """One reason and the parts of the names that it is about."""

    kind: ReasonKind
    a: str = ""
    b: str = ""

    def __str__(self) -> str:
        return self.kind.value % {"a": self.a, "b": self.b}
