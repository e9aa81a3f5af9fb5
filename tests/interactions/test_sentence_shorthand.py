"""Shorthand of phones and dictation, and sentences that look like it but mean something else."""

import pytest

from crm.interactions.sentence import ChipKind
from tests.interactions.readings import DemoNames
from tests.interactions.sentences import LA, SHANGHAI, read_text

pytestmark = pytest.mark.one_engine
NAMES = DemoNames()


def read_demo(text):
    return read_text(text, zone=LA if text[0].isascii() else SHANGHAI, lookup=NAMES)


def read_summary(text):
    """Return state, type, and whether they were reached, "-" for none."""
    draft = read_demo(text)
    kind = draft.first(ChipKind.kind)
    return f"{draft.state.name} {kind.value if kind else '-'} {draft.reached.value if draft.reached else '-'}"


def list_people(text):
    return [chip.label if chip.sure else f"{chip.label}?" for chip in read_demo(text).of(ChipKind.person)]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("跟Tom聊了10分钟", ["Tom?"]),
        ("拜访ClearAir Sensors公司30分钟", []),
        ("介绍Priya Nair给钱文认识", ["Priya Nair"]),
        ("和Lu Min卢敏开会10分钟", ["Lu Min"]),
        ("Chan Ka-wai陈嘉慧 called 10m", ["Chan Ka-wai"]),
        ("met Gao Lei高磊和卢敏 30m", ["Gao Lei 高磊?", "Lu Min"]),
        ("TCL集团来电", []),
        ("met jiang hao's team 1h", ["Jiang Hao"]),
        ("stopped by lu min's booth 10m", ["Lu Min"]),
        ("met Bob Smith's team 20m", []),
    ],
)
def test_name_ends_where_other_words_begin(text, people):
    assert list_people(text) == people


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("zoomed in on pricing w/ tom okafor 20m", "held call talked"),
        ("stopped by customs office, met tom okafor 20m", "held meeting talked"),
        ("shipment stopped by customs, called tom okafor 10m", "held call talked"),
        ("Tom Okafor wants a meeting", "held - -"),
        ("walter hale called, wants a meeting", "held call talked"),
        ("we asked for a meeting w/ tom okafor Thu 2pm", "planned meeting -"),
        ("met tom okafor, he needs a call back", "held meeting talked"),
        ("cancel culture talk w/ tom okafor", "held - -"),
        ("met tom okafor 30m, he cancels his order", "held meeting talked"),
        ("cxl'd call w/ tom okafor today", "canceled call -"),
        ("text to tom okafor, ok w price", "held wechat one_way"),
        ("got a text from tom okafor, ok w price", "held wechat talked"),
        ("text tom okafor fri", "held - -"),
        ("接到周立民的电话", "held call talked"),
        ("周立民电话120分钟", "held call talked"),
        ("周立民新电话139 0013 8003", "held - -"),
        ("周立民电话号码变了", "held - -"),
    ],
)
def test_type_and_state_are_read_in_their_sense(text, summary):
    assert read_summary(text) == summary


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("no answer from tom okafor, left vm", "held call message_left"),
        ("called tom okafor no answer lm", "held call message_left"),
        ("left vm for tom okafor, no reply", "held call message_left"),
        ("周立民没接，没留言", "held call no_answer"),
        ("called tom okafor 20m, no pickup", "held call talked"),
        ("tom okafor, container at port, no pickup", "held - -"),
        ("tom okafor, no one picked up the samples", "held - -"),
        ("called tom okafor, no one picked up", "held call no_answer"),
        ("emailed tom okafor, no pickup until fri", "held email one_way"),
    ],
)
def test_outcome_is_that_of_the_call(text, summary):
    assert read_summary(text) == summary


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20m prep, 30m call to tom okafor", "30/20/0"),
        ("15m prep, 30m travel, 1h call with Tom Okafor", "60/15/30"),
        ("met tom okafor 20m prep 10m, travel 30m", "20/10/30"),
        ("10 min prep and 20 min call tom okafor", "20/10/0"),
        ("1h session w/ rosa delgado, prep 20m, 40m drive", "60/20/40"),
        ("met tom okafor .75h", "45/0/0"),
        ("prep for helen brandt 45m", "0/45/0"),
        ("prepped for tom okafor's meeting, 30m", "0/30/0"),
        ("drove to bay cold chain to meet tom okafor 60m", "60/0/0"),
        ("travel 30m both ways, met tom okafor 1h", "60/0/30"),
        ("prep for tom okafor then call w/ him 30m", "30/0/0"),
        ("drafted nda with tom okafor 30m", "30/0/0"),
        ("translated for tom okafor 2h", "120/0/0"),
        ("research trip to Suzhou 3h", "180/0/0"),
        ("drove to riverside met luis serrano 30m", "30/0/0"),
        ("call w/ tom okafor 20m each way", "20/0/0"),
    ],
)
def test_minutes_are_of_the_word_beside_them(text, minutes):
    draft = read_demo(text)
    kinds = (ChipKind.contact, ChipKind.prep, ChipKind.travel)
    assert "/".join(str(draft.first(kind) or 0) for kind in kinds) == minutes


def test_work_before_minutes_is_no_step():
    assert read_demo("10 min prep and 20 min call tom okafor").of(ChipKind.next_step) == ()


def list_steps(text):
    """Return side, title and date of each step."""
    steps = [chip.value for chip in read_demo(text).of(ChipKind.next_step)]
    return [f"{step.side.value} {step.title} {step.due:%m-%d}" for step in steps]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("called tom okafor, he to send the list by Fri", ["they Send the list 12-11"]),
        ("met tom okafor and need to send quote fri", ["we Send quote 12-11"]),
        ("asked tom okafor to send the list by Fri", ["they Send the list 12-11"]),
        ("met tom okafor, will call him fri", ["we Call him 12-11"]),
        ("met tom okafor, he will test samples, we call fri", ["we Call 12-11"]),
        ("Tom Okafor will visit us Dec 17", []),
        ("met tom okafor, Lu Min will visit us Dec 17", ["they Visit us 12-17"]),
        ("I need to visit Huadong Water next week", ["we Visit Huadong Water 12-14"]),
        ("email from tom okafor, needs the list by Dec 20", ["we The list 12-20"]),
        ("email from tom okafor about jan 5 visit", []),
        ("email from tom okafor due fri", ["we Email from tom okafor 12-11"]),
        ("今天给孙丽送样品，谈了20分钟", []),
        ("今天给孙丽送样品", ["we 给孙丽送样品 12-09"]),
        ("drawings from tom okafor by Dec 18", ["they Drawings from tom okafor 12-18"]),
        ("check in tomorrow with tom okafor", ["we Check in with Tom Okafor 12-09"]),
        ("call tom okafor w/ quote fri", ["we Call tom okafor w/ quote 12-11"]),
        ("called tom okafor to set up lunch thursday", ["they Set up lunch 12-10"]),
        ("emailed rosa delgado to send the form by friday", ["they Send the form 12-11"]),
        ("Helen Brandt asked for a call back Thu 2pm", ["we Back 12-10"]),
        ("今天给孙丽发邮件", []),
        ("周五给孙丽发一封邮件", []),
        ("周五给孙丽发了样品", []),
        ("下周一给卢敏打电话", []),
        ("提醒我周五前给王国栋发报价", ["we 给王国栋发报价 12-11"]),
        ("孙丽提醒我周五前寄样品", ["we 寄样品 12-11"]),
    ],
)
def test_step_is_what_is_still_to_be_done(text, steps):
    assert list_steps(text) == steps


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("met tom okafor 12/3 re 12/15 mission", "held 12-03"),
        ("met tom okafor about 2 weeks ago", "held 11-24"),
        ("met tom okafor about 3pm Dec 7", "held 12-07"),
        ("met tom okafor about pricing mon 30m", "held 12-07"),
        ("call w/ tom okafor re nda fri 2pm", "planned 12-11"),
        ("asked for a meeting w/ tom okafor Thu 2pm", "planned 12-10"),
        ("Helen Brandt would like to meet Thu 2pm", "planned 12-10"),
        ("sent invite to tom okafor for Mon 2pm", "planned 12-14"),
        ("finished report for tom okafor due fri", "planned 12-11"),
        ("关于周五会议给孙丽打了电话", "planned 12-11"),
        ("text from Sun Li: meeting ok Thu 2pm", None),
        ("wechat from zhou ting: arrives 12/15", None),
        ("Tom Okafor asked for a call Thu 2pm", "planned 12-10"),
        ("sent invite for fri 2pm call w/ tom okafor", "planned 12-11"),
        ("got call w/ tom okafor fri 2pm", "planned 12-11"),
        ("sent lu min samples, arriving fri", None),
        ("flew to Suzhou Thurs, met jiang hao", "held 12-03"),
        ("约了孙丽周四下午三点开会", "planned 12-10"),
        ("周五跟孙丽开会", "planned 12-11"),
        ("周五跟孙丽开了会", "held 12-04"),
        ("周五给孙丽打了电话", "held 12-04"),
        ("给孙丽发了周五的会议邀请", None),
        ("取消了明天的会议", "canceled 12-10"),
    ],
)
def test_date_is_that_of_the_interaction(text, when):
    draft = read_demo(text)
    dates = [f"{draft.state.name} {chip.value.day:%m-%d}{'' if chip.sure else '?'}" for chip in draft.of(ChipKind.when)]
    assert dates == ([when] if when else [])
