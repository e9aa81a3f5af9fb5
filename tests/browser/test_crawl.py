"""The whole demo in a browser, as each of its people: nothing foreign, nothing broken, nothing unreadable."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from crm.accounts.demo import PEOPLE
from tests.browser.conftest import pages_for
from tests.fixtures.browser import WATCH_POLICY, Faults, Live, enter, violations
from tests.fixtures.people import sign_in
from tests.laws.sampling import IS_FULL, PARTS, TURN, one_of, part_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
DESK, PHONE = (1440, 900), (390, 844)
WIDTHS = (320, 800, 1024, 1440)
TOO_WIDE = """width => [...document.querySelectorAll("main *, header *")]
  .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest("[class*=scroll], .visually-hidden"))
  .slice(-4).map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`)"""
# Colors change in the dark and room on a phone: both are looked at together; each part by itself is in tests/ui.
IN_THE_DARK_ON_A_PHONE = (
    "color-contrast",
    "scrollable-region-focusable",
    "region",
    "aria-hidden-focus",
    "link-name",
    "button-name",
    "heading-order",
    "target-size",
)
VIEWERS_OF_RUN = one_of(PEOPLE)
"""One user in `make test`, another one with each commit."""
HALVES = 2
"""Every second page of the user in `make test`; there are seven users, so 14 commits in a row open all as each."""
FIRST_VISIT_BYTES, WARM_PAGE_BYTES = 150_000, 20_000
HEADER_BYTES = 1_200
GZIP = {"Accept-Encoding": "gzip"}


def _open(browser: Browser, seeded_app: Live, **more: object) -> BrowserContext:
    context = browser.new_context(
        base_url=seeded_app.url,
        viewport={"width": DESK[0], "height": DESK[1]},
        locale="en-US",
        timezone_id="America/Los_Angeles",
        **more,
    )
    context.set_default_timeout(15_000)
    return context


@pytest.mark.parametrize("viewer", VIEWERS_OF_RUN)
def test_pages_ask_for_nothing_foreign_and_break_nothing(browser, seeded_app, viewer):
    faults, wide, broken = Faults(seeded_app.url), [], []
    context = _open(browser, seeded_app)
    context.add_init_script(WATCH_POLICY)
    context.on("page", faults.watch)
    page = context.new_page()
    page.on("response", lambda r: broken.append((r.url, r.status)) if r.status >= 400 else None)
    enter(page, viewer)
    addresses = pages_for(seeded_app.app, viewer)
    for number, address in enumerate(addresses if IS_FULL else addresses[TURN % HALVES :: HALVES]):
        page.goto(address)
        # Each page opens at the width at which the last one was checked: a change takes as long as a check.
        for width in WIDTHS if number % 2 else reversed(WIDTHS):
            page.set_viewport_size({"width": width, "height": 700})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((address, width, page.evaluate(TOO_WIDE, width)))
    context.close()
    assert len(addresses) > 25
    faults.check()
    assert broken == []
    assert not wide, "\n".join(map(str, wide))


def _load(page: Page, address: str) -> int:
    """Open a page; return the bytes it loads over the network, headers included, without what is cached."""
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108 - playwright marks its handlers
    page.goto(address, wait_until="networkidle")
    sizes = [one.sizes() for one in requests if one.url.startswith("http")]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def test_first_visit_and_warm_page_stay_within_their_bytes(browser, seeded_app):
    contexts = [_open(browser, seeded_app) for _ in range(2)]
    enter(contexts[0].new_page(), "shen")
    contexts[1].add_cookies(contexts[0].cookies())
    first, warm = [_load(contexts[1].new_page(), "/followups/") for _ in range(2)]
    for context in contexts:
        context.close()
    assert 50_000 < first <= FIRST_VISIT_BYTES
    assert 2_000 < warm <= WARM_PAGE_BYTES


@pytest.mark.parametrize("viewer", VIEWERS_OF_RUN)
def test_pages_are_compressed_to_the_bytes_of_a_warm_page(seeded_app, viewer):
    client = seeded_app.app.test_client()
    sign_in(client, f"{viewer}@demo.example")
    addresses = part_of(pages_for(seeded_app.app, viewer))
    sizes = {address: len(client.get(address, headers=GZIP).data) for address in addresses}
    assert {address: size for address, size in sizes.items() if size > WARM_PAGE_BYTES - HEADER_BYTES} == {}


def _look(page: Page, where: str, only: Sequence[str] = ()) -> list[str]:
    return [f"{where}: {rule} {markup[:140]}" for rule, broken in violations(page, only) for markup in broken[:3]]


def _pages_of_both(seeded_app: Live, part: int) -> list[tuple[str, str]]:
    """Who opens what: every page a counselor comes to, and those only an administrator does; one part of them."""
    staff_pages, admin_pages = pages_for(seeded_app.app, "anna"), pages_for(seeded_app.app, "admin")
    more = [a for a in admin_pages if a not in staff_pages and a.startswith(("/users", "/teams", "/lists", "/mail"))]
    return [*[("anna", a) for a in staff_pages], *[("admin", a) for a in more]][part::PARTS]


@pytest.mark.parametrize("part", one_of(range(PARTS)))
def test_axe_finds_nothing_on_any_page_light_or_dark_wide_or_narrow(browser, seeded_app, part):
    problems: list[str] = []
    for viewer, addresses in groupby(_pages_of_both(seeded_app, part), key=lambda pair: pair[0]):
        context = _open(browser, seeded_app, bypass_csp=True)
        page = context.new_page()
        enter(page, viewer)
        for _viewer, address in addresses:
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
            page.goto(address)
            problems += _look(page, f"{address} light")
            page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            # As tall as the page: what a bar at the bottom covers can be scrolled to, and is no small target.
            tall = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": PHONE[0], "height": max(PHONE[1], tall)})
            problems += _look(page, f"{address} dark phone", IN_THE_DARK_ON_A_PHONE)
        context.close()
    assert not problems, f"{len(problems)} violations:\n" + "\n".join(problems[:80])


def test_today_is_worked_through_by_keys(browser, seeded_app):
    context = _open(browser, seeded_app)
    page = context.new_page()
    enter(page, "anna")
    current = page.locator(".todo[aria-current=true]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(current).to_have_count(1)
    for _ in range(30):
        if current.locator("button[data-key=d]").count():
            break
        page.keyboard.press("j")
    assert page.evaluate("document.activeElement !== document.body && document.activeElement.matches(':focus-visible')")
    title = current.locator("a").first.inner_text()
    page.keyboard.press("d")
    expect(page.locator("[data-toast]").first).to_contain_text(title)
    page.keyboard.press("z")
    expect(current).to_contain_text(title)
    expect(current.locator("a").first).to_be_focused()
    context.close()


def test_palette_finds_a_person_by_initials(browser, seeded_app):
    context = _open(browser, seeded_app)
    page = context.new_page()
    enter(page, "anna")
    page.keyboard.press("Control+k")
    page.keyboard.type("wxm")
    expect(page.locator("#hits [role=option]").first).to_contain_text("Wang")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    context.close()


def test_a_contact_is_logged_without_script(browser, seeded_app):
    context = _open(browser, seeded_app, java_script_enabled=False)
    page = context.new_page()
    enter(page, "anna", "/interactions/new")
    page.wait_for_url("**/interactions/new?uid=*")
    page.fill("[name=subject]", "Told by hand")
    page.locator(".form-foot .btn-main").click()
    if page.locator(".errors").count():
        raise AssertionError(page.locator(".errors").inner_text())
    page.goto("/interactions/?q=Told+by+hand")
    expect(page.locator("main")).to_contain_text("Told by hand")
    context.close()
