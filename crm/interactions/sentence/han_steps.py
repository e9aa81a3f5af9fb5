"""Next steps in Chinese: 周五前报价, 他们答应周五前发图纸, 对方欠我们图纸."""

from __future__ import annotations

import re
from datetime import date

from crm.calendars import DAY_PARTS
from crm.followups.enums import FollowUpSide

from .date_mentions import DateMention
from .step_mentions import StepMention

_US, _THEM = r"我们|我方|我司|我", r"他们|她们|他|她|对方|客户|厂家|工厂|供应商"
_PARTY = rf"{_US}|{_THEM}"
_NAME = rf"(?!{_PARTY}|需要|必须|应该|可以|计划|打算|准备|希望|请|让|等)[一-鿿]{{2,3}}"
_PROMISE = r"(?:答应|同意|承诺|保证|说|表示|计划|打算)了?"
_MODAL = r"(?:会|将|要|了|在|于|可以|能|须|必须|需要|得)"
_SENDS = r"(?:[寄送]|发(?!了?(?:一?[封条个])?(?:电子)?(?:邮件|电邮|微信|短信|信息|消息|语音)))(?!了|过)"
_VERB = (
    rf"(?:再|要|会|重新|给(?:[他她您你我]们?|贵[司方]|{_NAME}(?={_SENDS}))?)*(?:报价|[补重][寄发送交签做]|打电话|电话|(?<=再)打|回电|联系|跟进|寄|发|送|回[复覆]|拜访|见面|确认|问|提供|准备"
    r"|安排|介绍|催|签|付|交|收到|拿到|完成|提交|递交|给出|答[复覆]|告知|通知|反馈|更新|修改|支付|汇款|邮寄|补充|出具|填写|盖章"
    r"|参加|报名|(?<=前)给)"
)
_REST = r"[^\s，。；？！,;?!\x00]"
_DEADLINE = r"\s*(?:下班)?(?:之前|以前|前)?"
_PLEASE = r"(?:请您?|烦请|麻烦您?|务必|尽快)"
# 把图纸发给我们, 将样品寄到上海: the thing before the verb.
_THING = rf"(?:(?:把|将(?!{_VERB})){_REST}{{1,20}}?)?"
_AFTER_DATE = re.compile(
    rf"{_DEADLINE}(?:的(?P<thing>{_REST}+)|(?P<subject>{_PARTY})?(?:{_MODAL}|{_PLEASE})*?(?P<item>(?:{DAY_PARTS})?{_THING}{_VERB}(?!了|过(?![来去](?![的了]))){_REST}*))"
)
_BEFORE_DATE = re.compile(rf"(?P<subject>{_PARTY})?(?P<item>{_THING}{_VERB}{_REST}*?)\s*[在于]?\s*$")
_REQUEST = re.compile(
    rf"(?P<subject>{_PARTY})?(?:(?:请|让|叫|催|提醒|要求|要|希望|等|等待)(?P<object>{_PARTY}|{_NAME})"
    rf"|(?P<wish>要求|希望|需要)|(?P<wait>等|等待)){_MODAL}*\s*$"
)
_SUBJECT = re.compile(rf"(?P<subject>{_PARTY})(?:{_PROMISE})?(?:{_PARTY})?{_MODAL}*\s*$")
_NAMED_SUBJECT = re.compile(rf"(?P<name>{_NAME})\s*(?:{_PROMISE}(?:{_PARTY})?{_MODAL}*|(?:会|将)[在于]?)\s*$")
_OWES = rf"(?:还|仍|也)*欠了?(?:{_PARTY})?(?:一[份个张]|的)?"
_OWED_BEFORE_DATE = re.compile(rf"(?P<subject>{_PARTY}){_OWES}(?P<item>{_REST}{{1,40}}?)\s*[在于]?\s*$")
_BEFORE_DAY = re.compile(_DEADLINE)
_UNDATED = re.compile(
    rf"(?:(?P<subject>{_PARTY})|{_NAME})(?:{_OWES}(?P<thing>{_REST}{{1,40}})"
    rf"|(?:答应|同意|承诺|保证)了?(?:{_PARTY})?{_MODAL}*(?P<item>{_VERB}{_REST}*))"
)
# A verb without its thing, which the clause before names: 她要三套样品，下周五前寄出.
_ONLY_VERB = re.compile(
    r"(?:再|尽快)?(?:寄|发|送|提供|准备|提交|递交|交|补充|邮寄)[出去来]?(?:给?(?:[他她您你我]们?|客户|对方)?)"
)
# Not 他要我寄样品, 他要确认样品, 他要上次的样品.
_NO_THING = (
    r"[我你您他她的是不没了去来到在把被让请给和跟与再已下上今明昨周后想会能看问谈聊做买卖签付改退收拿用写找寄发送带回审查试]"
    r"|考虑|确认|讨论|准备|安排|参加|修改|检查|测试|提供|提交|翻译|打印|补充|更新|自己|尽快|继续|年底|月底|\d+[月号日]"
)
_WANTED_THING = re.compile(
    r"(?<![问向跟和找等])(?:他们|她们|他|她|对方|客户)[还也]?(?:想要|需要|要(?!求)|索取)"
    rf"(?P<thing>(?!{_NO_THING}){_REST}{{0,16}}(?:样品|样本|资料|目录|报价单?|图纸|文件|证书|合同|说明书|清单|手册|名单|发票|方案))$"
)
_CONTACT = re.compile(
    rf"(?:{DAY_PARTS})?(?:(?P<visit>拜访|见面)|(?:给[一-鿿]{{2,4}}?)?(?:联系|打电话|电话)|给[一-鿿]{{2,4}}?[寄送发])"
)
# Minutes right after a step, of which read_minutes left blanks; after a visit also 和卢敏谈了一小时.
_ABOUT = r"(?:大概|大约|差不多|约|近)?"
_TOOK = rf"{_ABOUT}(?:[谈聊讲说通待坐见]了)?{_ABOUT}\x00"
_AFTER_CONTACT = re.compile(rf"[，,、\s]*{_TOOK}")
_AFTER_VISIT = re.compile(rf"[，,、\s]*(?:[和跟与][一-鿿]{{2,4}}?)?{_TOOK}")
_EVENT = re.compile(r"会议|会面|会谈|见面|拜访|电话|(?:视频|电话|线上)会议?")
_RECEIVE = re.compile(r"^(?:收到|拿到)(?=.)")


def read_han_step(text: str, start: int, end: int, days: list[DateMention]) -> StepMention | None:
    """Return a step in Chinese with its date before or after it, or something owed or promised without a date."""
    for day in days:
        step = _read_owed(text, start, day) or _read_dated(text, start, day)
        if step is not None:
            return step
    match = None if days else _UNDATED.search(text, start, end)
    if match is None:
        return None
    return StepMention(match.start(), match.end(), match["thing"] or match["item"], None, _side_of(match["subject"]))


def is_done(step: StepMention, text: str, today: date) -> bool:
    """Whether a contact of today at the beginning took place: 今天拜访华东水务，谈了一小时."""
    day, contact = step.date_mention, _CONTACT.match(step.title)
    if day is None or day.day != today or text[: day.start].strip() or contact is None:
        return False
    minutes = _AFTER_VISIT if contact["visit"] else _AFTER_CONTACT
    return text.startswith(step.title, day.end) and minutes.match(text, step.end) is not None


def name_thing(step: StepMention, text: str, before: tuple[int, int]) -> StepMention:
    """Return our step whose title is only a verb with what they ask for in the clause before: 寄出 is 寄出三套样品."""
    is_only_verb = step.side is FollowUpSide.we and _ONLY_VERB.fullmatch(step.title)
    match = _WANTED_THING.search(text, *before) if is_only_verb else None
    return step._replace(title=step.title + match["thing"]) if match else step


def _read_owed(text: str, start: int, day: DateMention) -> StepMention | None:
    """Return what is owed by a date."""
    owed = _OWED_BEFORE_DATE.search(text, start, day.start)
    if owed is None:
        return None
    deadline = _BEFORE_DAY.match(text, day.end)
    end_of_day = deadline.end() if deadline else day.end
    return StepMention(owed.start(), end_of_day, owed["item"], day, _side_of(owed["subject"]))


def _read_dated(text: str, start: int, day: DateMention) -> StepMention | None:
    """Return the step right after a date, or before it."""
    match = _AFTER_DATE.match(text, day.end) or _BEFORE_DATE.search(text, start, day.start)
    if match is None:
        return None
    parts = match.groupdict()
    if text[: day.start].endswith("\x00") and _EVENT.fullmatch(parts.get("thing") or ""):
        return None  # 取消了明天的会议
    title = parts["item"] or parts.get("thing") or ""
    before = min(match.start(), day.start)
    first, side = _find_side(text, start, before, parts["subject"])
    return StepMention(min(first, before), max(match.end(), day.end), _RECEIVE.sub("", title), day, side)


def _find_side(text: str, start: int, end: int, subject: str | None) -> tuple[int, FollowUpSide]:
    """Return where the words about the side begin, and the side; without any we owe it."""
    if subject:
        return end, _side_of(subject)
    request = _REQUEST.search(text, start, end)
    if request:
        return request.start(), _side_of_request(request)
    match = _SUBJECT.search(text, start, end)
    if match:
        return match.start(), _side_of(match["subject"])
    name_match = _NAMED_SUBJECT.search(text, start, end)
    return (name_match.end("name"), FollowUpSide.they) if name_match else (end, FollowUpSide.we)


def _side_of(subject: str | None) -> FollowUpSide:
    return FollowUpSide.we if subject and re.fullmatch(_US, subject) else FollowUpSide.they


def _side_of_request(match: re.Match[str]) -> FollowUpSide:
    """Return the side of the person asked; without one, the side that doesn't wish or wait."""
    if match["object"]:
        return _side_of(match["object"])
    we_wish = match["wait"] if match["subject"] is None else re.fullmatch(_US, match["subject"])
    return FollowUpSide.they if we_wish else FollowUpSide.we
