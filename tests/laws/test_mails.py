"""Every kind of email renders with strict names, in text and in HTML, with the same content in both."""

from __future__ import annotations

import html
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crm.accounts.export_alerts import Alert, Export
from crm.answers.mails import ReportLine
from crm.answers.outcomes import DoubtfulLine
from crm.checkins.rep_texts import TEXTS as REP_TEXTS
from crm.core.mail.messages import render_mail
from crm.core.mail.outbox.kinds import KINDS
from crm.core.words import _l
from crm.features import load_modules
from crm.feeds.guest_texts import TEXTS as GUEST_TEXTS
from crm.impact.client_texts import ENGLISH
from crm.mailings.reader_texts import find_texts as find_reader_texts
from crm.reminders.details import ParticipantFacts, ReminderFacts
from crm.reminders.digest import DigestLine, DigestSection
from crm.reminders.meeting_lines import MeetingLine


class _User:
    name, email, native_name, language = "Zqname", "zq@example.org", None, "en"


ROOT = Path(__file__).parents[2]
load_modules("mails")


def filled(cls: Any, **defaults: Any) -> Any:
    """Return one of these facts with its own word in each field."""
    values = {f.name: _of_type(str(f.type), f.name) for f in fields(cls)}
    return cls(**values | {name: value for name, value in defaults.items() if name in values})


def _of_type(kind: str, name: str) -> Any:
    if "list" in kind or "tuple" in kind:
        return [f"Zq{name} one", f"Zq{name} two"]
    if "bool" in kind:
        return False
    if "int" in kind:
        return 3
    return _l(f"Zq{name}") if kind == "Lazy" else f"Zq{name}"


DETAILS = filled(ReminderFacts, path="/followups/7", confidential=False, participants=[filled(ParticipantFacts)])
LINES = [filled(DigestLine, links=[("Done", "/followups/7?do=done")])]
REFERRAL = {
    "name": "Zqname",
    "covered": "Zqcovered",
    "note": "Zqquestion",
    "record": "Zqrecord",
    "path": "/referrals/7",
}
CONTEXT: dict[str, dict[str, Any]] = {
    "digest": {
        "blocks": [filled(DigestSection, lines=LINES)],
        "answers_path": "/a/zq",
        "reply_to": "crm+zq@example.org",
        "reply_example": "3 done",
        "headline": "Zqheadline",
        "day": "Zqday",
        "time": "7:00 AM",
        "long_day": "Tuesday",
        "shared_hours": "Zqshared",
        "separate_count": 2,
    },
    "followup_due": {"details": DETAILS, "answers_path": "/a/zq", "reply_to": "crm+zq@example.org"},
    "meeting_tomorrow": {"details": DETAILS, "covered": []},
    "meeting_soon": {"details": DETAILS, "is_today": False, "covered": ["Zqname"]},
    "show_meeting_soon": {
        "show": "Zqshow",
        "day": "Zqday",
        "first": "9:30 AM",
        "path": "/shows/7",
        "lines": [MeetingLine("9:30 AM", "Zqtitle", "Zqdetails")],
        "covered": [],
    },
    "show_tomorrow": {
        "show": "Zqshow",
        "day": "Zqday",
        "first": "9:30 AM",
        "path": "/shows/7",
        "lines": [MeetingLine("9:30 AM", "Zqtitle", "Zqdetails")],
        "covered": ["Zqname"],
    },
    "referral_question": REFERRAL,
    "referral_answer": REFERRAL,
    "referral_closed": REFERRAL,
    "checkin": {
        "texts": REP_TEXTS["en"],
        "values": {"name": "Zqname", "client": "Zqclient", "day": "Zqday"},
        "link": "http://localhost/check-in/zq",
        "stop_link": "http://localhost/check-in/zq/stop",
    },
    "mailing": {
        "subject": "Zqsubject",
        "body": "Zqbody\n\nZqline",
        "paragraphs": [["Zqbody"], ["Zqline"]],
        "texts": find_reader_texts("en"),
        "values": {"center": "Zqcenter"},
        "postal_address": "Zqpostal",
        "link": "http://localhost/unsubscribe/zq",
    },
    "cover_notice": {"name": "Zqname", "from_day": "Zqfrom", "to_day": "Zqto"},
    "calendar_invitation": {
        "invitation": SimpleNamespace(
            summary="Zqsummary", location="Zqlocation", message="Zqmessage", sequence=1, canceled_at=None
        ),
        "texts": GUEST_TEXTS["en"],
        "values": {"organizer": "Zqorganizer", "item": "Zqsummary", "day": "Zqwhen"},
        "is_update": True,
        "when": "Zqwhen",
    },
    "invitation": {"user": _User(), "by": "Zqby", "link": "http://localhost/invitation/zq", "days": 7},
    "export_alert": {
        "alert": Alert(7, "Zqname", 6000, 40, [Export(datetime(2026, 3, 9, tzinfo=UTC), "zqfile.csv", 6000)]),
        "link": "http://localhost/security-log/?user=7",
    },
    "security_notice": {
        "user": _User(),
        "notice": SimpleNamespace(label="Zqlabel", sentence="Zqsentence"),
        "detail": "Zqdetail",
        "codes_left": 3,
        "happened_at": datetime(2026, 12, 8, tzinfo=UTC),
        "zone": "Asia/Shanghai",
        "device": "Zqdevice",
        "address": "Zqaddress",
    },
    "impact_survey": {
        "texts": ENGLISH,
        "values": {name: f"Zq{name}" for name in ("center", "name", "client", "period", "day")},
        "note": "Zqnote",
        "link": "http://localhost/milestones/survey/zq",
    },
    "reports": {
        "interval": "Zqinterval",
        "reports": [
            {
                "title": "Zqtitle",
                "period": "Zqperiod",
                "answer": "Zqanswer",
                "figures": [("Zqlabel", "7")],
                "path": "/reports/zq",
            }
        ],
        "settings_path": "/reports/dashboard/edit",
    },
    "reply_report": {
        "answered": [ReportLine("3", "Zqtitle", "Zqsummary", "/a/undo")],
        "doubts": [DoubtfulLine("4", "Zqtext", "Zqreason")],
        "path": "/a/zq",
        "reply_to": "crm+zq@example.org",
    },
    "password_reset": {"user": _User(), "link": "http://localhost/reset/zq", "hours": 2},
}
"""The values for each kind's templates: add a line for a new kind."""


def test_every_kind_has_templates_and_sample_data():
    folders = {f.name for f in (ROOT / "templates/email").iterdir() if f.is_dir() and not f.name.startswith("_")}
    kinds = {kind for kind in KINDS if not kind.startswith("test_")}
    """Without the kinds that the outbox's own tests declare."""
    assert folders == kinds == set(CONTEXT)


def _words(page: str) -> str:
    body = re.sub(r"<(style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def _facts(text: str) -> set[str]:
    """Return the words of facts; the text version writes its headings in capitals."""
    return {word.lower() for word in re.findall(r"zq\w+(?: one| two)?", text, re.IGNORECASE)}


@pytest.mark.parametrize("kind", sorted(CONTEXT))
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_text_and_html_have_the_same_content(application, kind):
    with application.app.test_request_context():
        message = render_mail(kind, "en", **CONTEXT[kind])
    text_facts, html_facts = _facts(f"{message.subject} {message.text}"), _facts(_words(message.html))
    assert text_facts
    assert text_facts == html_facts
    assert set(re.findall(r"https?://[^\s<>\"')]+", message.text)) <= set(
        re.findall(r'href="([^"]+)"', html.unescape(message.html))
    )
    assert (
        re.findall(r"\bNone\b|Undefined|Lazy\(|\{\{|%\(", message.subject + message.text + _words(message.html)) == []
    )
    assert message.subject.strip()
    assert "\n" not in message.subject
    # Line breaks around a block of a template are easily lost.
    assert re.findall(r"\w[.!?][A-Z]\w+ ", f"{message.text} {re.sub('<[^>]+>', '', message.html)}") == []
    assert all(line.count("http") < 2 for line in message.text.splitlines())


@pytest.mark.parametrize("kind", sorted(CONTEXT))
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_buttons_say_what_they_open(application, kind):
    with application.app.test_request_context():
        message = render_mail(kind, "en", **CONTEXT[kind])
    buttons = [_words(part).split() for part in re.findall(r'<div class="b">(.*?)</div>', message.html, re.DOTALL)]
    assert all(words != ["Open"] and words[-1] != "Open" for words in buttons)
    assert "Open  " not in message.text


def test_phone_and_dark_mode_rules_override_inline_styles():
    layout = (ROOT / "templates/email/_ui/layout.html").read_text()
    rules = re.findall(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", layout)
    assert len(rules) == 2
    for rule in rules:
        declared = re.findall(r"[a-z-]+: ?[^:;{}]+(?=[;}])", rule.partition("{")[2])
        assert declared
        assert [d for d in declared if not d.strip().endswith("!important")] == []


@pytest.mark.parametrize("kind", sorted(CONTEXT))
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_kind_refuses_an_undefined_variable(application, kind):
    from jinja2 import UndefinedError

    with application.app.test_request_context(), pytest.raises(UndefinedError):
        render_mail(kind, "en")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["followup_due", "meeting_tomorrow"])
def test_confidential_email_reveals_nothing(application, kind):
    facts = ReminderFacts(
        title="Zqtitle",
        path="/followups/7",
        confidential=True,
        person="Zqperson",
        last_note="Zqlast",
        organization="Zqfirm",
    )
    with application.app.test_request_context():
        message = render_mail(kind, "en", **CONTEXT[kind] | {"details": facts})
    text = message.subject + message.text + message.html
    assert "/followups/7" in text
    assert re.findall("Zq(?:person|last|firm|title)", text) == []
