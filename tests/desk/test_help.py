"""Help is reachable from every page, with or without signing in."""

from __future__ import annotations

import re

import pytest

from crm.desk.help import SECTIONS

pytestmark = pytest.mark.usefixtures("people")
OWN_LINKS = ("/profile/digest", "/profile/reminders")


def test_guest_reads_help_without_links_that_need_an_account(client):
    answer = client.get("/help")
    assert answer.status_code == 200
    for section in SECTIONS:
        assert f'id="{section.anchor}"' in answer.text
        assert [str(term) for term, _text in section.entries if str(term) not in answer.text] == []
    assert [link for link in OWN_LINKS if link in answer.text] == []
    assert "First steps" not in answer.text
    assert 'href="/login"' in answer.text


def test_user_reads_help_with_first_steps_keys_and_links_to_own_reminders(client):
    page = client.login_as("anna").get("/help").text
    assert [link for link in OWN_LINKS if f'href="{link}"' not in page] == []
    assert "0 of 3 done" in page
    assert '<section class="sec hide-p" id="keys">' in page
    assert page.count("<kbd>") > 20
    anchors = re.findall(r'href="#([a-z-]+)"', page)
    assert len(anchors) > 5
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []


@pytest.mark.parametrize("path", ["/login", "/reset", "/no-such-page"])
def test_pages_without_sign_in_link_to_help(client, path):
    assert 'href="/help"' in client.get(path).text


@pytest.mark.parametrize("path", ["/", "/people/", "/interactions/new", "/profile", "/opportunities/board", "/help"])
def test_pages_offer_help_log_and_new_at_the_top_and_in_the_bar_of_phones(client, path):
    page = client.login_as("anna").get(path).text
    top, bar = page.split('<header class="topbar">')[1].split("</header>")[0], page.split('<nav class="bottombar"')[1]
    for part in (top, bar.split("</nav>")[0]):
        assert 'href="/help"' in part
        assert 'href="/interactions/log"' in part
        assert 'href="/people/new"' in part


def test_new_menu_has_its_forms_below_headings(client):
    page = client.login_as("anna").get("/help").text
    menu = page.partition('<div class="menu pop-end">')[2].partition("</div>")[0]
    lines = [re.sub("<[^>]+>", "", line).strip() for line in re.findall(r"<(?:p|a) .*?</(?:p|a)>", menu, re.DOTALL)]
    headings = [lines.index(heading) for heading in ("Log or plan", "Add a record", "More")]
    forms = [lines.index(form) for form in ("Quick log", "Person", "Milestone")]
    assert forms == [heading + 1 for heading in headings]
    assert headings == sorted(headings)
    assert headings[0] == 0
