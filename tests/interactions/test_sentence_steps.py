"""Next steps in sentences: zone of weekdays and times, and uncertain ones."""

from datetime import date, datetime

import pytest

from crm.followups.enums import FollowUpSide
from crm.interactions.sentence import ChipKind, NextStep
from tests.interactions.sentences import SHANGHAI, read_text


def test_weekday_in_china_is_converted_and_offers_local_day():
    chip = read_text("met Zhao, call Fri").of(ChipKind.next_step)[0]
    assert chip.value.due.isoformat() == "2026-12-10T17:00:00-08:00"
    assert [(str(c.label), c.value.due) for c in chip.choices] == [("Friday, your time", date(2026, 12, 11))]
    assert chip.sure


def test_weekday_in_china_respects_daylight_saving():
    draft = read_text("met Zhao, call Fri", now=datetime.fromisoformat("2026-07-07T10:00:00-07:00"))
    assert draft.first(ChipKind.next_step).due.isoformat() == "2026-07-09T18:00:00-07:00"


THURSDAY_EVENING = datetime.fromisoformat("2026-12-10T17:00:00-08:00")


@pytest.mark.parametrize(
    ("their_zone", "due"),
    [
        (SHANGHAI, THURSDAY_EVENING),
        ("Asia/Hong_Kong", THURSDAY_EVENING),
        ("Europe/Berlin", date(2026, 12, 11)),
        (None, date(2026, 12, 11)),
    ],
)
def test_zone_of_the_page_decides_the_weekday(their_zone, due):
    assert read_text("call Fri", their_zone=their_zone).first(ChipKind.next_step).due == due


def test_named_person_overrides_the_page():
    assert read_text("met Tom, call Fri", their_zone=SHANGHAI).first(ChipKind.next_step).due == date(2026, 12, 11)


def test_weekday_is_local_for_a_reader_in_china():
    draft = read_text("met Zhao, call Fri", zone=SHANGHAI)
    assert draft.first(ChipKind.next_step).due == date(2026, 12, 11)
    assert draft.of(ChipKind.next_step)[0].choices == ()


def test_numeric_date_is_not_converted():
    assert read_text("met Zhao, call 12/25").first(ChipKind.next_step).due == date(2026, 12, 25)


def test_step_with_a_time_asks_for_the_zone():
    chip = read_text("met Zhao, call 12/15 10:00").of(ChipKind.next_step)[0]
    assert not chip.sure
    assert [(str(c.label), c.value.due.isoformat()) for c in chip.choices] == [
        ("10:00 AM in Los Angeles", "2026-12-15T10:00:00-08:00"),
        ("10:00 AM in Shanghai", "2026-12-14T18:00:00-08:00"),
    ]
    friday = read_text("met Zhao, call Fri 10:00").of(ChipKind.next_step)[0]
    assert [str(c.label) for c in friday.choices] == ["10:00 AM in Shanghai", "10:00 AM in Los Angeles"]
    assert friday.value.due.isoformat() == "2026-12-10T18:00:00-08:00"


def test_started_day_in_china_offers_local_day():
    chip = read_text("met Zhao, call Wed").of(ChipKind.next_step)[0]
    assert (chip.value.due, chip.sure) == (date(2026, 12, 9), False)
    assert [str(c.label) for c in chip.choices] == ["Wednesday, your time"]


def test_next_friday_offers_both_fridays():
    chip = read_text("met Tom, call next Fri").of(ChipKind.next_step)[0]
    assert (chip.sure, [c.value.due for c in chip.choices]) == (False, [date(2026, 12, 18), date(2026, 12, 11)])


def test_step_without_a_date_is_uncertain():
    chip = read_text("met Tom, send quote").of(ChipKind.next_step)[0]
    assert (chip.value, chip.sure) == (NextStep("Send quote", None, FollowUpSide.we), False)


@pytest.mark.parametrize(
    ("text", "title", "month", "day"),
    [
        ("send Tom quote by 12/1", "Send Tom quote", 12, 1),
        ("周立民答应11月20日前发图纸", "发图纸", 11, 20),
        ("Tom owes us the invoice by Nov 30", "The invoice", 11, 30),
        ("Tom will send us the list Oct 20", "Send us the list", 10, 20),
        ("met Tom, send quote by the end of November", "Send quote", 11, 30),
    ],
)
def test_deadline_of_the_last_weeks_is_a_question(text, title, month, day):
    draft = read_text(text)
    (step,) = draft.of(ChipKind.next_step)
    assert (step.value.title, step.sure, draft.of(ChipKind.when)) == (title, False, ())
    assert [choice.value.due for choice in step.choices] == [date(year, month, day) for year in (2027, 2026)]


@pytest.mark.parametrize("text", ["met Tom, sent samples before 11/20", "11月20日前见了周立民", "called Tom 12/5"])
def test_deadline_of_what_took_place_is_no_step(text):
    assert read_text(text).of(ChipKind.next_step) == ()


@pytest.mark.parametrize(
    "words", ["Friday at 9am Shanghai", "at 9am Shanghai Friday", "by 9am Shanghai time on Friday"]
)
def test_time_with_a_city_is_no_question(words):
    (chip,) = read_text(f"met Zhao, call him {words}").of(ChipKind.next_step)
    assert (chip.value.title, chip.value.due.isoformat()) == ("Call him", "2026-12-10T17:00:00-08:00")
    assert (chip.sure, chip.choices) == (True, ())


@pytest.mark.parametrize(
    "text", ["met Zhao, reply by EOD Friday", "met Zhao, reply by COB Friday", "和周立民通话，周五下班前回复"]
)
def test_end_of_a_weekday_in_china_is_that_day(text):
    (chip,) = read_text(text).of(ChipKind.next_step)
    assert (chip.value.due, chip.sure) == (date(2026, 12, 11), True)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("和周立民通话，他要三套流量计样品，下周五前寄出", "寄出三套流量计样品"),
        ("跟周立民打电话，他想要无人机中文资料，周五发给他", "发给他无人机中文资料"),
        ("與周立民通話，對方需要水表認證文件，我們下週三前提供", "提供水表認證文件"),
        ("和周立民通话，客户还要产品目录，周五前发给他", "发给他产品目录"),
        ("和周立民通话，他要样品，周五前寄图纸", "寄图纸"),
        ("和周立民通话，他问价格，周五再打电话", "再打电话"),
        ("與周立民通話，高雄水務需要水表認證文件，我們下週三前提供", "提供"),
        ("和周立民谈主要市场，周五前发给他", "发给他"),
        ("和周立民谈主要市场资料，周五前发给他", "发给他"),
        ("和周立民开会，会议纪要，周五前发给他", "发给他"),
        ("和周立民通话，会议摘要，周五前发给他", "发给他"),
        ("和周立民通话，他不要样品，周五前发给他", "发给他"),
        ("和周立民通话，他不需要样品，周五前寄出", "寄出"),
        ("和周立民通话，他要去北京出差，周五前发给他", "发给他"),
        ("和周立民通话，他要我寄样品，周五前寄出", "寄出"),
        ("和周立民通话，他要确认样品，周五前寄出", "寄出"),
        ("和周立民通话，他想要了解方案，周五前提供", "提供"),
        ("和周立民通话，他要求合同，周五前提供", "提供"),
        ("和周立民通话，他要上次的名单，周五前提供", "提供"),
        ("和周立民通话，问他要样品，他周五前寄出", "寄出"),
    ],
)
def test_step_with_only_a_verb_names_the_thing_asked_for(text, title):
    (chip,) = read_text(text).of(ChipKind.next_step)
    assert chip.value.title == title


def test_reply_in_traditional_characters_is_a_step():
    (chip,) = read_text("與周立民通話，他12月18日前回覆測試結果").of(ChipKind.next_step)
    assert chip.value == NextStep("回覆測試結果", date(2026, 12, 18), FollowUpSide.they)


def test_month_end_is_a_date_and_a_month_end_report_is_none():
    (chip,) = read_text("met Tom, send the quote by month end").of(ChipKind.next_step)
    assert chip.value == NextStep("Send the quote", date(2026, 12, 31), FollowUpSide.we)
    (chip,) = read_text("met Tom, send the month-end report by Friday").of(ChipKind.next_step)
    assert chip.value == NextStep("Send the month-end report", date(2026, 12, 11), FollowUpSide.we)
    (chip,) = read_text("met Tom, call him by the end of the month-end close").of(ChipKind.next_step)
    assert (chip.value.title, chip.value.due) == ("Call him by the end of the month-end close", None)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("had a 20 minute call with tom about ccc", []),
        ("quick 10 min call w/ tom, send quote fri", ["Send quote"]),
        ("met tom 20m, call with Zhou", ["Call with Zhou"]),
        ("met tom 20m call Zhou", ["Call Zhou"]),
        ("周立民取消了今天的会议", []),
        ("周立民取消了会议，下周五前报价", ["报价"]),
    ],
)
def test_event_of_the_sentence_is_no_step(text, titles):
    assert [chip.value.title for chip in read_text(text).of(ChipKind.next_step)] == titles


@pytest.mark.parametrize("day", ["明年12月20号", "明年 12 月 20 号"])
def test_named_year_of_a_chinese_date_is_read_with_spaces(day):
    (chip,) = read_text(f"和周立民通话，{day}前寄样品").of(ChipKind.next_step)
    assert chip.value == NextStep("寄样品", date(2027, 12, 20), FollowUpSide.we)
