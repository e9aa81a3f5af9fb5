"""Keys of organization names without the legal form, to find duplicates; the displayed name keeps it."""

import re

from crm.names.folding import fold, is_latin, split_word, split_words

_ANYWHERE = frozenset({"co", "ltd", "inc", "llc", "corp", "incorporated", "corporation", "limited", "gmbh", "pte"})
_TRAILING = _ANYWHERE | {
    "company",
    "group",
    "lp",
    "llp",
    "plc",
    "pty",
    "pvt",
    "ag",
    "ab",
    "as",
    "bv",
    "nv",
    "oy",
    "kg",
    "kk",
    "ohg",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "sl",
    "jsc",
    "ooo",
    "sdn",
    "bhd",
}
_NOISE = frozenset({"the", "and"})
_DOTTED = re.compile(r"\b((?:\w\.)+\w)\b\.?")
_HAN_FORMS = re.compile(r"股份有限公司|有限责任公司|责任有限公司|有限公司|股份公司|总公司|公司$|集团|股份$")


def organization_key(name: str) -> str:
    """Return the key of an organization's name: folded, without punctuation and legal forms, words joined by a space.

    `Huadong Water Group Co., Ltd.` -> `huadong water`; `华东水务（集团）股份有限公司` -> `华东水务`.
    A name that consists of a legal form only keeps it; a text without letters of a known script has an empty key.
    """
    dotless = _DOTTED.sub(lambda match: match.group(1).replace(".", ""), name)
    latin: list[str] = []
    other: list[str] = []
    for word in split_words(dotless):
        if is_latin(word):
            latin += split_word(word)
        else:
            other.append(word)
    han = "".join(other)
    parts = _without_forms(latin)
    if han:
        parts.append(_HAN_FORMS.sub("", han) or han)
    return " ".join(parts) or " ".join(latin) or fold(name).strip()


def _without_forms(words: list[str]) -> list[str]:
    rest = [word for index, word in enumerate(words) if word not in _NOISE and not (index and word in _ANYWHERE)]
    while len(rest) > 1 and rest[-1] in _TRAILING:
        rest.pop()
    return rest
