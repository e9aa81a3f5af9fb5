"""Unsubscribing by the link in an email: one button, one click in the mail program, nothing by forged links."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa

from crm.core.data.history import Change
from crm.core.mail.outbox.models import Mail
from crm.mailings.queries import load_texts
from crm.mailings.services import start_mailing
from crm.records.opt_outs import find_opt_outs


@pytest.fixture
def link(session, anna, zhou, template, run):
    """Return the path of the link in a mailing to Zhou."""
    start_mailing(anna, [zhou.id], load_texts(template.id), title="Samples")
    run()
    text = session.scalars(sa.select(Mail.text).where(Mail.kind == "mailing")).one()
    return re.search(r"/unsubscribe/\w+", text)[0]


def action_in(page: str, path: str) -> str:
    return urljoin(path, html.unescape(re.search(r'<form method="post"\s+action="([^"]+)"', page)[1]))


def stopped(session) -> set[str]:
    session.expire_all()
    return find_opt_outs(["zhou@huadong.example"])


def test_unsubscribing_needs_one_button_and_can_be_undone(client, session, link):
    page = client.get(link)
    assert page.status_code == 200
    assert len(page.data) < 20_000
    assert '<html lang="zh-Hans">' in page.text
    assert "确定退订吗？" in page.text
    assert "z…@huadong.example" in page.text
    assert [word for word in ("<script", "zhou@", "Limin", "立民", "Causeway") if word in page.text] == []
    for _scan in range(2):
        client.get(link)
        client.head(link)
    assert stopped(session) == set()
    assert client.post(link, data={"do": "stop"}).status_code == 303
    assert stopped(session) == {"zhou@huadong.example"}
    assert "退订成功" in client.get(link).text
    assert "unsubscribed" in client.get(f"{link}?lang=en").text
    assert "退订成功" in client.get(f"{link}?undo=1").text
    page = client.post(link, data={"do": "undo"}, follow_redirects=True).text
    assert "已恢复订阅" in page
    assert "确定退订吗？" not in page
    assert stopped(session) == set()
    in_english = html.unescape(re.search(r'hreflang="en" href="([^"]+)"', page)[1])
    assert "You are subscribed again" in client.get(urljoin(link, in_english)).text


def test_page_unsubscribes_and_undoes_in_a_browser_without_cookies(app, session, link, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = app.test_client(use_cookies=False)
    path = f"{link}?lang=zh_Hant"
    page = client.get(path).text
    answer = client.post(action_in(page, path), data={"do": "stop"}, follow_redirects=True)
    assert (answer.status_code, "已取消訂閱" in answer.text) == (200, True)
    assert stopped(session) == {"zhou@huadong.example"}
    # A new language of this page, and its button, lead on from the address of the form.
    assert "退订成功" in client.get(action_in(page, path).replace("zh_Hant", "zh_Hans"), follow_redirects=True).text
    assert "已恢復訂閱" in client.post(action_in(answer.text, path), data={"do": "undo"}, follow_redirects=True).text
    assert stopped(session) == set()


def test_mail_programs_unsubscribe_with_one_click(client, session, link):
    assert [client.get(f"{link}/one-click").status_code, client.head(f"{link}/one-click").status_code] == [303, 303]
    assert stopped(session) == set()
    for _again in range(2):
        answer = client.post(f"{link}/one-click", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert stopped(session) == {"zhou@huadong.example"}


def test_forged_links_reveal_and_change_nothing(client, session, link):
    changes = session.scalar(sa.select(sa.func.count()).select_from(Change))
    for token in ("no-such", link[-24:-1] + ("a" if link[-1] != "a" else "b"), "a" * 24):
        for path in (f"/unsubscribe/{token}", f"/unsubscribe/{token}/one-click"):
            assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]
    assert stopped(session) == set()
    assert session.scalar(sa.select(sa.func.count()).select_from(Change)) == changes


@pytest.mark.parametrize(
    ("languages", "tag"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-CN,en;q=0.5", "zh-Hans"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-Hans-CN,en;q=0.9", "zh-Hans"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_wrong_link_is_explained_in_the_language_of_the_browser(client, languages, tag):
    page = client.get("/unsubscribe/no-such", headers={"Accept-Language": languages})
    assert (page.status_code, f'<html lang="{tag}">' in page.text) == (404, True)
