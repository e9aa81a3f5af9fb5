"""Every kind of email in a browser with long names in both scripts: nothing is cut off or hard to read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from crm.core.mail.messages import compose, render_mail
from tests.fixtures.browser import violations
from tests.laws.test_mails import CONTEXT

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
LONG = "新疆维吾尔自治区高新技术产业开发区智能水务工程有限公司 欧阳娜娜 Superconducting-Quantum-Magnetometry"
WORD = "ouyang.nana.international.cooperation@intelligent-water-construction-investment.example"
RULES = ("color-contrast", "link-name", "html-has-lang", "document-title", "heading-order", "duplicate-id")


def build_html(kind: str) -> str:
    """Return the HTML of an email as it is sent, with long names for its values."""
    mail = render_mail(kind, "en", **CONTEXT[kind])
    message = compose(
        mail,
        sender="Causeway <crm@center.example>",
        to="anna@demo.example",
        name="Anna",
        date=datetime(2026, 12, 8, tzinfo=UTC),
    )
    body = message_from_bytes(message.mime, policy=policy.default).get_body(("html",))
    return re.sub(r"(?<=>)([^<>]*)\bZq\w+", rf"\1{LONG} {WORD}", body.get_content())


def test_emails_are_readable_in_both_widths_and_themes(browser, live):
    with live.app.test_request_context():
        emails = {kind: build_html(kind) for kind in sorted(CONTEXT)}
    assert all(WORD in html for kind, html in emails.items())
    problems: list[str] = []
    for scheme in ("light", "dark"):
        for width in (600, 360):
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            for kind, html in emails.items():
                page.set_content(html)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    problems.append(f"{kind} {width}: too wide")
                broken = violations(page, RULES)
                problems += [f"{kind} {scheme} {width}: {rule} {markup[0][:120]}" for rule, markup in broken]
            page.close()
    assert not problems, "\n".join(problems)
