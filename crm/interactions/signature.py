"""Read the signature of an email: name, title, organization, phone and WeChat."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crm import names

MAX_LINES = 14
"""Lines at the end of a text that are examined."""
MAX_LINE_CHARS = 120
MAX_ONE_LINE_CHARS = 300
"""The length of a signature on one line: "Wang Lei | Sales Director | Huadong Water | +86 138 0000 0000"."""
MIN_ONE_LINE_PARTS = 3
MAX_NAME_CHARS = 80
_CLOSING = re.compile(
    r"^(?:--|(?:best|kind|warm)?\s*regards|sincerely(?:\s+yours)?|best(?:\s+wishes)?|thanks(?:\s+again)?|thank\s+you|cheers"
    r"|此致|敬礼|祝好|谢谢|顺祝商祺|商祺|敬上|謝謝|順頌商祺)[\s,，.。!！]*$",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?:\b(?:tel|phone|mobile|cell|mob|office|direct|m|t|p)\b\.?|电话|手机|座机|固话|電話|手機)?\s*[:：]?\s*"
    r"(?P<number>\+?\(?\d[\d() .\-–]{6,18}\d)",
    re.IGNORECASE,
)
WECHAT = re.compile(
    r"(?:we-?chat|weixin|微信)(?:\s*id|号|號)?\s*[:：]?\s*(?P<id>[A-Za-z0-9][\w-]{3,29})", re.IGNORECASE
)
ORGANIZATION = re.compile(
    r"\b(?:Co\.?,?\s*Ltd|Ltd|Inc|LLC|Corp(?:oration)?|Company|Group|Limited|GmbH|Holdings|Industries|Technolog(?:y|ies)|Tech"
    r"|Institute|Bureau|Association|University|Consulate|Embassy|Chamber|Center)\b\.?"
    r"|(?:公司|集团|厂|研究院|研究所|协会|商会|大学|局|领事馆|大使馆|集團|廠|協會)$",
)
TITLE = re.compile(
    r"\b(?:manager|director|president|ceo|cfo|coo|cto|vp|engineer|sales|chairman|chairwoman|secretary|consul|officer|specialist"
    r"|coordinator|assistant|supervisor|head|partner|owner|founder|buyer|purchaser|merchandiser|representative|lead|executive)\b"
    r"|(?:经理|总监|主任|工程师|总裁|董事长|处长|科长|专员|代表|主管|局长|部长|秘书|助理|厂长|經理|總監|總裁)$",
    re.IGNORECASE,
)
_OTHER = re.compile(r"@|https?:|www\.|\b(?:fax|address|add)\b|传真|地址|邮编|邮箱|電郵", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:department|dept|team|division|section|unit)\b|[部处科]$", re.IGNORECASE)
"""The name of a part of an organization."""
FIELD = re.compile(
    r"(?:information|science (?:and|&)|food|(?:bio)?medical|educational|financial|agricultural)\s+technolog(?:y|ies)"
    r"|(?:call|data|(?:customer )?service)\s+center",
    re.IGNORECASE,
)
"""All of a text that has a word for organizations but says in which field or office of one someone works."""
_BOUND = re.compile(r"\s*[|｜/／•·]\s*|\s{3,}|\t+")


@dataclass(frozen=True)
class Signature:
    """What a signature says about the sender; empty texts for what it lacks.

    `latin` is the name in Latin letters beside Chinese characters.
    """

    latin: str = ""
    title: str = ""
    organization: str = ""
    phone: str = ""
    wechat: str = ""


def read_signature(body: str, sender: str) -> Signature:
    """Return the signature at the end of an email by a sender of this name."""
    signature = Signature()
    for line in _signature_lines(body, sender):
        for part in _BOUND.split(line):
            signature = _read_part(_read_contacts(signature, part), part.strip(" ,，;；"), sender)
        if not signature.organization and _is_one_line(line, sender):
            signature = replace(signature, organization=_find_organization_part(line, sender))
    return signature


def suggest_latin_name(name: str) -> str:
    """Return a Chinese name in pinyin, the family name first; empty for other names."""
    suggestion = names.suggest_latin(*names.split_family(name)) if names.lang_of(name) and not name.isascii() else None
    return " ".join(suggestion) if suggestion and not re.search(r"[A-Za-z]", name) else ""


def _signature_lines(body: str, sender: str) -> list[str]:
    """Return the lines after the closing or from the line with the sender's name; none without either."""
    lines = [line.strip() for line in body.splitlines() if line.strip()][-MAX_LINES:]
    starts = [i for i, line in enumerate(lines) if len(line) <= MAX_LINE_CHARS and _CLOSING.match(line)]
    starts += [i for i, line in enumerate(lines) if i and (_is_name(line, sender) or _is_one_line(line, sender))]
    after = lines[min(starts) :] if starts else []
    return [line for line in after if len(line) <= MAX_LINE_CHARS or _is_one_line(line, sender)]


def _is_one_line(line: str, sender: str) -> bool:
    """Whether a line is a whole signature: the sender's name, then at least two more parts between bars."""
    if len(line) > MAX_ONE_LINE_CHARS:
        return False
    parts = _BOUND.split(line)
    return len(parts) >= MIN_ONE_LINE_PARTS and _is_name(parts[0], sender)


def _find_organization_part(line: str, sender: str) -> str:
    """Return the first part after the name that is neither title, department nor contact: "Huadong Water"."""
    parts = (part.strip(" ,，;；") for part in _BOUND.split(line))
    return next((part for part in parts if not _is_name(part, sender) and _may_be_organization(part)), "")


def _may_be_organization(part: str) -> bool:
    is_text = len(part) <= MAX_NAME_CHARS and sum(map(str.isalpha, part)) >= 2 and not any(map(str.isdigit, part))
    return (
        is_text
        and not any(pattern.search(part) for pattern in (TITLE, WECHAT, _OTHER, _UNIT))
        and not FIELD.fullmatch(part)
    )


def _is_name(text: str, sender: str) -> bool:
    """Whether a line has the words of the sender's name and hardly more."""
    words, sender_words = set(names.fold(text).split()), set(names.fold(sender).replace(",", " ").split())
    return (
        bool(sender_words)
        and len(text) <= len(sender) + 25
        and (sender_words <= words or names.fold(sender) in names.fold(text))
    )


def _read_contacts(signature: Signature, line: str) -> Signature:
    wechat = WECHAT.search(line)
    if wechat and not signature.wechat:
        signature = replace(signature, wechat=wechat["id"])
    rest = line[: wechat.start()] + line[wechat.end() :] if wechat else line
    phone = None if re.search(r"\bfax\b|传真", rest, re.IGNORECASE) else PHONE.search(rest)
    if phone and not signature.phone and sum(map(str.isdigit, phone["number"])) >= 7:
        signature = replace(signature, phone=phone["number"].strip())
    return signature


def _read_part(signature: Signature, part: str, sender: str) -> Signature:
    """Read a part of a line as name, organization or title; "Export Manager, Lotus Co., Ltd." has both."""
    if not part or _OTHER.search(part) or WECHAT.search(part) or sum(map(str.isdigit, part)) >= 7:
        return signature
    if _is_name(part, sender):
        return signature if signature.latin else replace(signature, latin=_latin_of(part))
    title, comma, rest = part.partition(", ")
    if comma and TITLE.search(title) and ORGANIZATION.search(rest):
        return _read_part(_read_part(signature, title, sender), rest, sender)
    if ORGANIZATION.search(part) and not _is_field(part):
        return signature if signature.organization else replace(signature, organization=part)
    if TITLE.search(part):
        # 基隆海洋感測股份有限公司 業務經理
        organization, _space, title = part.rpartition(" ")
        part = title if names.lang_of(organization) and ORGANIZATION.search(organization) else part
        return signature if signature.title else replace(signature, title=part)
    return signature


def _is_field(part: str) -> bool:
    """Whether a part is a field, with or without a title: "Director of Information Technology"."""
    title, _of, field = part.rpartition(" of ")
    return FIELD.fullmatch(field) is not None and (not title or TITLE.search(title) is not None)


def _latin_of(part: str) -> str:
    """Return the Latin name of "Zhou Limin 周立民"; empty without characters or Latin letters."""
    latin = " ".join(re.findall(r"[A-Za-zÀ-ÿ'’-]+", part))
    return latin if names.lang_of(part) else ""
