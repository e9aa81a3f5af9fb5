"""Words in another sense: "couldn't reach a deal" is no call without an answer, 邀请周立民来访 no visit."""

import pytest

from crm.interactions.policy import InteractionState
from crm.interactions.sentence import ChipKind
from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine
# A sentence, and its type | whether they were reached | notes
READINGS = """
met Tom 60m, could not reach agreement on price
= meeting | talked | could not reach agreement on price
called Tom 20m, they can't reach the US market alone
= call | talked | they can't reach the US market alone
met Tom 45m, couldn't reach a deal
= meeting | talked | couldn't reach a deal
couldn't reach Tom about the deal
= call | no_answer | about the deal
missed call from Tom, thanks
= call | no_answer | thanks
Returned missed call from Tom 10m
= call | talked | Returned missed
Spoke with Tom 10m about missed call from Zhou
= call | talked | about missed call from Zhou
met Tom 30m at her office, busy
= meeting | talked | busy
Emailed Tom, mailbox full
= email | one_way | mailbox full
called Tom 10m, busy
= call | talked | busy
Tom, LM Wind Power, wants blades
= None | None | LM Wind Power, wants blades
called Tom, busy
= call | no_answer |
Tom visiting US in March, called him 10m
= call | talked | visiting US in March, him
周立民说审批没打通
= None | None | 说审批没打通
周立民说设备关机了
= None | None | 说设备关机了
定金打给工厂了，告诉周立民
= None | None | 定金打给工厂了，告诉周立民
跟周立民谈了公开会员制，10分钟
= call | talked | 谈了公开会员制
跟周立民通话，他把样品寄过了
= call | talked | 他把样品寄过了
visiting card from Tom
= None | None | visiting card from
visiting Huayue
= visit | talked |
Reached Shanghai at 9am, met Tom 30m
= meeting | talked | Reached Shanghai
reached Tom 10m
= call | talked |
met Tom from the US 30m
= meeting | talked | from the US
Tom's boss called 10m
= call | talked | boss
邀请周立民来访
= None | None | 邀请, 来访
邀请周立民12月20日来访
= None | None | 邀请, 来访
周立民想来访
= None | None | 想来访
周立民没来访
= None | None | 没来访
周立民无法来访
= None | None | 无法来访
周立民来访
= visit | talked |
联想周立民来访
= visit | talked | 联想
周立民会来访
= visit | None | 会
周立民将来访
= visit | None | 将
周立民发来信息
= None | None | 发来信息
周立民没来信
= None | None | 没来信
请周立民尽快回信
= None | None | 请, 尽快回信
等周立民的回信
= None | None | 等, 的回信
周立民回信说价格可以
= email | one_way | 说价格可以
没见到周立民
= None | None | 没
见到周立民
= meeting | talked |
晚饭后给周立民打电话
= call | talked | 晚饭后
和周立民吃午饭30分钟
= meeting | talked |
"""
ROWS = READINGS.strip().splitlines()


@pytest.mark.parametrize(("text", "expected"), list(zip(ROWS[::2], ROWS[1::2], strict=True)))
def test_words_are_read_in_their_sense(text, expected):
    draft = read_text(text)
    kind = draft.first(ChipKind.kind)
    assert [str(kind and kind.value), str(draft.reached and draft.reached.value), draft.notes] == [
        part.strip() for part in expected.removeprefix("= ").split("|")
    ]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Chen will send the samples by Fri", []),
        ("Bay Cold Chain's Tom Okafor visited", ["Tom Okafor"]),
        ("Huayue's Zhou Limin called 10m", ["Zhou Limin"]),
        ("called joe ramirez about Tom Okafor 10m", ["joe ramirez"]),
        ("email from joe ramirez for Tom Okafor", ["joe ramirez"]),
        ("和张伟谈周立民的样品30分钟", ["张伟"]),
        ("拜访了宁波港务局王小明", ["Wang Xiaoming"]),
    ],
)
def test_person_is_who_took_part(text, people):
    assert [chip.label for chip in read_text(text).of(ChipKind.person)] == people


@pytest.mark.parametrize("text", ["周立民会来访", "周立民要来访", "周立民将来访"])
def test_announced_visit_without_a_date_is_a_plan(text):
    assert read_text(text).state is InteractionState.planned


def test_visit_to_a_fair_is_no_plan():
    assert read_text("周立民展会来访").state is InteractionState.held


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("confirm price w/ Tom Fri", "Confirm price w/ Tom"),
        ("set up call w/ Tom Fri", "Set up call w/ Tom"),
        ("send Omar Fri the Offer, cc tom okafor", "Send Omar the Offer"),
    ],
)
def test_step_keeps_its_words(text, title):
    assert [chip.value.title for chip in read_text(text).of(ChipKind.next_step)] == [title]


def test_call_with_someone_on_a_day_is_a_plan():
    draft = read_text("call w/ Tom Fri")
    assert (draft.state, draft.of(ChipKind.next_step)) == (InteractionState.planned, ())


@pytest.mark.parametrize(
    ("text", "sure"), [("lm for Tom", True), ("Tom, left a vm", True), ("Tom, no answer", False), ("周立民没接", False)]
)
def test_only_a_message_left_by_phone_is_surely_a_call(text, sure):
    (kind,) = read_text(text).of(ChipKind.kind)
    assert (kind.value.value, kind.sure) == ("call", sure)


def test_year_after_several_days_counts():
    when = read_text("visit Huayue Jan 5-8, 2028").first(ChipKind.when)
    assert (when.day.isoformat(), read_text("visit Huayue Jan 5-8, 2028 maps").first(ChipKind.when).day.year) == (
        "2028-01-05",
        2027,
    )
