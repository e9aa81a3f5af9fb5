"""What an incoming email is: automatic, a report on a delivery, for good or not; and who handles it."""

from __future__ import annotations

import pytest

from crm.core.policy import Actor, Role
from crm.inbox.policy import is_automatic, is_delivery_report, is_permanent, may_handle

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ({"auto-submitted": "auto-replied"}, "Re: samples"),
        ({"precedence": "Bulk "}, "Newsletter"),
        ({"x-autoreply": "yes"}, "Re: samples"),
        ({"return-path": " <> "}, "Re: samples"),
        ({}, "Out of office: back Monday"),
        ({}, " 自动回复：样品"),
        ({}, "Automatic reply: samples"),
        ({}, "Auto-Reply"),
        ({}, "AutoReply Re: samples"),
        ({}, "外出时的自动答复: 样品"),
        ({}, "自動回覆：樣品"),
        ({}, "外出：样品"),
        ({}, "不在辦公室"),
        ({}, "Automatic reply - out until Monday"),
        ({}, "Automatic reply to your email"),
        ({}, "Auto Reply | Zhang"),
        ({}, "Autoreply, I am away"),
        ({}, "Automatic response: samples"),
        ({}, "自动回复我在休假"),
        ({}, "自动回复 - 系统维护"),
        ({}, "【自动回复】样品"),
        ({}, "[自动回复] 样品"),
        ({}, "[Auto-Reply] samples"),
        ({}, "(Automatic reply) samples"),
        ({}, "外出自动回复：样品"),
        ({}, "休假自动回复"),
        ({}, "来自张伟的自动回复"),
        ({}, "自动应答：样品"),
        ({}, "〔自动回复〕"),
        ({}, "「自動回覆」"),
        ({}, "[外部] 自动回复: x"),
        ({}, "[External] Automatic reply: x"),
        ({}, "出差自动回复"),
        ({}, "度假自动回复"),
        ({}, "Re: [Auto-Reply] x"),
        ({}, "[auto reply]"),
        ({}, "[Automatic reply] samples"),
    ],
)
def test_automatic_emails_are_recognized(headers, subject):
    assert is_automatic(headers, subject)


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ({}, "Re: samples"),
        ({}, "外出考察安排"),
        ({}, "Automatic response valves, quotation"),
        ({}, "Auto reply system for Ningbo"),
        ({}, "Auto-reply-system for Ningbo"),
        ({}, "Automatic response to low pressure"),
        ({}, "自动回复系统报价"),
        ({}, "自動回覆機器人報價"),
        ({}, "【自动回复系统】报价"),
        ({}, "[Auto reply system] quotation"),
        ({}, "自动应答机报价"),
        ({}, "[auto reply] button samples"),
        ({}, "Auto-Response [valve] quotation"),
        ({}, "auto reply] button samples"),
        ({}, "[外部] 自动回复系统报价"),
        ({}, "[External] samples"),
        ({}, "Re: Automatic reply: samples"),
        ({}, "来自张伟的样品"),
        ({}, "休假安排"),
        ({"auto-submitted": "no"}, "Re: samples"),
        ({"precedence": "first-class", "return-path": "<li@huayue.example>"}, "Office moved"),
    ],
)
def test_emails_of_people_are_not_automatic(headers, subject):
    assert not is_automatic(headers, subject)


@pytest.mark.parametrize(
    ("content_type", "report_type", "sender", "is_report"),
    [
        ("multipart/report", "Delivery-Status", "mx@huayue.example", True),
        ("multipart/report", "disposition-notification", "li@huayue.example", False),
        ("text/plain", "", "MAILER-DAEMON@huayue.example", True),
        ("text/plain", "delivery-status", "li@huayue.example", False),
    ],
)
def test_reports_on_deliveries_are_recognized(content_type, report_type, sender, is_report):
    assert is_delivery_report(content_type, report_type, sender) is is_report


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [
        ("failed", "5.1.1", True),
        (" Failed", " 5.7.1 ", True),
        ("failed", "5.2.2", False),  # the mailbox is full
        ("failed", "5.2.2 (mailbox full)", False),
        ("failed", "5.1.1 (unknown user)", True),
        ("failed", "4.2.1", False),
        ("delayed", "5.1.1", False),
    ],
)
def test_failures_for_good_are_recognized(action, status, permanent):
    assert is_permanent(action, status) is permanent


@pytest.mark.parametrize(("user_id", "staff", "manager"), [(1, True, True), (2, False, False), (None, False, True)])
def test_emails_are_handled_by_their_user_and_those_of_nobody_by_managers(user_id, staff, manager):
    assert may_handle(Actor(id=1, role=Role.staff), user_id) is staff
    assert may_handle(Actor(id=1, role=Role.manager), user_id) is manager
