"""The encoding of a text file: by its byte order mark, strict UTF-8, or else the highest score."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from crm.core.words import _l
from crm.imports.readers.errors import ReadError
from crm.imports.readers.scoring import score_encoding

#: Choices of the preview page, the most likely Chinese ones first.
OFFERED_ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "cp1252", "utf-16")
_SCORED = ("gb18030", "big5hkscs", "cp1252")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 300_000
#: Lead in points per character from which the best encoding counts as certain.
_CERTAIN_LEAD = 0.5
_CERTAIN_CHARACTERS = 4


class Candidate(NamedTuple):
    """How well one encoding fits: lines that can be read, of all lines looked at, and points per character."""

    encoding: str
    readable: int
    lines: int
    score: float


class DecodedText(NamedTuple):
    """A text and how it was read. `damaged` counts characters that could not be read and show as U+FFFD."""

    text: str
    encoding: str
    is_certain: bool
    candidates: tuple[Candidate, ...]
    damaged: int = 0


def decode_bytes(data: bytes, encoding: str | None = None) -> DecodedText:
    """Turn bytes into text; an `encoding` chosen by a user wins over every guess.

    Byte order marks are removed everywhere (joined files have one in the middle).
    Raises ReadError for an empty file, an unknown encoding, and NUL characters.
    """
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise ReadError("empty", _l("The file is empty."), _l("Export the list again and check that it has rows."))
    if encoding is not None:
        return _read_as(data, _supported_name(encoding), is_certain=True, strict=False)
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _read_as(data[len(mark) :], marked, is_certain=True, strict=True)
    wide = _wide_without_mark(data)
    if wide:
        return _read_as(data, wide, is_certain=False, strict=True)
    return _guess(data)


def _guess(data: bytes) -> DecodedText:
    sample = _sample(data)
    if _reads(data, "utf-8") and not _utf8_by_chance(data):
        return _read_as(data, "utf-8", is_certain=True, strict=True)
    candidates = _candidates(sample)
    if _mostly_utf8(sample):
        return _read_as(data, "utf-8", is_certain=False, strict=False, candidates=candidates)
    fitting = [c for c in candidates if c.encoding in _SCORED and _reads(data, c.encoding)]
    if not fitting:
        best = max((c for c in candidates if c.encoding in _SCORED), key=lambda c: (c.readable, c.score))
        return _read_as(data, best.encoding, is_certain=False, strict=False, candidates=candidates)
    fitting.sort(key=lambda c: -c.score)
    lead = fitting[0].score - (fitting[1].score if len(fitting) > 1 else -1.0)
    enough = sum(byte > 0x7F for byte in sample) >= 2 * _CERTAIN_CHARACTERS
    is_certain = lead >= _CERTAIN_LEAD and enough and fitting[0].score > 0
    return _read_as(data, fitting[0].encoding, is_certain=is_certain, strict=True, candidates=candidates)


def _read_as(
    data: bytes, encoding: str, *, is_certain: bool, strict: bool, candidates: tuple[Candidate, ...] | None = None
) -> DecodedText:
    try:
        text = data.decode(encoding, "strict" if strict else "replace")
    except UnicodeDecodeError as wrong:
        raise ReadError(
            "encoding_broken",
            _l("The file isn't valid %(name)s (error at byte %(at)s).", name=encoding, at=wrong.start),
            _l("Save the file as “CSV UTF-8”, or choose another encoding."),
        ) from wrong
    if "\x00" in text:
        raise ReadError(
            "nul",
            _l("The file contains NUL characters, so it isn't a plain text file."),
            _l("Open the file in a spreadsheet program and save it as XLSX or “CSV UTF-8”."),
        )
    text = text.replace("\ufeff", "")
    tried = candidates if candidates is not None else _candidates(_sample(data))
    return DecodedText(text, encoding, is_certain, tried, 0 if strict else text.count("\ufffd"))


def _supported_name(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    # GBK and GB2312 are parts of GB18030, and Big5 of its Hong Kong extension: the larger one reads more.
    name = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "utf-8-sig": "utf-8"}.get(name, name)
    if name not in {*OFFERED_ENCODINGS, "utf-16-le", "utf-16-be"}:
        raise ReadError(
            "encoding_unknown",
            _l("“%(name)s” isn't a supported encoding.", name=encoding[:40]),
            _l("Choose an option from the list."),
        )
    return name


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _utf8_by_chance(data: bytes) -> bool:
    """Return whether this is GBK: a few characters, such as 薛, are valid UTF-8 of letters that no list contains."""
    if len(data) > 200 or data.isascii():
        return False
    high = [character for character in data.decode("utf-8") if character > "\x7f"]
    return (
        all("\u0250" <= c <= "\u07ff" for c in high)
        and _reads(data, "gb18030")
        and score_encoding(data, "gb18030") >= 2
    )


def _wide_without_mark(data: bytes) -> str | None:
    """Return the kind of UTF-16 without a byte order mark: its ASCII characters leave NUL in every other byte."""
    sample = data[:4096]
    half = max(len(sample) // 2, 1)
    odd, even = sample[1::2].count(0) / half, sample[0::2].count(0) / half
    name = "utf-16-le" if odd > even else "utf-16-be"
    most, least = max(odd, even), min(odd, even)
    # A character such as 一 has a zero byte on the other side.
    if most == 0 or least > most / 4:
        return None
    # Chinese text has few ASCII characters, but each line ends with one.
    return name if most >= 0.3 or _has_line_ends(sample, name) else None


def _has_line_ends(sample: bytes, encoding: str) -> bool:
    if len(sample) % 2:
        return False
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return ("\n" in text or "\r" in text) and "\x00" not in text


def _sample(data: bytes) -> bytes:
    """Return the first whole lines: a cut inside a character would count against the right encoding."""
    return data if len(data) <= _SAMPLE_BYTES else data[: data.rfind(b"\n", 0, _SAMPLE_BYTES) + 1 or _SAMPLE_BYTES]


def _mostly_utf8(sample: bytes) -> bool:
    """Return whether this is UTF-8 with a few damaged bytes: 9 in 10 lines with non-ASCII text are valid."""
    lines = [line for line in sample.splitlines() if not line.isascii()]
    return len(lines) >= 5 and sum(_reads(line, "utf-8") for line in lines) >= 0.9 * len(lines)


def _candidates(sample: bytes) -> tuple[Candidate, ...]:
    """Return how many lines of the sample each offered encoding (except UTF-16) can read, and its score."""
    lines = [line for line in sample.splitlines() if line.strip()]
    return tuple(
        Candidate(name, sum(_reads(line, name) for line in lines), len(lines), score_encoding(sample, name))
        for name in OFFERED_ENCODINGS
        if name != "utf-16"
    )
