"""What is said in contacts and promised: subjects, notes in English or Chinese with an English line, promises."""

from __future__ import annotations

from typing import NamedTuple

from crm.followups.enums import Side
from crm.interactions.policy import Kind


class Talk(NamedTuple):
    """A contact in words; `{person}`, `{product}`, `{firm}` are filled in. `english` stands beside Chinese notes."""

    what: Kind
    subject: str
    notes: str | None = None
    english: str | None = None
    minutes: tuple[int, ...] = (10, 15, 20, 30)


WITH_CLIENT = (
    Talk(
        Kind.session,
        "Export readiness with {person}",
        "Went through the twelve questions. Weak on price for CIF and on "
        "who holds the mark in China. Sent the checklist.",
        None,
        (45, 60, 90),
    ),
    Talk(
        Kind.session,
        "HS and ECCN of {product}",
        "Client classifies it as EAR99 and will say so in writing. Asked for the data sheet and the license history.",
        None,
        (30, 45, 60),
    ),
    Talk(
        Kind.session,
        "Pricing for a distributor of {product}",
        "Landed cost worked out with duty and VAT. The margin leaves room for one distributor, not two.",
        None,
        (45, 60),
    ),
    Talk(
        Kind.call,
        "Call with {person}: {product}",
        "Samples are ready. Wants to know whether a Chinese certificate is needed before the pilot.",
    ),
    Talk(
        Kind.call,
        "{person} asks about payment terms",
        "First order against LC at sight; open account only after a year.",
    ),
    Talk(Kind.email, "Data sheet of {product}", "Sent the data sheet in English; the Chinese one follows.", None, (5,)),
    Talk(Kind.email, "Signed agreement from {person}", "Service agreement is on file.", None, (5,)),
    Talk(
        Kind.visit,
        "Visit to the plant of {firm}",
        "Saw the line for {product}. Capacity is enough for 2,000 a month.",
        None,
        (60, 90),
    ),
    Talk(
        Kind.meeting,
        "Planning the trip with {person}",
        "Two days in Suzhou, one in Ningbo. Interpreter is booked.",
        None,
        (30, 45),
    ),
    Talk(
        Kind.session,
        "Protecting the mark before {product} is shown",
        "China is first to file. File the Chinese mark now, then show the product. Referred to counsel.",
        None,
        (45, 60),
    ),
    Talk(
        Kind.note, "Note on {firm}", "New owner of the sales side since spring; keep the founder in copy.", None, (0,)
    ),
)
WITH_HOST = (
    Talk(
        Kind.wechat,
        "微信 {person}：{product}",
        "样品已到，先测三天，周五前给反馈。",
        "Samples arrived; they test for three days and answer by Friday.",
        (5, 10),
    ),
    Talk(
        Kind.wechat,
        "微信 {person}：报价",
        "希望人民币报价，含税到港价，有效期六十天。",
        "Wants a quote in CNY, tax included, to port, valid sixty days.",
        (5, 10),
    ),
    Talk(
        Kind.call,
        "Call with {person}",
        "业主预算已经批准，国产化比例不低于百分之四十。",
        "Owner's budget is approved; at least 40 % local content.",
        (15, 20, 30),
    ),
    Talk(
        Kind.call,
        "Call with {person}: specification",
        "Specification comes after the review meeting. Asked for the standard they go by.",
    ),
    Talk(
        Kind.meeting,
        "Meeting with {person} on {product}",
        "他们需要中文的校准证书，希望下个月安排现场演示。",
        "They need calibration certificates in Chinese and want a demonstration on site next month.",
        (40, 50, 60),
    ),
    Talk(
        Kind.email,
        "{person} sends the tender notice",
        "投标截止日期提前三天，问题须在本周四前提出。",
        "The bid closes three days earlier; questions are due on Thursday.",
        (5, 10),
    ),
    Talk(
        Kind.meeting,
        "Supplier registration at {firm}",
        "Registration needs the business license, a capability statement in Chinese and two references.",
        None,
        (30, 40),
    ),
    Talk(
        Kind.wechat,
        "微信 {person}：节日问候",
        "中秋节问候，约定节后通话。",
        "Greetings for Mid-Autumn; a call after the holiday.",
        (5,),
    ),
    Talk(
        Kind.visit,
        "Visit to {firm}",
        "Saw the control room and the pilot site. Decision lies with the bureau.",
        None,
        (60, 90),
    ),
)
INTRODUCED = Talk(
    Kind.introduction,
    "Introduced {person} to {firm}",
    "双方交换名片，约定两周内视频会议。",
    "Cards exchanged; a video meeting within two weeks.",
    (20, 30, 40),
)
WITH_POST = (
    Talk(
        Kind.call,
        "Call with {person}",
        "Went through the list of projects in the district. Two are ready for suppliers.",
    ),
    Talk(Kind.email, "Lead from {person}", "Owner looks for {product}; the prime is not named yet.", None, (5, 10)),
    Talk(
        Kind.meeting,
        "Reception at {firm}",
        "Met the bureau and two primes. {person} will introduce us.",
        None,
        (60, 90),
    ),
)
FOLLOW_UP_TEXTS: tuple[tuple[Side, str], ...] = (
    (Side.we, "Send {person} the data sheet of {product} in Chinese"),
    (Side.we, "Call {person} about the samples"),
    (Side.we, "Quote for {product}, in CNY"),
    (Side.we, "HS note for {product}"),
    (Side.we, "Book an interpreter for {person}"),
    (Side.we, "Introduce {person} to the consulate"),
    (Side.we, "Check the mark for {product} in China"),
    (Side.we, "Send the export checklist to {person}"),
    (Side.they, "Specification, from {person}"),
    (Side.they, "Test result of {product}, from {person}"),
    (Side.they, "Signed NNN, from {person}"),
    (Side.they, "Sales figures for last year, from {person}"),
    (Side.they, "Tender documents, from {person}"),
    (Side.they, "Purchase order, from {person}"),
    (Side.idea, "Show {product} to {person} at the next fair"),
    (Side.idea, "Ask {person} about sister plants"),
)
RESULTS = ("Done by mail", "Done, they confirmed", "Talked, next step agreed", "已完成", "Sent", "Arrived")
