"""Pickers by keyboard: Enter takes what is marked, and no typed text is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.ui.test_browser_slow import hold_searches

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def sent_values(page: Page, start: str) -> list[list[str]]:
    sent = page.evaluate("[...new FormData(document.querySelector('form[data-keep]')).entries()]")
    return [pair for pair in sent if pair[0].startswith(start)]


def test_enter_chooses_the_only_new_record_and_sends_nothing(page):
    page.goto("/form")
    owner = page.locator("input#owner")
    owner.fill("Liu Fang")
    page.get_by_role("option", name="Create person “Liu Fang”", selected=True).wait_for()
    owner.press("Enter")
    expect(owner).to_have_value("Liu Fang (new)")
    assert sent_values(page, "owner") == [["owner", "new:person:Liu Fang"]]
    assert page.url.endswith("/form")


def test_enter_marks_the_first_of_several_kinds_of_new_records(page):
    page.goto("/form?clients=1")
    owner = page.locator("input#owner")
    owner.fill("Liu Fang")
    client = page.get_by_role("option", name="Create client “Liu Fang”")
    expect(client).to_have_attribute("aria-selected", "false")
    owner.press("Enter")
    expect(client).to_have_attribute("aria-selected", "true")
    owner.press("ArrowDown")
    owner.press("Enter")
    assert sent_values(page, "owner") == [["owner", "new:person:Liu Fang"]]


def test_enter_before_the_results_does_not_choose_a_new_record_unseen(page):
    page.goto("/form")
    owner = page.locator("input#owner")
    waiting = hold_searches(page, "/pick", "Liu*")
    with page.expect_request("**/pick?q=Liu*"):
        owner.fill("Liu Fang")
    owner.press("Enter")
    waiting.pop().continue_()
    page.get_by_role("option", name="Create person “Liu Fang”", selected=True).wait_for()
    assert sent_values(page, "owner") == [["owner", ""], ["owner-typed", "Liu Fang"]]


def test_control_enter_leaves_a_typed_name_to_the_server(page):
    page.goto("/form")
    page.locator("#title").fill("Call")
    owner = page.locator("input#owner")
    owner.fill("Zhou")
    page.get_by_role("option", name="Create person “Zhou”", selected=True).wait_for()
    with page.expect_request(lambda request: request.method == "POST") as request:
        owner.press("Control+Enter")
    assert "owner-typed=Zhou&" in request.value.post_data


@pytest.mark.parametrize("key", ["Tab", "Escape"])
def test_typed_name_stays_after_the_list_is_closed(page, key):
    page.goto("/form")
    owner = page.locator("input#owner")
    owner.fill("Liu Fang")
    page.get_by_role("option", name="Create person “Liu Fang”").wait_for()
    owner.press(key)
    expect(page.locator(".pick-list [role=option]")).to_have_count(0)
    assert sent_values(page, "owner") == [["owner", ""], ["owner-typed", "Liu Fang"]]


def test_click_into_a_chosen_record_selects_its_name_so_that_typing_replaces_it(page):
    page.goto("/form")
    owner = page.locator("input#owner")
    owner.fill("Liu Fang")
    page.get_by_role("option", name="Create person “Liu Fang”", selected=True).wait_for()
    owner.press("Enter")
    expect(owner).to_have_value("Liu Fang (new)")
    owner.blur()
    owner.click()
    page.keyboard.type("Zhao")
    expect(owner).to_have_value("Zhao")
    owner.click(position={"x": 14, "y": 8})
    page.keyboard.type("Xiao ")
    expect(owner).to_have_value("Xiao Zhao")
