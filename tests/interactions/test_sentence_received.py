"""Emails that the other side wrote: they were reached."""

import pytest

from crm.interactions.policy import InteractionOutcome, InteractionType
from crm.interactions.sentence import ChipKind
from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine
RECEIVED = (
    "email from Tom",
    "email from Tom 11/30",
    "Email from Zhou: samples passed",
    "got an email from Tom Okafor, wants a quote",
    "rcvd email from tom okafor re payment terms",
    "just got an email back from Zhou Limin",
    "today received an email from zhou limin, reply by fri",
    "tom okafor emailed me back, ok",
    "Tom emailed, wants a quote",
    "Tom emailed about the visit",
    "Zhou Limin wrote back, will join",
    "Zhou Limin wrote to us that the samples passed",
    "Tom and Zhou emailed back",
    "收到周立民的邮件，周四前回复",
    "收到周立民邮件，图纸有问题",
    "今天收到了周立民发来的邮件",
    "收到周立民来信，要三份样品",
    "周立民发来邮件，同意报价",
    "周立民来信说样品合格",
    "周立民今天来信了",
    "昨天周立民发邮件过来",
    "刚收到周立民的回信",
)
NOT_RECEIVED = (
    "no email from Zhou yet",
    "emailed Zhou the brochure 10m",
    "email to Zhou about tariffs",
    "email Zhou",
    "emailed Tom the email from Zhou",
    "sent Li Hui the email from Zhou",
    "forwarded Tom's email to Zhou",
    "email from me to Zhou",
    "waiting for an email from Zhou",
    "no reply to my email from Tom",
    "email from Tom needed by Friday",
    "email from Tom due Fri",
    "email from Tom to Zhou, cc me",
    "email from Tom?",
    "Tom emailed Zhou the quote",
    "I emailed Tom back",
    "we wrote back to Tom",
    "wrote back to Zhou, price ok",
    "Tom was emailed the quote",
    "emailed Tom about the email from Zhou",
    "email from our office to Tom",
    "email campaign, Tom",
    "Tom's email bounced",
    "got Tom's email address",
    "给周立民发了邮件，附上报价单",
    "发邮件给周立民，介绍产品",
    "周立民收到邮件了",
    "周立民没收到邮件",
    "没收到周立民的邮件",
    "还没收到周立民的邮件",
    "收到我们的邮件后周立民会回复",
    "等周立民的邮件",
    "请周立民发邮件来",
    "周立民收到了我们的邮件",
    "收到周立民的邮件了吗",
    "收到周立民的邮件地址",
    "给周立民回信了",
    "周立民发邮件给李慧",
    "转发周立民的邮件给李慧",
)


@pytest.mark.parametrize("text", RECEIVED)
def test_received_email_is_contact(text):
    draft = read_text(text)
    assert (draft.first(ChipKind.kind), draft.reached) == (InteractionType.email, InteractionOutcome.talked)


@pytest.mark.parametrize("text", NOT_RECEIVED)
def test_other_email_is_no_contact(text):
    draft = read_text(text)
    is_email = draft.first(ChipKind.kind) is InteractionType.email
    assert not (is_email and draft.reached is InteractionOutcome.talked)


def test_outcome_that_is_given_counts():
    assert read_text("email from Tom, no answer to my call").reached is InteractionOutcome.no_answer
