"""What a project or prime looks for: "They need 200 ultrasonic meters", 他们需要超声波流量计, or a labeled line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .facts import LeadNeed
from .text import LIST_ITEM, Paragraph
from .word_lists import load_word_lists

MAX_NEEDS = 5
MAX_CHARS = 80
MAX_WORDS = 8
_WORDS = load_word_lists("need_words")
_VERB = re.compile(
    rf"\b(?:{'|'.join(_WORDS['verb'])})\s+(?P<item>(?:U\.S\.|\.(?=\w)|\([^()]{{1,40}}\)(?!,?\sand\s(?:{'|'.join(_WORDS['verb'])})\s)|[^.;:!?()]){{3,200}})",
    re.IGNORECASE,
)
_HAN_VERB = re.compile(
    rf"(?:{'|'.join(_WORDS['verb_zh'])})(?P<item>(?:[(（][^()（）\s]{{1,20}}[)）]|[^，。；:！？!?()（）\s]){{2,60}})"
)
_OWN = re.compile(
    r"(?:(?:\b(?:I|we|you|please|not)|n['’]t)(?:\s\w+)?\s|(?:我们?|我方|您|你们?|贵中心|是否|不)\w?)$", re.IGNORECASE
)
"""Our needs and questions about the reader's aren't those of the project."""
_LIST_VERB = (
    r"looks? for|looking for|seeks?|seeking|in need of|in the market for|to (?:buy|purchase|procure|source|import)"
)
_LIST_HEAD = re.compile(
    rf"\b(?:{_LIST_VERB}|they\s(?:also\s|now\s|still\s|urgently\s)?needs?)"
    r"(?:\sthe following)?(?:\s(?:products|items|equipment|goods|materials|supplies))?\s?:$",
    re.IGNORECASE,
)
_HAN_LIST_HEAD = re.compile(
    r"(?:(?:希望|计划|打算|准备|需要?|拟|想|将)(?:采购|购买|进口)|急需|求购|寻找|寻求|采购(?=以下|下列))"
    r"(?:以下|下列)?(?:产品|设备|物资|材料|货物)?\s?:$"
)
_OWN_LIST = re.compile(r"\b(?:I|we|us|our|you|your|please|not)\b|n['’]t|[我您你贵不]|是否", re.IGNORECASE)
_NO_ITEM = re.compile(r"[:?？@]|[.。！!；;]\s*\S|https?")
_COUNTRY = r"(?:(?:U\.?S\.?|American|Californian?|foreign|overseas|western|imported)\s)"
_SUPPLIER = re.compile(
    rf"^(?:\w+\s)?{_COUNTRY}?(?:suppliers?|vendors?|manufacturers?|makers?|providers?|producers?|sources?|companies)"
    r"\s(?:of|for|(?:that|who|which)\s(?:make|sell|offer|supply))\s",
    re.IGNORECASE,
)
_HAN_SUPPLIER = re.compile(r"(?:的)?(?:供应商|厂家|厂商|制造商|生产商|公司|企业)$")
_LEADING = re.compile(rf"^(?:(?:an?|the|some|several|new|more|also|urgently)\s|{_COUNTRY})+", re.IGNORECASE)
_HAN_LEADING = re.compile(r"^(?:采购|购买|进口|美国|加州|国外|海外|一批|的)+")
_END = re.compile(
    r"(?:\s(?:by|before|until|from|at|on|to|that|which|who|because|as|this|next|but)\b|\s[-–—]\s).*$", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s*(?:,\s*(?:and|or)\s|[,、;；，]|\s(?:and|or|as well as)\s|以及|[和及与])\s*", re.IGNORECASE)
_UNIT = r"(?:(?:sets|units|pieces|pcs|tons|tonnes|t|km|m)\b(?:\sof\b)?|[台套个吨件只组米辆])"
_QUANTITY = re.compile(
    rf"^(?:(?:about|around|approximately|up to|at least|约)\s?)?(?P<number>\d[\d,]{{0,9}}\s?{_UNIT}?)\s?(?P<rest>\D.*)$"
)
_QUANTITY_AFTER = re.compile(rf"\s*[(（](?P<number>\d[\d,]{{0,9}}\s?{_UNIT}?)[)）]\s*$")
_REMARK = re.compile(rf"\s*[(（](?!\d[\d,]{{0,9}}\s?{_UNIT}?[)）])[^()（）]*[)）]")
_NO_NEED = re.compile(rf"\b(?:{'|'.join(_WORDS['no_need'])})\b|{'|'.join(_WORDS['no_need_zh'])}", re.IGNORECASE)


def find_needs(labeled: Paragraph | None, paragraphs: list[Paragraph]) -> tuple[LeadNeed, ...]:
    """Return at most MAX_NEEDS needs: of a labeled line, else of the text."""
    parts = [labeled] if labeled is not None else list(_find_parts(paragraphs))
    needs: dict[str, LeadNeed] = {}
    for need in (need for part in parts for need in _split(part)):
        needs.setdefault(need.title.lower(), need)
    return tuple(needs.values())[:MAX_NEEDS]


def _find_parts(paragraphs: list[Paragraph]) -> Iterator[Paragraph]:
    """Yield what follows a verb, and the items of lists below such as "They are looking for:"."""
    is_list = False
    for paragraph in paragraphs:
        item = LIST_ITEM.match(paragraph.text)
        if is_list and item:
            if not _NO_ITEM.search(item["text"].rstrip(" .。;；,，、")):
                yield Paragraph.of(item["text"].rstrip(" .。;；"))
            continue
        head = _find_list_head(paragraph)
        is_list = bool(head)
        yield from _phrases(Paragraph.of(paragraph.text[: len(paragraph.text) - len(head)]))


def _find_list_head(paragraph: Paragraph) -> str:
    """Return the last sentence if the items below are needs of the project, not ours or the reader's; else ""."""
    sentence = re.split(r"[.。!！?？；;]\s*", paragraph.plain)[-1]
    is_head = _LIST_HEAD.search(sentence) or _HAN_LIST_HEAD.search(sentence)
    return sentence if is_head and not _OWN_LIST.search(sentence) else ""


def _phrases(paragraph: Paragraph) -> Iterator[Paragraph]:
    """Yield what follows a verb such as "looks for"."""
    for pattern in (_VERB, _HAN_VERB):
        for match in pattern.finditer(paragraph.plain):
            if not _OWN.search(paragraph.plain[max(0, match.start() - 24) : match.start()]):
                yield Paragraph.of(paragraph.text[match.start("item") : match.end("item")])


def _split(part: Paragraph) -> Iterator[LeadNeed]:
    """Yield the needs of a list such as "valves, pumps and 20 sets of filters"."""
    text = _END.sub("", _SUPPLIER.sub("", _REMARK.sub("", part.text)))
    for item in _SEPARATOR.split(text):
        quantity, title = _split_quantity(_LEADING.sub("", item.strip()))
        title = _HAN_SUPPLIER.sub("", _HAN_LEADING.sub("", _LEADING.sub("", title.strip())))
        title = Paragraph.of(title).cut(0, MAX_CHARS + 1)
        if 2 <= len(title) <= MAX_CHARS and len(title.split()) <= MAX_WORDS and not _NO_NEED.search(title):
            yield LeadNeed(_capitalize(title), quantity.removesuffix(" of"))


def _split_quantity(item: str) -> tuple[str, str]:
    """Return quantity and title of "20 sets of filters" and "filters (20 sets)"; "" without a quantity."""
    if match := _QUANTITY.match(item):
        return match["number"].strip(), match["rest"]
    if match := _QUANTITY_AFTER.search(item):
        return match["number"].strip(), item[: match.start()]
    return "", item


def _capitalize(title: str) -> str:
    """Begin with a capital letter, except for words such as "pH"."""
    return title[:1].upper() + title[1:] if title.split(maxsplit=1)[0].islower() else title
