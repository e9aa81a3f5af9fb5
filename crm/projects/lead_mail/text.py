"""The text of an email as paragraphs, each also in a plain form of the same length for patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crm.core.deadline import check_time
from crm.names.folding import simplify_char

MAX_PARAGRAPH_CHARS = 2000
MIN_WRAPPED_CHARS = 50
"""A shorter line isn't wrapped: the next line is a paragraph of its own."""
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1B), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_CLOSING = re.compile(
    r"^(?:--\s*|(?:best|kind|warm)?\s*regards|sincerely(?: yours)?|best(?: wishes)?|cheers"
    r"|此致|敬礼|祝好|顺祝商祺|商祺|敬上|顺颂商祺)[\s,，.。!！]*$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[\s\-•*·\d.、)]{0,8}(?P<label>[^:]{1,30}):\s{0,20}(?P<value>\S.{0,400})$")
_REMARK = re.compile(r"\s?(?:/|\(|（).{0,28}$")
"""A second word for the same in a label: 业主（建设单位）, "Owner / client"."""
_UNKNOWN = re.compile(
    r"^(?:tbd|tba|n/?a|none\b|unknown|to be (?:announced|decided|determined|confirmed)"
    r"|(?:not|no) (?:yet )?(?:known|decided|announced|selected)|待定|未定|未知|不详|暂无|尚未确定)",
    re.IGNORECASE,
)
LIST_ITEM = re.compile(
    r"^(?:[-–—*]\s*(?![-–—*\d\s])|[•·●▪◦‣]\s*|[(（]\d{1,2}[)）]\s*|\d{1,2}(?:[)、）]|[.．](?!\d))\s*)(?P<text>\S.*)$"
)
"""A line of a list: "- Valves", "1. Valves"."""
_HAN = "\u3400-\u9fff"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as it was written, and plain: half-width digits, letters and colons, simplified characters."""

    text: str
    plain: str

    @classmethod
    def of(cls, text: str) -> Paragraph:
        """Return the paragraph of a text."""
        text = text.strip()[:MAX_PARAGRAPH_CHARS]
        return cls(text, "".join(map(simplify_char, text.translate(_WIDE))))

    def cut(self, start: int, end: int) -> str:
        """Return a part as it was written, without punctuation around it."""
        return self.text[start:end].strip(" \t,，.。;；:：、\"“”'‘’「」《》")


def split_paragraphs(body: str) -> list[Paragraph]:
    """Return the paragraphs above the signature; wrapped lines are joined."""
    joined: list[str] = []
    is_open = False
    for line in (each.strip(" \t>") for each in body.split("\n")):
        check_time()
        if _CLOSING.match(line[:40]):
            break
        is_item = bool(LIST_ITEM.match(line)) and bool(joined) and _may_precede_item(joined[-1])
        if is_open and line and not is_item and not _LABEL.match(Paragraph.of(line[:60]).plain):
            glue = "" if re.search(f"[{_HAN}，、。]$", joined[-1]) else " "
            joined[-1] += glue + line
        elif line:
            joined.append(line)
        is_open = len(line) >= MIN_WRAPPED_CHARS
    return [Paragraph.of(text) for text in joined]


def _may_precede_item(text: str) -> bool:
    """Return whether the next line may be an item of a list: the text is one, or it ends with a colon."""
    return text.endswith((":", "：")) or bool(LIST_ITEM.match(text))


def read_label(paragraph: Paragraph, fields: dict[str, str]) -> tuple[str, Paragraph]:
    """Return the field and the value of a line such as "Bid deadline: ..."; "" without a known label or value."""
    match = _LABEL.match(paragraph.plain)
    label = _REMARK.sub("", re.sub(r"\s+", " ", match["label"])).strip(" *").lower() if match else ""
    if match is None or label not in fields or _UNKNOWN.match(match["value"]):
        return "", paragraph
    return fields[label], Paragraph.of(paragraph.text[match.start("value") :])


def read_labels(paragraphs: list[Paragraph], fields: dict[str, str]) -> dict[str, Paragraph]:
    """Return the values of labeled lines by field; `fields` has the field of each label."""
    values: dict[str, Paragraph] = {}
    for paragraph in paragraphs:
        field, value = read_label(paragraph, fields)
        if field:
            values.setdefault(field, value)
    return values
