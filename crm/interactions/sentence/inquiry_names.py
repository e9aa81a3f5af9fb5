"""Who inquires: the name and the organization after words such as "call from", "new client:" or 新客户.

Only after such words a name may be typed in lower case ("new client: joe ramirez, ramirez pumps").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crm.names.folding import simplify_char

from .both_scripts import match_name_in_both_scripts
from .han_families import FREQUENT_FAMILIES


class InquirerName(NamedTuple):
    """A name as typed, from `start` to `end` of the text; `opening`: the words before it that announce an inquiry.

    After some words, such as "call from", only a contact shows that it is an inquiry.
    """

    text: str
    start: int
    end: int
    opening: str = ""
    needs_contact: bool = False


_CAPITALS = re.compile(r"[A-ZÀ-Þ][\w'’.-]+(?:\s+[A-ZÀ-Þ][\w'’.-]+){1,3}\b")
_NO_LOWER_NAME = (
    r"(?:the|an?|of|from|my|our|your|his|her|their|some\w*|any\w*|no|new|old|another|unknown|private|blocked|wrong|same"
    r"|clients?|compan(?:y|ies)|customers?|buyers?|suppliers?|students?|bank|office|team|number|caller|people|price|quote"
    r"|samples?|orders?|list|lead|meeting|meetings|call|calls|email|emails|visit|need|needs|wants?|and|or|for|about|re|via|in|at|on"
    r"|this|that|these|those|today|tomorrow|yesterday|last|next)"
)
_LOWER = (
    rf"(?!{_NO_LOWER_NAME}\b)[a-z][a-z'’-]+(?:\s+(?!{_NO_LOWER_NAME}\b)[a-z][a-z'’-]+){{1,2}}"
    r"(?=\s*[,(;]|\s+(?:of|at|from|with)\s|\s[-–—]\s)"
)
_NAME = re.compile(rf"(?P<name>{_CAPITALS.pattern}|{_LOWER})")
_NO_PERSON = re.compile(
    r"\b(?:inc|llc|ltd|corp|co|company|group|foods|farms|industries|depot|services?|chamber|commerce|recruit(?:er|ing)|office"
    r"|bank|association|bureau|department|university|(?:city|town)\s+hall)\.?$|['’]s(?!\w)"
    r"|(?:方[案法面]|[钱余]款|[余金毛]额|毛利|高[层管]|石[英油材]|金[属融华]|陶瓷|马达|许可|程序|范围|白酒|黄酒|江[苏西])$",
    re.IGNORECASE,
)
"""Names of companies and offices, "Tom's", and Chinese words that begin with the character of a family."""
_LEADING = r"\s*(?:(?:just|got|had|took|rcvd|received|today|an?|another|new|quick|inbound|incoming|phone|cold)\s+)*"
_OPENING = re.compile(
    rf"{_LEADING}(?:(?P<by>(?:phone\s?call|call|e-?mail|voice\s?mail|vm|message)\s+from\s+)"
    r"|(?:inquiry|enquiry|caller|walk-?in|contact)\b\s*(?:from\b|by\b|[:,–—-])?\s*"
    r"|(?:(?<=new )(?:client|lead|prospect|customer))\s*(?:from\b|by\b|[:,–—]|-(?=\s))\s*)",
    re.IGNORECASE,
)

_HAN_NAME = rf"(?P<name>[{FREQUENT_FAMILIES}][一-鿿]{{1,2}})(?=\s*(?:先生|女士|小姐)?\s*(?:[，,、；;（(\s]|$))"
_HAN_NEW = r"(?:新客户|新线索|新咨询|新联系人)"
_HAN_OPENING = re.compile(
    r"(?:今天|昨天|刚刚?|刚才|今早|[上下]午)*(?:"
    rf"(?:来了?|有)?(?:一?[个位])?{_HAN_NEW}(?P<sure>[:：\s]+|[，,]?叫|是|[^，,；;。]{{0,6}}[，,]叫)?"
    rf"|(?P<sure_too>(?:来电|电话|微信|邮件)?咨询[:：]\s*)){_HAN_NAME}"
)
_HAN_CALL = re.compile(
    rf"(?:今天|昨天|刚刚?|刚才|今早|[上下]午)*[接收]到了?(?P<name>[{FREQUENT_FAMILIES}][一-鿿]{{1,2}})(?:先生|女士|小姐)?的(?:电话|来电|邮件|微信|咨询)"
)
_HAN_COMPANY = (
    r"(?=[^，,；;。]{0,16}(?:公司|集团|科技|贸易|商贸|实业|食品|机械|设备|电子|水泵|阀门|化工|物流|农业|茶业|生物|医疗|能源"
    r"|环保|建材|国际)\s*[，,；;])"
)
_HAN_BARE = re.compile(rf"\s*(?P<name>[{FREQUENT_FAMILIES}][一-鿿]{{1,2}})(?=\s*[，,]\s*{_HAN_COMPANY})")
_HAN_WISH = re.compile(r"[想要需找求]|希望|咨询|了解")
_ORGANIZATION = re.compile(
    r"\s*(?:,|\bof\b|\bfrom\b|\bat\b|\()\s*(?P<name>[A-ZÀ-Þ][\w&'’.-]*(?:\s+(?:&\s+|of\s+|and\s+)?[A-ZÀ-Þ][\w&'’.-]*){0,5})"
)
_LOWER_ORGANIZATION = re.compile(
    r"\s*(?:,|\bof\b|\bfrom\b|\bat\b|\bwith\b|\(|[-–—]\s)\s*(?!(?:wants?|needs?|looking|interested|call(?:s|ed|ing|back)?"
    r"|asks?|asked|asking|would|is|are|has|phone|cell|tel|email|send|re|about|in)\b)"
    r"(?P<name>[a-z][\w&'’.]*(?:[ -][a-z&][\w&'’.]*){0,4}?)(?=\s*(?:[,;)]|\+?\(?\d|$))"
)
_HAN_ORGANIZATION = re.compile(
    r"\s*(?:先生|女士|小姐)?\s*[，,、；;（(]\s*(?:来自|是)?(?![想要需希问找打说有今明昨下上周电手微谈聊])(?P<name>[一-鿿·（）()]{2,20}?)的?"
    r"(?=\s*[，,、；;）)]|\s*$)"
)


def find_inquirer(text: str) -> InquirerName | None:
    """Return the name of someone who inquires, if the text begins with one or with words for an inquiry."""
    inquirer = _find_name(text)
    return None if inquirer is None or _NO_PERSON.search(inquirer.text) else inquirer


def _find_name(text: str) -> InquirerName | None:
    announced = _find_announced(text) or _find_han(text)
    if announced:
        return announced
    stripped = text.lstrip()
    start = len(text) - len(stripped)
    both = match_name_in_both_scripts(stripped)
    if both:
        return InquirerName(f"{both.latin} {both.han}", start, start + both.end)
    match = _CAPITALS.match(text, start)
    return InquirerName(match.group(), start, match.end()) if match else None


def _find_announced(text: str) -> InquirerName | None:
    opening = _OPENING.match(text)
    if opening is None:
        return None
    both = match_name_in_both_scripts(text[opening.end() :])
    words = opening.group().strip()
    if both:
        end = opening.end() + both.end
        return InquirerName(f"{both.latin} {both.han}", opening.end(), end, words, needs_contact=bool(opening["by"]))
    match = _NAME.match(text, opening.end())
    if match is None:
        return None
    is_lower = match["name"][0].islower()
    return InquirerName(match["name"], match.start(), match.end(), words, needs_contact=is_lower or bool(opening["by"]))


def _find_han(text: str) -> InquirerName | None:
    """Return the name after 新客户 or 接到, or before a company: 王芳，芳华食品，13800138000，想出口杏仁."""
    simplified = "".join(map(simplify_char, text))
    for pattern in (_HAN_OPENING, _HAN_CALL, _HAN_BARE):
        match = pattern.match(simplified)
        if match and (pattern is not _HAN_BARE or _HAN_WISH.search(simplified, match.end())):
            start, end = match.start("name"), match.end() if pattern is _HAN_CALL else match.end("name")
            groups = match.groupdict()
            sure = (groups.get("sure") or groups.get("sure_too") or "").strip()
            return InquirerName(
                text[slice(*match.span("name"))], start, end, text[:start].strip(), needs_contact=not sure
            )
    return None


def find_organization_after(text: str, name: InquirerName) -> str:
    """Return the organization that follows the name, as typed; "" without one."""
    match = _ORGANIZATION.match(text, name.end)
    if match is None and name.opening:
        match = _LOWER_ORGANIZATION.match(text, name.end)
    match = match or _HAN_ORGANIZATION.match(text, name.end)
    return match["name"] if match else ""


def with_capitals(name: str) -> str:
    """Return a name typed in lower case with capitals."""
    return re.sub(r"(?<![\w'’.])(?!(?:of|and|the)\b)[a-z]", lambda letter: letter.group().upper(), name)
