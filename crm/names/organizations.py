"""Keys of firms: the name without legal form, for finding doubles; the shown name keeps it."""

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
    """The key of a firm's name: folded, without punctuation and legal forms, words joined by a blank.

    `Huadong Water Group Co., Ltd.` -> `huadong water`; `华东水务（集团）股份有限公司` -> `华东水务`.
    A name that is nothing but a legal form keeps it; a text without letters of a known script gives an empty key.
    """
    dotless = _DOTTED.sub(lambda found: found.group(1).replace(".", ""), name)
    found = [piece for word in split_words(dotless) for piece in (split_word(word) if is_latin(word) else [word])]
    latin = _without_forms([word for word in found if is_latin(word)])
    han = "".join(word for word in found if not is_latin(word))
    han = _HAN_FORMS.sub("", han) or han
    return " ".join([*latin, *([han] if han else [])]) or " ".join(found) or fold(name).strip()


def _without_forms(found: list[str]) -> list[str]:
    kept = [word for at, word in enumerate(found) if word not in _NOISE and not (at and word in _ANYWHERE)]
    while len(kept) > 1 and kept[-1] in _TRAILING:
        kept.pop()
    return kept
