"""The name of a project: a labeled line, the subject, or a name in the text."""

from __future__ import annotations

import re

from crm.names.folding import has_han

from .text import Paragraph

MAX_NAME_CHARS = 200
_THING = (
    r"(?:project|plant|park|port|metro|station|highway|expressway|bridge|network|farm|terminal|hospital"
    r"|smart city|zone|system|phase"
    r"|line|tunnel|railway|rail|airport|dam|grid|facility|campus|substation|corridor|pipeline|refinery|factory|hub"
    r"|depot|warehouse|building|tower|stadium|school|university|cent(?:er|re)|works|upgrade|expansion)"
)
_HAN_THING = (
    r"(?:项目|工程|电站|园区|产业园|水厂|污水|地铁|轻轨|铁路|高速|公路|大桥|隧道|机场|港口|码头|智慧城市|医院|电网|变电站|捷运|机电|标案|风电|光伏|园"
    r"|改造|扩建|新区|中心|一期|二期|三期|期)"
)
_PREFIX = re.compile(
    r"^\s*(?:(?:re|fw|fwd|回复|答复|转发|回覆)\s?:|\[[^\]]{0,40}\]|【[^】]{0,40}】"
    r"|(?:new\s|possible\s|fyi,?\s){0,2}(?:(?:project|sales|export|business)\s)?(?:leads?|opportunit(?:y|ies)|tip"
    r"|heads[- ]up|update|news|info(?:rmation)?|report|fyi)(?:\sfor\s[^:–—-]{1,40})?\s?(?::|–|—|-)"
    r"|关于|(?:新)?(?:项目|商业|合作)?(?:线索|信息|机会|推荐|通报|通知|动态)\s?(?::|-|—|–))\s*",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"\s*(?:\s[-–—|]\s|[,，;；(（]\s?(?=bids?|tender|deadline|due|prime|epc|us\$|usd|\$|rmb|投标|截止|招标|总包|急)|"
    r"(?:招标|投标)(?:信息|公告|通知)?$|的[\u3400-\u9fff]{0,4}(?:需求|信息|情况|机会|邮件|函)$).*$|\s*[(（]?(?:fyi|urgent|急)[)）]?$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[“\"「《](?P<name>[^”\"」》]{4,80})[”\"」》](?=\s{0,2}(?:project|项目|工程))", re.IGNORECASE)
_PROSE = re.compile(
    rf"\bthe\s(?P<name>[A-Z][\w'’-]{{1,30}}(?:\s[\w'’-]{{1,30}}){{0,6}}?\s(?i:{_THING})(?:\s(?:Phase\s)?[IVX\d]{{1,3}})?)\b"
)
_HAN_PROSE = re.compile(r"(?P<name>[\u3400-\u9fffA-Z0-9（）]{4,24}(?:项目|工程))(?!业主|总包|负责|局|公司|集团|院|师)")
_HAN_LEAD = re.compile(
    r"^.*(?:关于|了解到|获悉|得知|据悉|介绍|推荐|启动|建设|推进|有一个|一个|了|的是|将|在建|负责|中标|承建|签约)(?=[\u3400-\u9fff]{4,})|^(?:该|本|此|这个|各|我们|贵|新)+"
)


def find_title(labeled: Paragraph | None, subject: Paragraph, paragraphs: list[Paragraph]) -> str:
    """Return the name of the project as it was written; "" if the email doesn't name one."""
    if labeled is not None:
        return _without_end(labeled)[:MAX_NAME_CHARS]
    return (_of_subject(subject) or _of_text(paragraphs))[:MAX_NAME_CHARS]


def _without_end(paragraph: Paragraph) -> str:
    end = re.search(r"[;；。]|\.\s", paragraph.plain)
    return paragraph.cut(0, end.start() if end else len(paragraph.text))


def _of_subject(subject: Paragraph) -> str:
    """Return the subject without its prefixes and what follows the name; "" if it names no such thing."""
    start = 0
    while match := _PREFIX.match(subject.plain[start:]):
        start += match.end()
    plain = _SUFFIX.sub("", subject.plain[start:])
    thing = re.search(rf"\b{_THING}s?\b|{_HAN_THING}", plain, re.IGNORECASE)
    words = re.findall(r"[A-Za-z]+|[\u3400-\u9fff]", plain)
    is_name = (
        thing is not None
        and len(words) > 1
        and (has_han(plain) or any(word[0].isupper() for word in words[1:] + words[:1]))
    )
    return subject.cut(start, start + len(plain)) if is_name and not _is_generic(plain) else ""


def _is_generic(plain: str) -> bool:
    """Whether a subject names a kind of message, not a project: "New project", 项目信息."""
    return bool(
        re.fullmatch(
            r"(?:(?:an?|the|new|some|possible|your|our|interesting)\s){0,3}(?:projects?|project\s\w+)(?:\sfor you)?"
            r"|(?:an?|some)\s.*|(?:一个|一项|某|几个).*|(?:新|一个|重要|有关|关于)*项目(?:信息|线索|合作|机会|情况|推荐)?",
            plain.strip(),
            re.IGNORECASE,
        )
    )


def _of_text(paragraphs: list[Paragraph]) -> str:
    for pattern in (_NAMED, _PROSE, _HAN_PROSE):
        for paragraph in paragraphs:
            match = pattern.search(paragraph.plain)
            if match is None:
                continue
            lead = _HAN_LEAD.match(match["name"]) if pattern is _HAN_PROSE else None
            name = paragraph.cut(match.start("name") + (lead.end() if lead else 0), match.end("name"))
            if not _is_generic(name) and len(name) >= 4:
                return name
    return ""


def split_scripts(title: str) -> tuple[str, str]:
    """Return the name in Latin letters and the one in Chinese characters of a title that may have both."""
    if not has_han(title):
        return title, ""
    latin = re.sub(r"[\u3400-\u9fff，。、（）《》“”·]+", " ", title).strip(" ,.-/()|")
    is_both = len(re.findall(r"[A-Za-z]{3,}", latin)) >= 2
    if not is_both:
        return "", title
    han = "".join(re.findall(r"[\u3400-\u9fff（）·\d]+", title.replace(latin, " ")))
    return " ".join(latin.split()), han
