"""The search box in a browser while answers are slow or fail."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_closed_palette_opens_no_result_that_arrives_later(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    page.locator("#hits [role=option]").first.wait_for()
    answers = []
    page.route("**/search?*part=records", lambda route: answers.append(route))  # noqa: PLW0108 - a built-in is refused
    with page.expect_request("**/search?q=wang*"):
        page.keyboard.type("wang")
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    answers[0].continue_()
    page.wait_for_timeout(500)
    assert page.url.endswith("/")


def test_palette_says_below_the_records_that_interactions_did_not_arrive(page):
    page.goto("/")
    page.route("**/search?*part=rest", lambda route: route.abort())
    page.keyboard.press("Control+k")
    page.keyboard.type("wang steel")
    expect(page.locator("#hits .empty")).to_contain_text("didn't respond")
    expect(page.locator("#hits [role=option]")).to_have_text([re.compile("Wang X"), re.compile("Wangxin")])
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Wang X")


def test_enter_after_a_search_that_failed_searches_again(page):
    page.goto("/")
    page.route("**/search?*part=records", lambda route: route.abort())
    page.keyboard.press("Control+k")
    page.keyboard.type("wang")
    expect(page.locator("#hits .empty")).to_contain_text("didn't respond")
    page.unroute("**/search?*part=records")
    with page.expect_request("**/search?q=wang&part=records"):
        page.keyboard.press("Enter")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Wang X")
    assert page.url.endswith("/")


def test_enter_on_results_opens_one_though_interactions_did_not_arrive(page):
    page.goto("/")
    page.route("**/search?*part=rest", lambda route: route.abort())
    page.keyboard.press("Control+k")
    page.keyboard.type("wang steel")
    expect(page.locator("#hits .empty")).to_contain_text("didn't respond")
    href = page.locator("[role=option][aria-selected=true]").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{href}")
