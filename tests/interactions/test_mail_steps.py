"""Dates promised and requested in emails."""

from __future__ import annotations

import time
from datetime import date

import pytest

from crm.followups.enums import FollowUpSide
from crm.interactions.mail_steps import find_mail_steps

pytestmark = pytest.mark.one_engine

TUESDAY = date(2026, 12, 8)


def read(body: str, *, is_received: bool = True, today: date = TUESDAY) -> list[tuple[str, str, str]]:
    steps = find_mail_steps(body, sent_on=TUESDAY, today=today, is_received=is_received)
    return [(step.title, str(step.due_on), step.side.value) for step in steps]


@pytest.mark.parametrize(
    ("body", "title", "side"),
    [
        ("We will send the drawings by Dec 18.", "Send the drawings", FollowUpSide.they),
        ("I'll confirm the price by Dec 18.", "Confirm the price", FollowUpSide.they),
        ("Hello Anna, we promised drawings by Dec 18.", "Drawings", FollowUpSide.they),
        ("Please send the quote by Dec 18.", "Send the quote", FollowUpSide.we),
        ("Could you please confirm the date by Dec 18?", "Confirm the date", FollowUpSide.we),
        ("Can you send samples by Dec 18?", "Send samples", FollowUpSide.we),
        ("We need the quote by Dec 18.", "The quote", FollowUpSide.we),
        ("Huayue will pay the deposit by Dec 18.", "Pay the deposit", FollowUpSide.they),
        ("我们12月18日前寄样品。", "寄样品", FollowUpSide.they),
        ("请您12月18日前报价。", "报价", FollowUpSide.we),
        ("请于12月18日前确认价格。", "确认价格", FollowUpSide.we),
    ],
)
def test_received_email_says_who_owes_what(body, title, side):
    assert read(body) == [(title, "2026-12-18", side.value)]


def test_request_and_promise_in_one_sentence_have_their_own_sides():
    steps = [("報價", "2026-12-11", "we"), ("寄樣品", "2026-12-16", "they")]
    assert read("附件是圖紙。請於12月11日前報價，我們12月16日前寄樣品。") == steps
    assert read("麻烦您，我们12月18日前需要报价。") == [("报价", "2026-12-18", "we")]


CHINESE = {
    "请本周五前报价。": ("报价", "2026-12-11", "we"),
    "请下周五前报价": ("报价", "2026-12-18", "we"),
    "請下週五前報價。": ("報價", "2026-12-18", "we"),
    "请在12月20日前回复。": ("回复", "2026-12-20", "we"),
    "请在12月20日（周日）前回复": ("回复", "2026-12-20", "we"),
    "请于20日前回复": ("回复", "2026-12-20", "we"),
    "5号前请报价": ("报价", "2027-01-05", "we"),
    "请在下个月10号前回复": ("回复", "2027-01-10", "we"),
    "请于月底前寄样品。": ("寄样品", "2026-12-31", "we"),
    "请在下月底前签合同": ("签合同", "2027-01-31", "we"),
    "请在年底前提交资料": ("提交资料", "2026-12-31", "we"),
    "请三天内回复。": ("回复", "2026-12-11", "we"),
    "请于5个工作日内回复": ("回复", "2026-12-15", "we"),
    "烦请一周内给出报价": ("给出报价", "2026-12-15", "we"),
    "请在十五天内付款": ("付款", "2026-12-23", "we"),
    "请48小时内确认": ("确认", "2026-12-10", "we"),
    "请在下周内报价": ("报价", "2026-12-18", "we"),
    "请在下星期五下班前发图纸": ("发图纸", "2026-12-18", "we"),
    "麻烦您下周三之前把图纸发给我们。": ("把图纸发给我们", "2026-12-16", "we"),
    "請於12月20日之前將樣品寄到上海": ("將樣品寄到上海", "2026-12-20", "we"),
    "请尽快报价，最晚下周五。": ("报价", "2026-12-18", "we"),
    "请您确认一下，下周五前。": ("确认一下", "2026-12-18", "we"),
    "最迟12月20日回复我们": ("回复我们", "2026-12-20", "we"),
    "能否在周五前报价？": ("报价", "2026-12-11", "we"),
    "我方三天内回复您": ("回复您", "2026-12-11", "they"),
    "我们将于12月20日前给贵司报价。": ("给贵司报价", "2026-12-20", "they"),
}


@pytest.mark.parametrize("body", CHINESE)
def test_usual_chinese_deadlines_are_read(body):
    assert read(body) == [CHINESE[body]]


@pytest.mark.parametrize(
    "body",
    [
        "合同签订后30天内付款。",
        "我们最近三天内寄出样品。",
        "样品20日前寄出。",
        "三天内收到了样品。",
        "前天已回复。",
        "请在32号前回复。",
    ],
)
def test_terms_and_news_in_chinese_are_no_follow_up(body):
    assert read(body) == []


def test_long_chinese_email_is_read_in_linear_time():
    began = time.process_time()
    for part in ("把", "请三天内", "12月", "十", "最晚", "，前", "给我们"):
        read(part * (60_000 // len(part)))
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("body", "side"),
    [
        ("I will send the quote by Dec 18.", "we"),
        ("Please send the drawings by Dec 18.", "they"),
        ("请12月18日前发图纸。", "they"),
    ],
)
def test_sent_email_says_who_owes_what(body, side):
    assert [row[2] for row in read(body, is_received=False)] == [side]


def test_dates_count_from_the_day_of_the_email():
    assert read("We will send the drawings by Friday.", today=TUESDAY) == [("Send the drawings", "2026-12-11", "they")]


def test_dates_that_are_over_are_left_out():
    assert read("We will send the drawings by Friday.", today=date(2026, 12, 20)) == []


@pytest.mark.parametrize("body", ["Three of four passed.", "We met on Friday.", "Thank you.\nZhou", "", "样品已到。"])
def test_news_is_no_follow_up(body):
    assert read(body) == []


def test_at_most_five_are_proposed_each_once():
    body = "Please send the quote by Dec 18. " * 3 + " ".join(f"Please send part {n} by Dec 18." for n in range(9))
    assert [row[0] for row in read(body)] == ["Send the quote", *(f"Send part {n}" for n in range(4))]


def test_chinese_date_with_spaces_is_read():
    body = "請於 12 月 9 日前報價 40 台流量計。"
    steps = find_mail_steps(body, sent_on=date(2026, 11, 27), today=date(2026, 12, 1), is_received=True)
    assert [(step.title[:2], step.due_on) for step in steps] == [("報價", date(2026, 12, 9))]
