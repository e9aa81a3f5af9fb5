"""The text that a person typed in a reply: without the quoted email, the signature and the program's own lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice

MAX_CHARS = 20_000
"""Characters of a reply that are read."""
MAX_BLOCKS = 100
"""Texts between quoted lines that are read."""
MAX_INTRO_LINES = 3
"""Lines into which programs break “On ... wrote:”."""
_LABEL = r"(?:from|sent|to|subject|date|发件人|发送时间|收件人|主题|寄件者|寄件日期|收件者|主旨)"
_ZERO_WIDTH = re.compile("^[\\s\ufeff\u200b-\u200f\u202a\u2060\u00ad]*[\ufeff\u200b-\u200f\u202a\u2060\u00ad]")
"""Zero-width characters with which some programs begin a line."""
_QUOTED_LINE = re.compile(r"^\s*>")
# Each pattern matches one line and has no nested repetition: a line is scanned once.
_QUOTE_STARTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\s*-{2,}\s*(?:(?:original|forwarded|replied) message|original\s*-)",
        r"^\s*-{2,}\s*(?:原始邮件|原邮件|原始郵件|回复的原邮件|邮件原件|转发的?邮件)",
        r"^\s*-{2,}.{1,200}(?:wrote|写道|寫道)\s*[:：]?\s*-{2,}\s*$",
        r"^\s*_{10,}\s*$",
        r"^\s*begin forwarded message:",
        rf"^\s*\*?{_LABEL}\*?\s*[:：]\s?.*(?:@|\d{{4}})",
        r"^\s*(?:on|at)\b.{4,200}\bwrote:\s*$",
        r"^\s*(?:在|于|發自)?.{4,120}(?:写道|寫道|來信)\s*[:：]\s*$",
    )
)
# Lines that some programs write above the header of the quoted email. People write dashes as well: “Date: Friday”
# below them may be their own, so only the sender's label counts there.
_QUOTE_TITLE = re.compile(r"^\s*(?:original|原始邮件|原始郵件)\s*$", re.IGNORECASE)
_DASHES = re.compile(r"^\s*-{10,}\s*$")
_SENDER_LINE = re.compile(r"^\s*\*?(?:from|发件人|寄件者)\*?\s*[:：]", re.IGNORECASE)
MAX_BLANK_LINES = 4
_LABELED_LINE = re.compile(rf"^\s*\*?{_LABEL}\*?\s*[:：]", re.IGNORECASE)
_INTRO_BEGINS = re.compile(r"^\s*(?:(?:on|at)\b|在\s*\d).{4,200}$|^.{1,200}[于於]\s*\d{4}\s*年", re.IGNORECASE)
_INTRO_ENDS = re.compile(r"(?:wrote|写道|寫道)\s*[:：]\s*$", re.IGNORECASE)
_PROGRAM = (
    r"(?:iphone|ipad|\bmac\b|android|outlook|windows|foxmail|gmail|yahoo|\bqq|tim\b|huawei|honor|xiaomi|redmi|oppo|vivo"
    r"|samsung|galaxy|oneplus|wps|手机|手機|平板|邮箱|郵箱|信箱|客户端|用戶端|华为|華為|荣耀|榮耀|小米|红米|三星|魅族|中兴|苹果|蘋果"
    r"|安卓|网易|網易|新浪|搜狐|微信|钉钉|飞书)"
)
"""A device or a program that adds a signature; sentences may begin like one (发自内心)."""
_SIGNATURES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\s*(?:--|—)\s*$",
        r"^\s*get outlook for\b",
        r"^\s*sent with \[[^\]]{1,40}\]\(https?://",
        r"^\s*sent (?:from|with|via) (?:my|a mobile|workspace one|surface|nine|hey|spark|canary|mimestream|spike)\b",
        rf"^\s*sent (?:from|with|via) [^,;!]{{0,20}}?(?:{_PROGRAM}|mail\b|proton|superhuman|blackberry)[^,;!]{{0,40}}$",
        r"^\s*(?:获取|取得|下载|下載).{0,20}outlook",
        rf"^\s*(?:发自|發自|来自我的|來自我的|傳送自我的)[^,，.。;；!！]{{0,20}}?{_PROGRAM}[^,，。;；!！]{{0,30}}$",
        rf"^\s*[从從][^,，.。;；!！]{{0,10}}?{_PROGRAM}[^,，。;；!！]{{0,20}}(?:发送|傳送)\s*$",
    )
)


def own_text(text: str, is_answer: Callable[[str], bool] | None = None) -> str:
    """Return the lines above the quoted email and the signature, at most MAX_CHARS characters.

    If there are none, texts below it and between its lines, because some people write there: only those apart from the
    quoted lines whose first line `is_answer`. Others are lines of the quote that were broken, or a mail server's.
    """
    lines = text[:MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    lines = [_ZERO_WIDTH.sub("", line) for line in lines]
    above = _join_own(lines)
    if above or is_answer is None:
        return above
    blocks = (_join_own(block) for block in islice(_list_separate(lines), MAX_BLOCKS))
    return "\n".join(block for block in blocks if block and is_answer(block.partition("\n")[0]))


def _join_own(lines: Sequence[str]) -> str:
    end = next((i for i in range(len(lines)) if _ends_own_text(lines, i)), len(lines))
    return "\n".join(line.rstrip() for line in lines[:end]).strip()


def _list_separate(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts below and between quoted lines that blank lines separate from them; none without marked lines."""
    blocks = [
        (is_quoted, list(block)) for is_quoted, block in groupby(lines, lambda line: bool(_QUOTED_LINE.match(line)))
    ]
    start = next((i for i, (is_quoted, _block) in enumerate(blocks) if is_quoted), len(blocks))
    for index, (is_quoted, block) in enumerate(blocks[start:], start):
        is_separate = not block[0].strip() and (index == len(blocks) - 1 or not block[-1].strip())
        if not is_quoted and is_separate:
            yield block


def _ends_own_text(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if any(pattern.match(line) for pattern in (_QUOTED_LINE, *_QUOTE_STARTS, *_SIGNATURES)):
        return True
    for title, header_line in ((_QUOTE_TITLE, _LABELED_LINE), (_DASHES, _SENDER_LINE)):
        if title.match(line):
            below = (each for each in lines[index + 1 : index + 2 + MAX_BLANK_LINES] if each.strip())
            return header_line.match(next(below, "")) is not None
    following = lines[index + 1 : index + MAX_INTRO_LINES]
    if _LABELED_LINE.match(line) and following and _LABELED_LINE.match(following[0]):
        return True
    return bool(_INTRO_BEGINS.match(line)) and any(len(each) < 200 and _INTRO_ENDS.search(each) for each in following)
