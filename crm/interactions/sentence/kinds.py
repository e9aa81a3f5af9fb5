"""Words for the type of interaction, the state, and the funder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from crm.interactions.policy import InteractionState, InteractionType

from .chips import ChipChoice, ChipKind, SentenceChip
from .han_kinds import HAN_CALL, HAN_MEETING

# A period that ends a clause, not a title such as "Mr."
TITLE_DOT = r"\.(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bProf\.)"

_WITH = r"(?:\s+(?:up\s+)?(?:with|w/?|to|from|by)(?=\s))?"
_HAVE = r"(?:(?:had|have|got|received|did|a|an|quick|short|long|brief|just|good|first|second|video|phone)\s+)*"
_VISITORS = r"hours|cards?|teams?|delegations?|delegates?|scholars?|professors?|guests?|buyers?"
_TEXT = (
    r"texted(?!\s+(?:me|us)\b)(?:\s+back\s+and\s+forth)?"
    r"|(?:text|sms|whatsapp)(?:\s+(?:msg|message))?(?=\s+(?:to|from)\s+(?-i:[A-ZÀ-Þ一-鿿]))"
)
_ONLINE = r"(?:zoom|teams)(?!\s+(?:link|invite|id)\b)(?:\s+(?:call|meeting|mtg))?"


class KindMention(NamedTuple):
    """Type meant by a word: sure or a guess; in the past, the future, or neither (None: a noun)."""

    kind: InteractionType
    sure: bool = True
    past: bool | None = None


_KINDS: tuple[tuple[re.Pattern[str], KindMention], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), mention)
    for pattern, mention in (
        (
            rf"\b(?:met|saw|zoom(?:ed|['’]d)(?!\s+(?:in|out)\b)){_WITH}(?!\w)",
            KindMention(InteractionType.meeting, past=True),
        ),
        (rf"\b(?:will\s+)?meet{_WITH}(?!\w)", KindMention(InteractionType.meeting, past=False)),
        (
            rf"\b{_HAVE}(?:meeting|mtg|lunch|dinner|coffee|tea|breakfast|banquet|{_ONLINE})\b{_WITH}",
            KindMention(InteractionType.meeting),
        ),
        (
            rf"\b(?:called(?!\s+off)|phoned|rang(?!\s+out)|dialed(?:\s+in)?){_WITH}(?!\w)",
            KindMention(InteractionType.call, past=True),
        ),
        (rf"\b{_HAVE}(?:phone\s+)?call\b{_WITH}", KindMention(InteractionType.call)),
        (rf"\b(?:spoke|talke?d|chatted){_WITH}(?!\w)", KindMention(InteractionType.call, sure=False, past=True)),
        (rf"\b(?:e-?maile?d|mailed|wrote){_WITH}(?!\w)", KindMention(InteractionType.email, past=True)),
        (
            rf"\b{_HAVE}e-?mail\b{_WITH}|\b(?:got|received|had)\s+(?:a\s+)?mail\b{_WITH}",
            KindMention(InteractionType.email),
        ),
        (
            rf"^\s*(?:(?:i|we|just|also|have|got|an?)\s+)*(?:{_TEXT}){_WITH}(?!\w)",
            KindMention(InteractionType.wechat, sure=False, past=True),
        ),
        (rf"\bwe-?chatt?ed{_WITH}(?!\w)", KindMention(InteractionType.wechat, past=True)),
        (rf"\b{_HAVE}(?:wechat|weixin)\b(?:\s+(?:call|message|msg))?{_WITH}", KindMention(InteractionType.wechat)),
        (rf"\b(?:visited|toured){_WITH}(?!\w)", KindMention(InteractionType.visit, past=True)),
        (
            rf"^\s*visiting\b(?!\s+(?:{_VISITORS})\b){_WITH}",
            KindMention(InteractionType.visit),
        ),
        (rf"\b{_HAVE}(?:site\s+)?visit\b{_WITH}", KindMention(InteractionType.visit)),
        (r"\b(?:introduced|intro['’]?d)\b(?!\s+by)", KindMention(InteractionType.introduction, past=True)),
        (rf"\b(?:introduction|intro)\b(?:\s+of)?{_WITH}", KindMention(InteractionType.introduction)),
        (rf"\bcounsell?ed{_WITH}(?!\w)", KindMention(InteractionType.session, past=True)),
        (rf"\b{_HAVE}(?:counsell?ing(?:\s+session)?|session)\b{_WITH}", KindMention(InteractionType.session)),
        (
            r"(?:\blead\s*:|\bheard\b(?:\s+(?:of|about|that))?(?:\s+(?:a\s+)?(?:new\s+)?lead\b\s*:?)?)" + _WITH,
            KindMention(InteractionType.lead, past=True),
        ),
        (r"\bnote\s*:", KindMention(InteractionType.note, past=True)),
        (
            r"(?:发了?)?微信(?:语音|视频|消息)?(?:联系|通话|电话)?(?:给(?=[一-鿿]{2})|上(?=[和与跟]))?",
            KindMention(InteractionType.wechat),
        ),
        (HAN_CALL, KindMention(InteractionType.call)),
        (
            r"(?:发)?(?:电子)?邮件(?:给)?|来信(?![息用心任号])|来函|(?<=的)回[信函]|回[信函](?=了|说(?!明)|[:：])",
            KindMention(InteractionType.email),
        ),
        (r"拜访了?|走访了?|参观了?|(?<!未)来访(?![问客])了?", KindMention(InteractionType.visit)),
        (HAN_MEETING, KindMention(InteractionType.meeting)),
        (r"介绍了?", KindMention(InteractionType.introduction)),
        (r"咨询|辅导", KindMention(InteractionType.session)),
        (r"线索[:：]?", KindMention(InteractionType.lead)),
        (r"备注[:：]?", KindMention(InteractionType.note)),
    )
)

_REACHED_AT_START = re.compile(
    r"^\s*(?:(?:i|we|just)\s+)*reached\b(?!\s+(?:out|an?|the|our|their|no|deal|agreement|consensus|terms|\d)\b)",
    re.IGNORECASE,
)
_REACHED_SOMEONE = KindMention(InteractionType.call, sure=False, past=True)
"""Type meant by "reached" at the beginning: any word for a type says it better."""

# 邀请周立民来访 and 还没见到周立民: nobody came, and nobody was met.
_HAN_EVENT = re.compile(r"来访|见到|来[信函]|回[信函]")
_HAN_NO_EVENT = re.compile(
    r"(?:[没未](?![来问])|无法|不[会能再想]|(?<![联理])想|希望|邀请|欢迎)[^，,。；;！？\s]{0,12}$"
)
# "Meeting notes sent to Tom" is no meeting; "meeting notes: wants a price" is one.
_PAPER = re.compile(
    r"\s+(?:notes|minutes|agenda|summary|recap|(?P<invite>invite|invitation))\b"
    r"(?P<sent>\s+(?:(?:were|was|just|already)\s+)*(?:sent|e-?mailed|forwarded|fwd['’]?d|shared)\b)?",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"\b(?:sent|forwarded|shared|fwd['’]?d)\s+(?:(?:the|our|my|him|her|them|out|over)\s+)*$", re.IGNORECASE
)
_WISH = r"\b(?:wants|wanted|needs|needed|(?<=\w )(?<!\bwe )(?<!\bi )(?<!\bjust )ask(?:s|ed)\s+for)\s+"
# "Tom wants a meeting" and "prep for Tom's meeting" are no meetings; with a date it may be one.
_WANTED = re.compile(
    rf"(?:{_WISH}|\bprep(?:aration|aring|ared|ped|ping)?\s+for\s+(?:[\w'’-]+\s+){{0,3}})(?:(?:the|an?|another)\s+)?$",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?<!\S)(?:(?:mon|tue|wed|thu|fri|sat|sun|tom|tm|toda|tonight|next|jan|feb|mar|apr|may|june?\b|july?\b|aug|sep|oct|nov|dec)"
    r"|\d{1,2}(?:[/:]\d|\s?[ap]m\b))",
    re.IGNORECASE,
)
_HAN_AWAITED = re.compile(r"(?:等|请|让)[^，,。；;！？\s]{0,12}$")

_FUNDER = re.compile(r"#(?!\d+\b)([\w-]+)")  # #4521 is the number of an invoice.
_BY_PHONE = re.compile(r"v(?:oice\s?)?mail|\bl?vm\b|message|\bmail\b|\bmsg\b|\blm\b", re.IGNORECASE)

_PLANNED = r"(?:meeting|mtg|call|zoom|lunch|dinner|coffee|visit|session)"
_STATES: tuple[tuple[re.Pattern[str], InteractionState], ...] = (
    (
        re.compile(
            rf"\b(?:cancell?ed|canx|cxl['’]?d?|called\s+off)\b|^\s*cancel(?=\s+(?:\w+\s+){{0,2}}{_PLANNED}\b)|取消了?",
            re.IGNORECASE,
        ),
        InteractionState.canceled,
    ),
    (
        re.compile(
            r"\b(?:rescheduled|postponed|put\s+off|moved)\b|改期|(?<!项目)(?<!工程)(?<!交货)(?<!发货)(?<!付款)(?<!开标)推迟了?",
            re.IGNORECASE,
        ),
        InteractionState.rescheduled,
    ),
)


def kind_chip(mention: KindMention, start: int, end: int) -> SentenceChip:
    """Build the chip of a type of interaction; a guess offers all types."""
    kinds = (mention.kind, *(kind for kind in InteractionType if kind is not mention.kind))
    choices = () if mention.sure else tuple(ChipChoice(kind, kind.label) for kind in kinds)
    return SentenceChip(ChipKind.kind, str(mention.kind), mention.kind, start, end, mention.sure, choices)


def find_kind(text: str) -> tuple[int, int, KindMention] | None:
    """Return the first word for a type of interaction, including its preposition."""
    matches = [
        (m.start(), -m.end(), mention) for pattern, mention in _KINDS if (m := _search_event(pattern, text, mention))
    ]
    if matches:
        start, end, mention = min(matches, key=lambda each: each[:2])
        return start, -end, mention
    match = _REACHED_AT_START.search(text)
    return (match.start(), match.end(), _REACHED_SOMEONE) if match else None


def find_main_kind(text: str, first_end: int) -> tuple[int, int, KindMention] | None:
    """Return the first word for a type of interaction, preferably in the first clause, which ends at `first_end`."""
    first = find_kind(text[:first_end])
    return first if first and first[2] is not _REACHED_SOMEONE else find_kind(text)


def _search_event(pattern: re.Pattern[str], text: str, mention: KindMention) -> re.Match[str] | None:
    """Return the first match, without words for what did not take place or is awaited, and for papers of a meeting."""
    has_papers = mention.kind in (InteractionType.meeting, InteractionType.call)
    events = (match for match in pattern.finditer(text) if not _is_no_event(match, mention))
    return next((match for match in events if not (has_papers and _is_paper(match))), None)


def is_before_paper(text: str, end: int) -> bool:
    """Whether the word that ends at `end` only says what a paper is about: "the meeting notes"."""
    return _PAPER.match(text, end) is not None


def _is_paper(match: re.Match[str]) -> bool:
    """Whether a paper was sent; an invitation that was sent may also be a meeting."""
    paper = _PAPER.match(match.string, match.end())
    if paper is None or paper["sent"]:
        return paper is not None
    return not paper["invite"] and _SENT.search(match.string, 0, match.start()) is not None


def _is_no_event(match: re.Match[str], mention: KindMention) -> bool:
    is_wanted = mention.past is None and _WANTED.search(match.string, 0, match.start())
    if is_wanted and not _DATED.search(match.string, match.end()):
        return True
    if not _HAN_EVENT.match(match.group()):
        return False
    is_awaited = match.group().endswith(("信", "函")) and _HAN_AWAITED.search(match.string, 0, match.start())
    return bool(is_awaited or _HAN_NO_EVENT.search(match.string, 0, match.start()))


def guess_kind_chips(text: str, chips: Sequence[SentenceChip]) -> list[SentenceChip]:
    """Return the chip of a call for a person with minutes or without an answer, if no kind is given.

    It is a question, unless a message was left by phone: "left a vm", but not "no reply".
    """
    kinds = {chip.kind for chip in chips}
    if ChipKind.kind in kinds or ChipKind.person not in kinds or not kinds & {ChipKind.contact, ChipKind.reached}:
        return []
    words = [text[chip.start : chip.end] for chip in chips if chip.kind is ChipKind.reached]
    sure = any(_BY_PHONE.search(each) for each in words)
    return [kind_chip(KindMention(InteractionType.call, sure=sure), 0, 0)]


def find_state(text: str) -> tuple[int, int, InteractionState] | None:
    """Return the words for canceled or rescheduled."""
    match = [(m.start(), m.end(), state) for pattern, state in _STATES if (m := pattern.search(text))]
    return min(match, key=lambda each: each[:2]) if match else None


def find_funder_chips(text: str) -> list[SentenceChip]:
    """Return the chips of funders: "#step"."""
    return [SentenceChip(ChipKind.funder, m[1], m[1], m.start(), m.end()) for m in _FUNDER.finditer(text)]
