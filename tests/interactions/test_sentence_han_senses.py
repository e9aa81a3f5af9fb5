"""Chinese words in another sense: 今天见领导 names nobody, 开完会打电话 is a call, 两点三十吨货 is no half past two."""

import pytest

from crm.interactions.sentence import ChipKind
from tests.interactions.readings import DemoNames
from tests.interactions.sentences import SHANGHAI, read_text

pytestmark = pytest.mark.one_engine


def read_han(text):
    return read_text(text, zone=SHANGHAI, lookup=DemoNames())


def read_kind(text):
    return getattr(read_han(text).first(ChipKind.kind), "value", None)


def list_new(text):
    return [chip.label for chip in read_han(text).of(ChipKind.person) if chip.value is None]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("碰面周立民，咖啡", "meeting"),
        ("和姜浩碰面讨论合同", "meeting"),
        ("下周三碰面王国栋", "meeting"),
        ("今天见孙丽谈合作", "meeting"),
        ("明天见周婷，上午十点", "meeting"),
        ("今天下午见孙丽和姜浩", "meeting"),
        ("和姜浩开了会，40分钟", "meeting"),
        ("视频会和周婷", "meeting"),
        ("今天没去见孙丽", None),
        ("打算去见姜浩", None),
        ("没去见王国栋，发了微信", "wechat"),
        ("去见李慧之前打了个电话给她", "call"),
        ("去见孙丽的路上打电话给姜浩20分钟", "call"),
        ("今天见姜浩的时候，孙丽打电话来", "call"),
        ("今天见报价单有错，打电话给姜浩", "call"),
        ("今天见方案有错，打电话给姜浩", "call"),
        ("今天见高层领导，打电话给姜浩", "call"),
        ("周五见客户", None),
        ("今天见领导，汇报展会", None),
        ("开完会打电话给周婷，谈了十分钟", "call"),
        ("开了会再发邮件给孙丽", "email"),
        ("视频会员系统，跟马骏通话", "call"),
        ("线上会展怎么报名，周婷问", None),
        ("打给姜浩", "call"),
        ("打给海关问税率", None),
        ("打给客户没人接", None),
    ],
)
def test_type_is_read_of_words_in_their_sense(text, kind):
    assert read_kind(text) == kind


@pytest.mark.parametrize("text", ["周五见客户", "今天见领导，汇报展会", "打给海关问税率，二十分钟", "打给客户没人接"])
def test_group_is_no_new_person(text):
    assert list_new(text) == []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("今天寄样品，昨天和姜浩谈了20分钟", ["寄样品"]),
        ("今天下午报价，上午跟孙丽谈了一小时", ["下午报价"]),
        ("今天付定金，和孙丽谈了一小时", ["付定金"]),
        ("今天跟进报价，上午跟孙丽谈了一小时", ["跟进报价"]),
        ("今天联系海关，已和姜浩谈了十分钟", ["联系海关"]),
        ("今天打电话给孙丽，20分钟", []),
        ("今天拜访华东水务，大概谈了一小时", []),
        ("今天拜访华东水务，和卢敏谈了一小时", []),
        ("今天拜访华东水务，昨天和姜浩谈了20分钟", ["拜访华东水务"]),
        ("今天拜访华东水务，谈了大概一小时", []),
        ("周五前把图纸发过来", ["把图纸发过来"]),
        ("下周一发过来报价", ["发过来报价"]),
        ("今天发过来的合同已收到，孙丽", []),
        ("周三送过来的样品不合格，跟姜浩谈了20分钟", []),
        ("周三寄过来了，跟姜浩谈了20分钟", []),
    ],
)
def test_step_is_what_is_to_be_done(text, titles):
    assert [chip.value.title for chip in read_han(text).of(ChipKind.next_step)] == titles


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("公司占线上销售的60%，和姜浩谈了", None),
        ("和李慧谈，打不通美国渠道", None),
        ("机器已关机，告诉姜浩", None),
        ("系统，已关机的", None),
        ("打给郑海波，占线了", "no_answer"),
        ("电话占线，改天再打给孙丽", "no_answer"),
        ("孙丽手机已关机", "no_answer"),
        ("又打给孙丽了，还是关机", "no_answer"),
    ],
)
def test_call_without_an_answer_is_about_a_phone(text, reached):
    draft = read_han(text)
    assert (draft.reached and draft.reached.value) == reached


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("下午两点十几个人开会", "14:00"),
        ("周三两点三十吨货", "14:00"),
        ("下午三点二十多人开会", "15:00"),
        ("上午九点十来个人来访", "09:00"),
        ("下午三点二十分钟通话", "15:00"),
        ("下午三点一刻钟的电话", "15:00"),
        ("下午3点20分钟通话", "15:00"),
        ("上午10点30人开会", "10:00"),
        ("上午10点30开会", "10:30"),
        ("下午三点二十分通话", "15:20"),
        ("下午三点四十和姜浩开会", "15:40"),
        ("早上十点零五拜访华东水务", "10:05"),
        ("上午九点一刻给孙丽打电话", "09:15"),
        ("单价2.8上午十点开会谈", "10:00"),
    ],
)
def test_counts_and_durations_are_no_minutes_of_the_hour(text, clock):
    draft = read_han(text)
    assert f"{draft.first(ChipKind.when).clock:%H:%M}" == clock


def test_number_with_a_decimal_is_no_date():
    assert read_han("单价2.8上午十点开会谈").first(ChipKind.when).day.isoformat() == "2026-12-09"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("说好和张伟吃饭，周五", ["张伟"]),
        ("聊完跟赵刚吃饭", ["赵刚"]),
        ("谈妥后跟刘强见面", ["刘强"]),
        ("谈了报价和交期，跟周婷，半小时", []),
        ("讨论合同和付款方式", []),
    ],
)
def test_new_person_is_no_topic(text, names):
    assert list_new(text) == names
