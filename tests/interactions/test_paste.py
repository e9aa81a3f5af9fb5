"""Pasted emails of several programs and languages."""

import pytest

from crm.interactions.mail_addresses import Correspondent
from crm.interactions.paste import Direction, PastedMail, parse_pasted_email
from tests.interactions.lookups import wall

pytestmark = pytest.mark.one_engine

OURS = {"@center.example"}
ANNA = Correspondent("Anna Reyes", "anna@center.example")
ZHOU = {"from_name": "周立民", "from_address": "zhou@lotus.example"}
OUTLOOK = """From: Zhou, Limin <Zhou@Lotus.example>
Sent: Tuesday, December 8, 2026 3:20 PM
To: Anna Reyes <anna@center.example>; Dora Lee <dora@center.example>
Cc: Li Hui <lihui@huayue.example>
Subject: RE: Samples

Dear Anna,

three of four passed.

Zhou

From: Anna Reyes <anna@center.example>
Sent: Monday, December 7, 2026 9:00 AM
To: Zhou, Limin
Subject: Samples

Did they pass?"""


def test_english_outlook_email_is_parsed():
    assert parse_pasted_email(OUTLOOK, own_addresses=OURS) == PastedMail(
        from_name="Zhou, Limin",
        from_address="zhou@lotus.example",
        to=(ANNA, Correspondent("Dora Lee", "dora@center.example")),
        cc=(Correspondent("Li Hui", "lihui@huayue.example"),),
        sent_at=wall("2026-12-08T15:20:00"),
        subject="RE: Samples",
        body="Dear Anna,\n\nthree of four passed.\n\nZhou",
        quoted=OUTLOOK[OUTLOOK.index("From: Anna") :],
        direction=Direction.received,
    )


QQ = """安娜：
样品已到。

------------------ 原始邮件 ------------------
发件人: "周立民" <zhou@lotus.example>;
发送时间: 2026年12月8日(星期二) 下午3:20
收件人: "Anna Reyes"<anna@center.example>;
主题: 样品

请报价。"""


def test_qq_email_text_above_headers_is_the_preface():
    assert parse_pasted_email(QQ, own_addresses=OURS) == PastedMail(
        **ZHOU,
        to=(ANNA,),
        sent_at=wall("2026-12-08T15:20:00"),
        zone_guess="Asia/Shanghai",
        subject="样品",
        body="请报价。",
        preface="安娜：\n样品已到。",
        direction=Direction.received,
    )


def test_163_email_with_full_width_colons_is_parsed():
    text = "发 件 人：周立民 <zhou@lotus.example>\n日　期：2026-12-08 15:20:11\n"
    text += "收件人：anna@center.example\n抄送：李慧<lihui@huayue.example>\n"
    text += "主　题：报价\n\n周五前可以吗？"
    assert parse_pasted_email(text, own_addresses=OURS) == PastedMail(
        **ZHOU,
        to=(Correspondent("", "anna@center.example"),),
        cc=(Correspondent("李慧", "lihui@huayue.example"),),
        sent_at=wall("2026-12-08T15:20:11"),
        zone_guess="Asia/Shanghai",
        subject="报价",
        body="周五前可以吗？",
        direction=Direction.received,
    )


def test_traditional_chinese_outlook_email_is_parsed():
    text = "寄件者: 周立民 <zhou@lotus.example>\n寄件日期: 2026年12月8日 下午 03:20\n"
    text += "收件者: Anna Reyes <anna@center.example>\n副本: 李慧 <lihui@huayue.example>\n"
    text += "主旨: 樣品\n\n四個通過三個。"
    mail = parse_pasted_email(text, own_addresses=OURS)
    assert (mail.from_name, mail.sent_at, mail.zone_guess) == ("周立民", wall("2026-12-08T15:20:00"), "Asia/Taipei")
    assert (mail.subject, mail.body, mail.cc) == (
        "樣品",
        "四個通過三個。",
        (Correspondent("李慧", "lihui@huayue.example"),),
    )


def test_gmail_forward_is_parsed():
    text = "---------- Forwarded message ---------\nFrom: Zhou Limin <zhou@lotus.example>\n"
    text += "Date: Tue, Dec 8, 2026 at 3:20 PM\nSubject: Samples\n"
    text += "To: Anna Reyes <anna@center.example>\n\n\nHello\n"
    mail = parse_pasted_email(text)
    assert (mail.from_name, mail.sent_at, mail.subject) == ("Zhou Limin", wall("2026-12-08T15:20:00"), "Samples")
    assert (mail.body, mail.preface, mail.direction) == ("Hello", "", Direction.unknown)


@pytest.mark.parametrize(
    ("intro", "name", "zone"),
    [
        ("On Tue, Dec 8, 2026 at 3:20 PM Zhou Limin <zhou@lotus.example> wrote:", "Zhou Limin", None),
        ("On Tue, Dec 8, 2026 at 3:20 PM Zhou Limin\n<zhou@lotus.example> wrote:", "Zhou Limin", None),
        ('在 2026-12-08 15:20:00，"周立民" <zhou@lotus.example> 写道：', "周立民", "Asia/Shanghai"),
        ("周立民 <zhou@lotus.example> 于2026年12月8日周二 下午3:20写道：", "周立民", "Asia/Shanghai"),
    ],
)
def test_wrote_line_gives_sender_and_zone(intro, name, zone):
    mail = parse_pasted_email(f"{intro}\n\n> Three passed.\n> Zhou\n")
    assert (mail.from_name, mail.from_address, mail.zone_guess) == (name, "zhou@lotus.example", zone)
    assert (mail.sent_at, mail.body) == (wall("2026-12-08T15:20:00"), "Three passed.\nZhou")


@pytest.mark.parametrize(
    "history",
    [
        "On Mon, Dec 7, 2026 at 9:00 AM Anna Reyes <anna@center.example> wrote:\n> Did they pass?",
        "-----Original Message-----\nFrom: Anna\n\nDid they pass?",
        "________________________________\nFrom: Anna\nSent: Monday\n\nDid they pass?",
        "发件人： Anna\n发送时间： 2026年12月7日\n\n通过了吗？",
        "在 2026-12-07 09:00:00，Anna <anna@center.example> 写道：\n通过了吗？",
        "> Did they pass?\n> Anna",
        "------------------ 原始邮件 ------------------\n通过了吗？",
    ],
)
def test_quoted_history_is_separated(history):
    mail = parse_pasted_email(f"From: Zhou <zhou@lotus.example>\nSubject: Samples\n\nYes.\n\n{history}")
    assert (mail.body, mail.quoted) == ("Yes.", history)


def test_text_that_only_looks_like_history_stays_in_the_body():
    body = "Note: From here on we wait.\n---\nZhou\n> one quoted line\nand more"
    mail = parse_pasted_email(f"From: Zhou <zhou@lotus.example>\nSubject: Samples\n\n{body}")
    assert (mail.body, mail.quoted) == (body, "")


RAW = """Received: from mx.lotus.example by mx.center.example; Tue, 8 Dec 2026 15:20:12 +0800
MIME-Version: 1.0
From: =?utf-8?B?5ZGo56uL5rCR?= <zhou@lotus.example>
To: Anna Reyes <anna@center.example>
Date: Tue, 8 Dec 2026 15:20:11 +0800
Subject: =?gb2312?B?0fnGtw==?=
"""


def test_raw_email_is_parsed():
    text = RAW + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n5qC35ZOB5bey5Yiw44CC\n"
    assert parse_pasted_email(text, own_addresses=OURS) == PastedMail(
        **ZHOU,
        to=(ANNA,),
        sent_at=wall("2026-12-08T15:20:11+08:00"),
        subject="样品",
        body="样品已到。",
        direction=Direction.received,
    )


def test_raw_html_email_gives_its_text():
    html = "<html><head><style>p{}</style></head><body>"
    html += "<p>Three <b>passed</b>.</p><script>x()</script><div>Zhou</div></body></html>"
    assert parse_pasted_email(RAW + f"Content-Type: text/html; charset=utf-8\n\n{html}\n").body == "Three passed.\nZhou"


def test_raw_email_without_text_or_with_unknown_charset_is_parsed():
    boundary = 'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: image/png\n\nAAAA\n--x--\n'
    assert parse_pasted_email(RAW + boundary).body == ""
    assert "abc" in parse_pasted_email(RAW + "Content-Type: text/plain; charset=nonsense-1\n\nabc\n").body


def test_email_from_own_address_has_direction_sent():
    own = parse_pasted_email("From: Anna <anna@center.example>\nTo: zhou@lotus.example\n\nHi", own_addresses=OURS)
    assert own.direction is Direction.sent
    assert parse_pasted_email("From: Zhou\nTo: Anna\n\nHi", own_addresses=OURS).direction is Direction.unknown
    assert (
        parse_pasted_email("From: z@x.cn\nTo: me\n\nHi", own_addresses={"anna@center.example"}).direction
        is Direction.received
    )


def test_addresses_over_two_lines_are_joined():
    text = "From: Zhou <zhou@lotus.example>\n"
    text += "To: Anna Reyes <anna@center.example>,\n Dora <dora@center.example>\nSubject: S\n\nHi"
    assert parse_pasted_email(text).to == (ANNA, Correspondent("Dora", "dora@center.example"))


@pytest.mark.parametrize("text", ["", "\n\n", "Just words.", "From: only", "Subject: only\n\nx", "> a"])
def test_text_without_headers_is_the_body(text):
    mail = parse_pasted_email(text)
    assert (mail.from_address, mail.sent_at, mail.body or mail.quoted) == ("", None, text.strip())


def test_163_email_with_headers_in_a_table_is_parsed():
    mail = parse_pasted_email(
        "---- 回复的原邮件 ----\n| 发件人 | 贺志刚<hezg@163.com> |\n| 日期 | 2026年11月26日 16:20 |\n"
        "| 收件人 | anna@center.example |\n| 抄送至 | |\n| 主题 | 展位图 |\n你好，展位图见附件。"
    )
    assert (mail.from_name, mail.from_address, mail.subject) == ("贺志刚", "hezg@163.com", "展位图")
    assert (mail.sent_at, mail.cc, mail.body) == (wall("2026-11-26T16:20"), (), "你好，展位图见附件。")


def test_text_below_a_separator_without_headers_is_not_lost():
    mail = parse_pasted_email("---- 回复的原邮件 ----\n你好，展位图见附件。")
    assert "你好，展位图见附件。" in mail.body


TABLE = "| From | Los Angeles |\n| To | Shanghai |\n| Date | November 26 |"


@pytest.mark.parametrize("head", ["", "From: Zhou <zhou@lotus.example>\nTo: anna@center.example\n\n"])
@pytest.mark.parametrize("separator", ["", "-----\n\n"])
def test_table_in_the_text_of_an_email_is_no_header(head, separator):
    mail = parse_pasted_email(f"{head}Our shipment:\n\n{separator}{TABLE}\n\nRegards")
    assert (TABLE in mail.body, mail.from_name, mail.sent_at) == (True, "Zhou" if head else "", None)


def test_table_after_two_header_lines_is_text():
    mail = parse_pasted_email(f"From: Zhou <zhou@lotus.example>\nSubject: Shipment\n\n{TABLE}")
    assert (mail.to, mail.sent_at, mail.body) == ((), None, TABLE)


@pytest.mark.parametrize(
    ("separator", "sender"), [("---- 回复的原邮件 ----\n", "贺志刚"), ("", "贺志刚<hezg@163.com>")]
)
def test_table_below_a_separator_or_with_an_address_is_a_head(separator, sender):
    mail = parse_pasted_email(f"{separator}| 发件人 | {sender} |\n| 日期 | 2026年11月26日 16:20 |\n\n你好")
    assert (mail.from_name, mail.body) == ("贺志刚", "你好")
