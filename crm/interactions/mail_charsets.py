"""Text of emails: in the charset that the sender names, or in the wider one that is meant."""

from __future__ import annotations

_WIDER = {
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936"), ("gb18030",)),
    **dict.fromkeys(("big5", "big5-eten", "x-x-big5", "cn-big5"), ("big5hkscs", "cp950")),
    **dict.fromkeys(("ks_c_5601-1987", "euc-kr"), ("cp949",)),
    **dict.fromkeys(("iso-8859-1", "latin1"), ("cp1252", "iso-8859-1")),
    "shift_jis": ("cp932",),
}
"""Programs name the smallest charset, and write characters of the larger one: 喆 of GBK in text called gb2312."""
_GUESSES = ("utf-8", "gb18030")


def decode_charset(data: bytes, charset: str) -> str:
    """Return the text of bytes; never fails. What can't be read becomes U+FFFD, and databases accept the result."""
    name = charset.strip().lower()
    declared = _WIDER.get(name, (name,))
    # In text of 7 bits, such as ISO-2022-JP, other charsets read signs that nobody wrote.
    for encoding in declared if data.isascii() else (*declared, *_GUESSES):
        text = _decode(data, encoding, "strict")
        if text is not None:
            return remove_unstorable(text)
    return remove_unstorable(
        next(text for each in (*declared, "utf-8") if (text := _decode(data, each, "replace")) is not None)
    )


def _decode(data: bytes, encoding: str, errors: str) -> str | None:
    try:
        return data.decode(encoding, errors)
    except (LookupError, ValueError):
        # Also UnicodeError, and a name with a NUL.
        return None


def remove_unstorable(text: str) -> str:
    """Return a text without NUL and halves of surrogate pairs, which databases refuse."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
