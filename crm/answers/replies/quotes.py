"""The text that a person typed in a reply: without the quoted email, the signature and the program's own lines."""

from __future__ import annotations

import re

MAX_CHARS = 20_000
"""Characters of a reply that are read."""
_LABEL = r"(?:from|sent|to|subject|date|发件人|发送时间|收件人|主题|寄件者|寄件日期|收件者|主旨)"
# Each pattern matches one line and has no nested repetition: a line is scanned once.
_QUOTE_STARTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\s*>",
        r"^\s*-{2,}\s*(?:original message|forwarded message|原始邮件|原邮件|原始郵件|回复的原邮件)",
        r"^\s*_{10,}\s*$",
        r"^\s*begin forwarded message:",
        rf"^\s*\*?{_LABEL}\*?\s*[:：]\s?.*(?:@|\d{{4}})",
        r"^\s*on\b.{4,200}\bwrote:\s*$",
        r"^\s*(?:在|于|發自)?.{4,120}(?:写道|寫道|來信)\s*[:：]\s*$",
    )
)
_WROTE_BEGINS = re.compile(r"^\s*on\b.{4,200}$", re.IGNORECASE)
_WROTE_ENDS = re.compile(r"wrote:\s*$", re.IGNORECASE)
_SIGNATURES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\s*(?:--|—)\s*$",
        r"^\s*(?:sent from|get outlook for|sent with|sent via)\b",
        r"^\s*(?:发自我的|从我的|來自我的|傳送自我的|发自)",
    )
)


def own_text(text: str) -> str:
    """Return the lines above the quoted email and the signature, at most MAX_CHARS characters."""
    lines = text[:MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    end = next((i for i in range(len(lines)) if _ends_own_text(lines, i)), len(lines))
    return "\n".join(line.rstrip() for line in lines[:end]).strip()


def _ends_own_text(lines: list[str], index: int) -> bool:
    line = lines[index]
    if any(pattern.match(line) for pattern in (*_QUOTE_STARTS, *_SIGNATURES)):
        return True
    # "On ... wrote:" is broken into two lines by some programs.
    following = lines[index + 1] if index + 1 < len(lines) else ""
    return bool(_WROTE_BEGINS.match(line) and len(following) < 200 and _WROTE_ENDS.search(following))
