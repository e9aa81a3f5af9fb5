"""Quoted emails and signatures below an answer."""

from __future__ import annotations

import pytest

from crm.answers.replies import own_text


@pytest.mark.parametrize(
    "quoted",
    [
        "> 5  Price to Zhou\n> 6  HS note",
        "On Tue, Dec 8, 2026 at 7:00 AM Center <crm@center.example> wrote:\n> 5 x",
        "On Tue, Dec 8, 2026 at 7:00 AM Inland Trade Center\n<crm@center.example> wrote:\n> 5 x",
        "-----Original Message-----\nFrom: x",
        "________________________________\nFrom: Center <crm@center.example>",
        "发件人: Center <crm@center.example>\n5 done",
        "------------------ 原始邮件 ------------------\n5 done",
        "在 2026年12月8日，Center <crm@center.example> 写道：\n> 5",
        "-- \nAnna Reyes\n5 Main Street",
        "Sent from my iPhone",
        "Sent from Mail for Windows",
        "Sent from Yahoo Mail for iPhone",
        "Sent with Proton Mail secure email.",
        "Sent from a mobile device",
        "Sent with Spark",
        "Sent via the Samsung Galaxy S24",
        "发自我的 iPhone",
        'At 2026-12-08 07:00:00, "Center" <crm@center.example> wrote:\n>5',
        "-----Center/HQ wrote: -----\nTo: Anna",
        "---- On Tue, 08 Dec 2026 07:00:00 -0800 Center <crm@center.example> wrote ----",
        "---Original---\nFrom: Center",
        "发件人： Center\n发送时间： 今天",
        "From: Center\nTo: Anna Reyes",
        "On Tue, Dec 8, 2026 at 7:00 AM\nInland Trade Center <\ncrm@center.example> wrote:\n5 x",
        "Inland Trade Center <crm@center.example> 于2026年12月8日周二\n07:00写道：\n5 x",
        "Inland Trade Center <crm@center.example> 於 2026年12月8日 週二\n上午7:00寫道：",
        "获取 Outlook for iOS",
        "从 Windows 版邮件发送",
        "发自华为手机",
        "從我的 iPhone 傳送",
        "从 QQ邮箱 发送",
        "来自我的小米手机",
        "发自网易邮箱大师",
        "原始邮件\n\n\n发件人：Center<crm@center.example>\n发件时间：2026年12月8日 07:00",
        '         Original         \n\n\nFrom:"Center"<crm@center.example>\nDate:Tue, Dec 8, 2026 07:00 AM',
        "---- Replied Message ----\n| From | Center<crm@center.example> |\n| Date | 12/08/2026 07:00 |",
        "-----邮件原件-----\n发件人: Center [mailto:crm@center.example]",
        "------------------------------------------------------------------\n发件人：Center\n日　期：2026年12月08日",
        "------------------------------\n\nFrom: Center\nTo: Anna",
        "---------- 转发的邮件 ----------\n5 x",
        "Sent with [Proton Mail](https://proton.me/mail/home) secure email.",
    ],
)
def test_quotes_and_signatures_are_cut(quoted):
    assert own_text(f"5 done, 6 thu\r\n\r\n{quoted}\r\n6 done") == "5 done, 6 thu"


@pytest.mark.parametrize(
    "text",
    [
        "从我的角度看可以",
        "On Friday we met Li.\nHe will call.",
        "从明天开始发送\n好的",
        "发自内心感谢，已完成",
        "来自我的同事\n已完成",
        "Sent via DHL on Friday, tracking 1234",
        "Sent from Shanghai port by sea",
        "Sent with the invoice",
        "5 done\n------------------\nThe original is on the way",
        "Meeting went well.\n-----------------\nTo: Boris - please call him\n5 done",
        "Notes:\n------------\nDate: Friday\nPlace: Reno",
        "5 done\n----------\nSubject: price list is missing",
        "Original\nThe original is on the way",
        "The original contract:\nOriginal",
        "发自内心感谢他们：样品全部通过检验，样品全部通过检验，样品全部通过检验，样品全部通过检验，样品全部通过检验，",
    ],
)
def test_sentences_that_begin_like_a_signature_or_a_quote_stay(text):
    assert own_text(text) == text


@pytest.mark.parametrize("sign", list("\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u2060\u00ad"))
def test_zero_width_characters_before_a_line_are_removed(sign):
    assert own_text(f"{sign}5 done\n {sign} {sign}6 thu\n{sign}\n\n{sign}> 5 x") == "5 done\n6 thu"
    assert own_text(f"5 done\n{sign}From: Center\n{sign}To: Anna") == "5 done"


def test_zero_width_characters_inside_an_emoji_stay():
    assert own_text("done \U0001f469\u200d\U0001f4bb") == "done \U0001f469\u200d\U0001f4bb"
