"""Texts of interactions and follow-ups: subjects, notes in English, or in Chinese with a line in English."""

from __future__ import annotations

from typing import NamedTuple

from crm.followups.enums import FollowUpSide
from crm.interactions.policy import InteractionType


class SampleTalk(NamedTuple):
    """The texts of an interaction, with `{person}`, `{product}`, `{firm}`. `english` accompanies Chinese notes."""

    type: InteractionType
    subject: str
    notes: str | None = None
    english: str | None = None
    minutes: tuple[int, ...] = (10, 15, 20, 30)


WITH_CLIENT = (
    SampleTalk(
        InteractionType.session,
        "Export readiness with {person}",
        "Went through the twelve readiness questions. Weak points: CIF pricing and "
        "trademark ownership in China. Sent the checklist.",
        None,
        (45, 60, 90),
    ),
    SampleTalk(
        InteractionType.session,
        "HS code and ECCN for {product}",
        "Client classifies it as EAR99 and will confirm in writing. Asked for the data sheet and the license history.",
        None,
        (30, 45, 60),
    ),
    SampleTalk(
        InteractionType.session,
        "Pricing for a distributor of {product}",
        "Calculated the landed cost with duty and VAT. The margin is enough for one distributor, not two.",
        None,
        (45, 60),
    ),
    SampleTalk(
        InteractionType.call,
        "Call with {person}: {product}",
        "Samples are ready. Wants to know whether a Chinese certificate is needed before the pilot.",
    ),
    SampleTalk(
        InteractionType.call,
        "{person} asks about payment terms",
        "First order by letter of credit at sight; open account only after a year.",
    ),
    SampleTalk(
        InteractionType.email,
        "Data sheet for {product}",
        "Sent the data sheet in English; the Chinese version follows.",
        None,
        (5,),
    ),
    SampleTalk(InteractionType.email, "Signed agreement from {person}", "Service agreement is on file.", None, (5,)),
    SampleTalk(
        InteractionType.visit,
        "Plant visit at {firm}",
        "Saw the production line for {product}. Capacity is 2,000 a month.",
        None,
        (60, 90),
    ),
    SampleTalk(
        InteractionType.meeting,
        "Planning the trip with {person}",
        "Two days in Suzhou, one in Ningbo. Interpreter is booked.",
        None,
        (30, 45),
    ),
    SampleTalk(
        InteractionType.session,
        "Trademark protection before showing {product}",
        "China is first to file. File the Chinese trademark now, then show the product. Referred to counsel.",
        None,
        (45, 60),
    ),
    SampleTalk(
        InteractionType.note, "Note on {firm}", "New head of sales since spring; keep the founder copied.", None, (0,)
    ),
)
WITH_HOST = (
    SampleTalk(
        InteractionType.wechat,
        "微信 {person}：{product}",
        "样品已到，先测三天，周五前给反馈。",
        "Samples arrived; they will test for three days and give feedback by Friday.",
        (5, 10),
    ),
    SampleTalk(
        InteractionType.wechat,
        "微信 {person}：报价",
        "希望人民币报价，含税到港价，有效期六十天。",
        "Wants a quote in CNY, delivered to port including tax, valid for 60 days.",
        (5, 10),
    ),
    SampleTalk(
        InteractionType.call,
        "Call with {person}",
        "业主预算已经批准，国产化比例不低于百分之四十。",
        "The owner's budget is approved; at least 40% local content.",
        (15, 20, 30),
    ),
    SampleTalk(
        InteractionType.call,
        "Call with {person}: specification",
        "The specification comes after the review meeting. Asked which standard they use.",
    ),
    SampleTalk(
        InteractionType.meeting,
        "Meeting with {person} on {product}",
        "他们需要中文的校准证书，希望下个月安排现场演示。",
        "They need calibration certificates in Chinese and want a demonstration on site next month.",
        (40, 50, 60),
    ),
    SampleTalk(
        InteractionType.email,
        "{person} sends the tender notice",
        "投标截止日期提前三天，问题须在本周四前提出。",
        "The bid deadline moved up three days; questions are due this Thursday.",
        (5, 10),
    ),
    SampleTalk(
        InteractionType.meeting,
        "Supplier registration at {firm}",
        "Registration needs the business license, a capability statement in Chinese and two references.",
        None,
        (30, 40),
    ),
    SampleTalk(
        InteractionType.wechat,
        "微信 {person}：节日问候",
        "中秋节问候，约定节后通话。",
        "Mid-Autumn Festival greetings; agreed to call after the holiday.",
        (5,),
    ),
    SampleTalk(
        InteractionType.visit,
        "Visit to {firm}",
        "Saw the control room and the pilot site. The bureau makes the decision.",
        None,
        (60, 90),
    ),
)
INTRODUCED = SampleTalk(
    InteractionType.introduction,
    "Introduced {person} to {firm}",
    "双方交换名片，约定两周内视频会议。",
    "Exchanged business cards; agreed to a video meeting within two weeks.",
    (20, 30, 40),
)
WITH_POST = (
    SampleTalk(
        InteractionType.call,
        "Call with {person}",
        "Went through the project list for the district. Two are ready for suppliers.",
    ),
    SampleTalk(
        InteractionType.email,
        "Lead from {person}",
        "The owner is looking for {product}; the prime has not been named yet.",
        None,
        (5, 10),
    ),
    SampleTalk(
        InteractionType.meeting,
        "Reception at {firm}",
        "Met the bureau and two primes. {person} will introduce us.",
        None,
        (60, 90),
    ),
)
FOLLOW_UP_TEXTS: tuple[tuple[FollowUpSide, str], ...] = (
    (FollowUpSide.we, "Send {person} the data sheet for {product} in Chinese"),
    (FollowUpSide.we, "Call {person} about the samples"),
    (FollowUpSide.we, "Send a quote for {product} in CNY"),
    (FollowUpSide.we, "Write an HS code note for {product}"),
    (FollowUpSide.we, "Book an interpreter for {person}"),
    (FollowUpSide.we, "Introduce {person} to the consulate"),
    (FollowUpSide.we, "Check the trademark for {product} in China"),
    (FollowUpSide.we, "Send the export checklist to {person}"),
    (FollowUpSide.they, "Specification from {person}"),
    (FollowUpSide.they, "Test results for {product} from {person}"),
    (FollowUpSide.they, "Signed NNN from {person}"),
    (FollowUpSide.they, "Last year's sales figures from {person}"),
    (FollowUpSide.they, "Tender documents from {person}"),
    (FollowUpSide.they, "Purchase order from {person}"),
    (FollowUpSide.idea, "Show {product} to {person} at the next trade show"),
    (FollowUpSide.idea, "Ask {person} about sister plants"),
)
RESULTS = ("Done by email", "Done, they confirmed", "Talked, agreed on the next step", "已完成", "Sent", "Received")
