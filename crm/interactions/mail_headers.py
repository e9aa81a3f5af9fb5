"""Header lines of a pasted email in English, Spanish and Chinese, also as rows of a table."""

from __future__ import annotations

import re
from functools import lru_cache

SIMPLIFIED, TRADITIONAL = "Asia/Shanghai", "Asia/Taipei"
# Label -> field, and the zone of the locale in which mail programs use this label.
_LABELS: dict[str, tuple[str, str | None]] = {
    **dict.fromkeys(("from", "de"), ("from", None)),
    **dict.fromkeys(("sent", "date", "enviado", "enviado el", "fecha"), ("sent", None)),
    **dict.fromkeys(("to", "para"), ("to", None)),
    **dict.fromkeys(("cc", "抄送", "抄送人", "抄送至"), ("cc", None)),
    **dict.fromkeys(("subject", "asunto"), ("subject", None)),
    **dict.fromkeys(("bcc", "reply-to", "importance", "attachments"), ("other", None)),
    **dict.fromkeys(("密送", "附件", "重要性", "优先级"), ("other", None)),
    **dict.fromkeys(("发件人", "发信人"), ("from", SIMPLIFIED)),
    **dict.fromkeys(("发送时间", "发送日期", "发件时间", "日期", "时间"), ("sent", SIMPLIFIED)),
    **dict.fromkeys(("收件人", "收信人"), ("to", SIMPLIFIED)),
    **dict.fromkeys(("主题", "标题"), ("subject", SIMPLIFIED)),
    **dict.fromkeys(("寄件者", "寄件人", "發件人"), ("from", TRADITIONAL)),
    **dict.fromkeys(("寄件日期", "傳送時間", "傳送日期", "發送時間", "寄件時間"), ("sent", TRADITIONAL)),
    **dict.fromkeys(("收件者",), ("to", TRADITIONAL)),
    **dict.fromkeys(("副本", "副本抄送", "副本收件者"), ("cc", TRADITIONAL)),
    **dict.fromkeys(("主旨", "主題"), ("subject", TRADITIONAL)),
}
# Possessive quantifiers (++) prevent backtracking: each line is scanned once. 163 writes a table: "| 主题 | 样品 |".
_HEADER = re.compile(
    r"^[>*\s]*+(?P<row>\|\s*+)?(?P<label>[A-Za-z][A-Za-z -]{1,14}|[一-鿿][一-鿿\s]{1,8})"
    r"\s*+(?:\*?[:：]\*?|(?(row)\|))\s*+(?P<value>.*)$"
)


@lru_cache(maxsize=64)
def read_header(line: str) -> tuple[str, str, str | None] | None:
    """Return field, value and zone of a header line; None for others. Cached, because lines are read repeatedly."""
    if not any(mark in line for mark in ":：|"):
        return None
    match = _HEADER.match(line)
    if not match:
        return None
    label = re.sub(r"\s+", " " if match["label"][0].isascii() else "", match["label"]).strip().lower()
    if label not in _LABELS:
        return None
    field, zone = _LABELS[label]
    return field, match["value"].strip(" \t|" if match["row"] else None), zone


def is_row(line: str) -> bool:
    """Whether a line is a row of a table, also of a quoted one."""
    return line.lstrip(">* \t").startswith("|")
