"""Minutes in a sentence: "20m prep 10m", "1h", "half an hour", "15 min prep, 1.5h travel", 准备10分钟."""

from __future__ import annotations

import re
from typing import NamedTuple

from crm.core.words import _l

from .chips import ChipChoice, ChipKind, SentenceChip
from .han_numbers import HAN_LENGTH, read_han_length
from .number_words import ENGLISH_LENGTH, read_english_length

_WORDS = {
    "three quarters of an hour": 45,
    "half an hour": 30,
    "half hour": 30,
    "quarter of an hour": 15,
    "quarter hour": 15,
}
# 两小时后, "in 2 hours" and "20 minutes ago" are times, "20 minutes late" isn't a duration of contact.
_NO_DATE = r"(?!\s*(?:之后|以后|后(?!来)|之内|以内|内(?!容)|前(?!天)|(?:ago|late|later|away|early|earlier)\b))"
_LENGTH = re.compile(
    r"(?:(?P<for>\bfor\s+)|\babout\s+|\bca\.?\s+)?(?<!\bin )(?<!\bin about )(?<!\bwithin )(?:"
    r"(?>(?P<words>" + "|".join(_WORDS) + rf")|{HAN_LENGTH}|{ENGLISH_LENGTH}){_NO_DATE}(?(for)|(?!\s+before\b))"
    r"|(?<![\d.,$€¥£/:-])(?:(?P<whole>\d{1,2})(?:\s*|\s+and\s+a\s+))?(?P<half>1/2|½|(?<=a )half)"
    r"\s*(?:hours?|hrs?|h)(?![a-z0-9])"
    r"|(?<![\d.$€¥£/:-])(?<!\d,)(?>(?P<h>\d{1,2}(?:\.\d{1,2}|,\d)?|(?<!\S)\.\d{1,2})\s*(?:hours?|hrs?|h|个?小时)"
    r"(?:\s*(?:and\s+)?(?P<hm>[0-5]?\d)\s*(?:minutes|mins?|m|分钟|分(?!钟))?|(?P<hhalf>半|\s+and\s+a\s+half))?(?![a-z0-9]))"
    + _NO_DATE
    + r"|(?<![\d.$€¥£/:点-])(?>(?P<m>\d{1,4})\+?(?P<gap>\s*|-)(?P<unit>minutes?|mins?|min\.|多?分钟|分(?!钟)|['′]|m)"
    r"(?![a-z0-9²³/]|\s+of\b))" + _NO_DATE + r")",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?P<prep>\bprep(?:aration|aring|ared|ped|ping)?\b(?:\s+time)?|(?:准备|备课)(?:花了|用了|了)?)"
    r"|(?P<travel>\btravel(?:l?ing)?\b(?:\s+time)?|\b(?:drive|driving|drove)\b|\bon the road\b"
    r"|(?:路上|路程|车程|交通)(?:来回|往返)?(?:花了|用了)?|来回路上)"
    r"|(?P<contact>\bcontact\b(?:\s+time)?|\btalk\b)",
    re.IGNORECASE,
)
# "prep 30", "15 prep": a number beside a label means minutes if nothing else follows.
_BARE = re.compile(
    rf"(?:{_LABEL.pattern})\s*[:=]?\s*(?P<bare>\d{{1,3}})(?=\s*(?:$|[,;.#\n，；。]|and\b|prep|travel|准备|路上))"
    r"|(?<![\d.:/-])(?P<before>\d{1,3})(?=\s+(?:prep|travel)\s*(?:$|[,;.#\n]|and\b))",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\s*(?:(?:i|we|just|also|did|some)\s+)*(?:prep(?:aration|aring|ared|ped|ping)?(?:\s+work)?\s+for|research(?:ed|ing|\s+(?:on|for)))\s"
    r"(?:(?!\b(?:with|w|and|then|met|saw|called|spoke)\b)[^,;.\n])*,?\s*",
    re.IGNORECASE,
)
"""Preparation before the first minutes: "prep for Tom's meeting 45m"."""
_EACH_WAY = re.compile(r"\s+each\s+way\b", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:[\s:=]|\bof\b|\bfor\b)*", re.IGNORECASE)
_MOST = 16 * 60


class _Piece(NamedTuple):
    start: int
    end: int
    minutes: int | None
    label: ChipKind | None
    sure: bool


def read_length(text: str) -> int | None:
    """Return the minutes of a text that is nothing but a length, such as "20m", "1h 30" or 半小时; None otherwise."""
    match = _LENGTH.fullmatch(text)
    return _minutes(match) if match else None


def read_minutes(text: str) -> list[SentenceChip]:
    """Return chips of contact, preparation and travel minutes; a duration without a label is contact."""
    chips: list[SentenceChip] = []
    for run in _runs(text, _pieces(text)):
        chips += _label_run(text, run)
    return chips


def _pieces(text: str) -> list[_Piece]:
    lengths = [_Piece(m.start(), m.end(), _minutes(m), None, _is_sure(m)) for m in _LENGTH.finditer(text)]
    spans = [(piece.start, piece.end) for piece in lengths]
    lengths += [
        _Piece(*m.span(name), int(m[name]), None, sure=True)
        for m in _BARE.finditer(text)
        for name in ("bare", "before")
        if m[name] and not any(start <= m.start(name) < end for start, end in spans)
    ]
    labels = [_Piece(m.start(), m.end(), None, ChipKind[m.lastgroup or ""], sure=True) for m in _LABEL.finditer(text)]
    return sorted(lengths + labels)


def _minutes(match: re.Match[str]) -> int:
    if match["words"]:
        return _WORDS[match["words"].lower()]
    in_words = read_han_length(match) or read_english_length(match)
    if in_words is not None:
        return in_words
    if match["half"]:
        return 60 * int(match["whole"] or 0) + 30
    if match["h"]:
        return round(float(match["h"].replace(",", ".")) * 60) + int(match["hm"] or 0) + (30 if match["hhalf"] else 0)
    return int(match["m"])


def _is_sure(match: re.Match[str]) -> bool:
    """Whether it must be a duration: "10 m" may be meters, and more than 16 hours is implausible."""
    return not (match["unit"] in ("m", "M") and match["gap"]) and 0 < _minutes(match) <= _MOST


def _runs(text: str, pieces: list[_Piece]) -> list[list[_Piece]]:
    """Group pieces of which nothing separates one from the next, not even a comma: "10m prep, 20m call" are two."""
    runs: list[list[_Piece]] = []
    for piece in pieces:
        if runs and _BETWEEN.fullmatch(text, runs[-1][-1].end, piece.start):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _label_run(text: str, run: list[_Piece]) -> list[SentenceChip]:
    """Join durations and labels: labels come first ("20m prep 10m"), unless the run ends with one ("20m 10m prep")."""
    labels_follow = run[-1].label is not None
    ordered = list(reversed(run)) if labels_follow else run
    chips = []
    label = None
    for piece in ordered:
        if piece.minutes is None:
            label = piece
            continue
        start = min(piece.start, label.start) if label else piece.start
        end = max(piece.end, label.end) if label else piece.end
        kind = label.label if label else None
        if kind is None:
            kind = ChipKind.prep if _ALONE.fullmatch(text, 0, start) else ChipKind.contact
        minutes = piece.minutes
        if kind is ChipKind.travel and (each_way := _EACH_WAY.match(text, end)):
            minutes, end = 2 * minutes, each_way.end()
        written = text[piece.start : piece.end].strip()
        chips.append(SentenceChip(kind, written, minutes, start, end, piece.sure, _choices(piece)))
        label = None
    return chips


def _choices(piece: _Piece) -> tuple[ChipChoice, ...]:
    """Return what an uncertain length may mean: minutes or not."""
    if piece.sure:
        return ()
    minutes = _l("%(minutes)d minutes", minutes=piece.minutes)
    is_plausible = 0 < (piece.minutes or 0) <= _MOST
    return (*((ChipChoice(piece.minutes, minutes),) if is_plausible else ()), ChipChoice(None, _l("Not a duration")))
