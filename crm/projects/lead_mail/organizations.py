"""Prime contractor and owner: "awarded to Huadong Water Group", 总包为华东水务集团, 由华东水务集团中标."""

from __future__ import annotations

import re

from .text import Paragraph

_WORD = r"[A-Z][\w&'’-]{0,30}"
_LIMITED = r"(?i:Ltd|Limited)\b"
_FORM = rf"(?:{_LIMITED}|(?i:Co|Inc|Corp|LLC|GmbH|JSC)\b|S\.A\.)"
# Siemens (China) Ltd, 金源（上海）建设有限公司
_IN_NAME = (
    rf"(?:[^()（）]{{1,30}}[)）]"
    rf"(?:\s(?:{_WORD}[,.]{{0,2}}\s?){{0,4}}{_FORM}|[\u3400-\u9fff]{{0,16}}(?:公司|集团|局|院|厂)))"
)
_PART = rf"(?:(?:(?:of|and|for|&)\s)?{_WORD}|\((?={_IN_NAME})[^()]{{1,30}}\))"
_SUFFIX = (
    rf"(?:(?:(?<=\s(?i:Co))\.?[,，]?|(?<=\s(?i:Pte|Pty|Pvt))\.|[,，])?\s?{_LIMITED}"
    r"|(?:(?:(?<=\s(?i:Co))\.)?,)?\s(?:(?i:Inc|Corp|LLC|GmbH|JSC)\b|S\.A\.))?"
)
_NAME = rf"(?P<name>{_WORD}(?:\s{_PART}){{0,7}}(?:\s\d{{1,3}}\b)?{_SUFFIX})"
_ROLE = r"(?:prime|general|main|lead|EPC)(?:\s(?:EPC|prime))?\s(?:contractor|bidder)"
_BE = (
    r"\s?(?:\((?:EPC|GC)\)\s?)?(?:is|will be|has been|was|:|-|–|,)\s"
    r"(?:now\s|expected to be\s|likely\s|probably\s)?(?:the\s|by\s)?"
)
_KIND = r"(?:(?:股份)?有限(?:责任)?公司|公司|集团|局|院|厂|企业|总公司|工程局|设计院|水务|建工|建设|电力|重工)"
_HAN_NAME = rf"(?P<name>[\u3400-\u9fffA-Z（）()·]{{2,28}}?{_KIND}{{1,4}})"
_HAN_ROLE = r"(?:EPC|项目)?(?:总承包|总包)(?:商|方|单位|企业)?"
_PRIME = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?i:{_ROLE})(?i:{_BE}){_NAME}",
        rf"\b(?i:prime)(?:\s(?i:is|will be)|:)\s(?i:the\s)?{_NAME}",
        rf"\b(?i:awarded\sto|selected|appointed|led by)\s(?:the\s)?{_NAME}(?=[^.]{{0,60}}(?i:{_ROLE}))",
        rf"\b(?i:awarded)\s(?i:the\s)?(?i:[a-z]+\s){{0,2}}(?i:contract|tender)\b[^.]{{0,60}}?\s(?i:to)\s(?i:the\s)?{_NAME}",
        rf"\b(?i:contract|tender|EPC)\b[^.]{{0,60}}\b(?i:awarded|went)\s(?i:to)\s(?i:the\s)?{_NAME}",
        (
            rf"\b{_NAME}\s(?i:has\s|have\s|just\s|recently\s){{0,2}}(?i:won|signed|secured)\s(?i:the|an?)\s"
            rf"[^.]{{0,40}}(?i:contract|tender|bid|EPC)"
        ),
        (
            rf"\b{_NAME}(?i:\sis|\shas been|\swas|\swill be|\sas|,)\s(?i:named\s|selected\s|appointed\s|chosen\s)?"
            rf"(?i:as\s)?(?i:the\s|our\s)?(?i:{_ROLE})"
        ),
    )
)
_HAN_PRIME = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_HAN_ROLE}(?:已)?(?:为|是|由|:|确定为|选定)\s?{_HAN_NAME}",
        rf"(?:中标(?:单位|方|人|企业))(?:为|是|:)\s?{_HAN_NAME}",
        rf"由{_HAN_NAME}(?:负责)?(?:中标|承建|总承包|总包|承包|担任)",
        rf"{_HAN_NAME}(?:已|近日|日前|刚刚|成功|作为|担任|为|是){{0,3}}(?:该项目|本项目|项目)?(?:的)?(?:中标|承建|总承包|总包)",
    )
)
_OWNER = (re.compile(rf"\b(?i:(?:project\s)?owner(?:\sis|,|:)\s(?:the\s)?){_NAME}"),)
_HAN_OWNER = (re.compile(rf"(?:业主|建设单位|招标人)(?:单位|方)?(?:为|是|:)\s?{_HAN_NAME}"),)
_LEADING = re.compile(r"^(?:据悉|目前|现|该项目|本项目|项目|工程|已|由|是|为|的)+")
_STOP = re.compile(
    rf"\s*(?:[(（](?!{_IN_NAME})|[;；。]|(?:，|,\s)(?!\s?{_FORM})|\s[-–—]\s|\.(?:\s(?!{_LIMITED})|$)).*$"
)
_NO_NAME = re.compile(r"^(?:The|This|It|We|They|Our|Bids?|Project|Consulate|Embassy|Tender|And)$")
MAX_NAME_CHARS = 120


def find_prime(labeled: Paragraph | None, paragraphs: list[Paragraph]) -> str:
    """Return the name of the prime contractor; "" if the email doesn't name it."""
    return _labeled(labeled) or _find(paragraphs, _PRIME, _HAN_PRIME)


def find_owner(labeled: Paragraph | None, paragraphs: list[Paragraph]) -> str:
    """Return the name of the owner of the project; "" if the email doesn't name it."""
    return _labeled(labeled) or _find(paragraphs, _OWNER, _HAN_OWNER)


def _labeled(paragraph: Paragraph | None) -> str:
    if paragraph is None:
        return ""
    return paragraph.cut(0, len(_STOP.sub("", paragraph.plain)))[:MAX_NAME_CHARS]


def _find(paragraphs: list[Paragraph], latin: tuple[re.Pattern[str], ...], han: tuple[re.Pattern[str], ...]) -> str:
    for pattern in (*latin, *han):
        for paragraph in paragraphs:
            match = pattern.search(paragraph.plain)
            name = _trim(paragraph, match) if match else ""
            if name:
                return name[:MAX_NAME_CHARS]
    return ""


def _trim(paragraph: Paragraph, match: re.Match[str]) -> str:
    """Return the name as it was written, without the words that lead to it."""
    lead = _LEADING.match(match["name"])
    name = paragraph.cut(match.start("name") + (lead.end() if lead else 0), match.end("name"))
    return "" if _NO_NAME.match(name) else name
