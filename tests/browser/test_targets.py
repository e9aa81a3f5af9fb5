"""Targets of the main pages are large enough for a thumb, measured by the rules of WCAG 2.5.8."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from flask import Flask
from playwright.sync_api import Page

from crm.core.data.base import db
from tests.factories import client_of, person
from tests.factories.opportunities import make_opportunity, step
from tests.fixtures.browser import Live, enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
SMALL = """() => {
const LEAST = 23.5;
// Hidden visually only: inside of an element of one pixel.
const isHidden = part => part !== document.body && (part.clientWidth === 1 || isHidden(part.parentElement));
const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter(target => target.checkVisibility({ visibilityProperty: true }))
  .map(target => {
    const label = target.matches("[type=checkbox], [type=radio]") && (target.closest("label") ?? target.labels?.[0]);
    const boxes = [target, label || target].map(part => part.getBoundingClientRect());
    const box = new DOMRect(Math.min(...boxes.map(b => b.left)), Math.min(...boxes.map(b => b.top)));
    box.width = Math.max(...boxes.map(b => b.right)) - box.left;
    box.height = Math.max(...boxes.map(b => b.bottom)) - box.top;
    return { target, box, x: box.left + box.width / 2, y: box.top + box.height / 2 };
  })
  .filter(({ target, box }) => box.width > 2 && box.height > 2 && !isHidden(target));
const isSmall = ({ box }) => box.width < LEAST || box.height < LEAST;
const isInline = ({ target }) => {
  if (getComputedStyle(target).display !== "inline") return false;
  const block = target.parentElement.closest(":not(span, b, em, strong, small, i)");
  return block.innerText.trim().length > target.innerText.trim().length;
};
const distance = ({ x, y }, { box }) => Math.hypot(
  Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
const isCrowded = one => targets.some(other => other.target !== one.target
  && !other.target.contains(one.target) && !one.target.contains(other.target)
  && (isSmall(other) ? Math.hypot(one.x - other.x, one.y - other.y) < 24 : distance(one, other) < 12));
return targets.filter(one => isSmall(one) && !isInline(one) && isCrowded(one))
  .map(({ target, box }) => `${Math.round(box.width)} x ${Math.round(box.height)} ${target.outerHTML.slice(0, 100)}`);
}"""
"""Targets below 24 x 24 px that aren't in a text, and whose circle of 24 px touches another target."""
PAGES = (
    "/",
    "/people/",
    "/organizations/",
    "/projects/",
    "/opportunities/board",
    "/opportunities/",
    "/interactions/",
    "/interactions/new",
    "/inquiries/new",
    "/shows/",
    "/followups/?whose=me",
    "/reports/pipeline",
    "/imports/new",
    "/mail/",
    "/profile",
    "/help",
)


@pytest.fixture
def record_pages(live: Live) -> list[str]:
    """Give the pages of a client, a person and an opportunity with follow-ups; the same for all tests of a database."""
    return _make_pages(live.app)


@cache
def _make_pages(app: Flask) -> list[str]:
    with app.app_context():
        anna = make_people(["anna"])["anna"]
        client = client_of("Inland", "Wideberth Pumps", counselor=anna)
        limin = person("Wideberth", "Limin", organization=client, family_native="周", given_native="立民")
        row = make_opportunity(client, "Pumps for wide berths", days=90, counselor=anna)
        for number in range(3):
            step(row, date(2031, 1, 6 + number), f"Wideberth step {number}", counselor_id=anna.id)
        pages = [f"/organizations/{client.id}", f"/people/{limin.id}", f"/opportunities/{row.id}"]
        pages += [f"/people/{limin.id}/edit", f"/records/{limin.id}/history"]
        db.session.commit()
    return pages


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_targets_of_the_main_pages_have_24_pixels_or_room(page: Page, record_pages: list[str], width, height) -> None:
    enter(page, "anna")
    page.set_viewport_size({"width": width, "height": height})
    small = {}
    for path in (*PAGES, *record_pages):
        page.goto(path)
        small[path] = page.evaluate(SMALL)
    assert {path: targets for path, targets in small.items() if targets} == {}


def test_buttons_on_a_phone_are_40_pixels_high(page: Page, record_pages: list[str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, "anna")
    for address in ("/", "/opportunities/board", *record_pages):
        page.goto(address)
        buttons = page.locator("main :is(.btn, .seg, summary):visible").all()
        heights = {button.inner_text(): box["height"] for button in buttons if (box := button.bounding_box())}
        assert {text: height for text, height in heights.items() if height < 40} == {}, address


def test_boxes_of_a_list_on_a_phone_are_24_pixels_wide(page: Page, record_pages: list[str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, "anna", "/organizations/")
    boxes = [page.locator("[data-select-all]").bounding_box(), page.locator("[data-select]").first.bounding_box()]
    assert [(box["width"], box["height"]) for box in boxes if box] == [(24, 24), (24, 24)]


def test_links_of_records_on_a_phone_are_24_pixels_high(page: Page, record_pages: list[str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, "anna")
    for address in record_pages[:3]:
        page.goto(address)
        links = page.locator("main :is(.rows, .ev, .props, .sub) a:visible").all()
        heights = {link.inner_text(): box["height"] for link in links if (box := link.bounding_box())}
        assert heights
        assert {text: height for text, height in heights.items() if height < 23.5} == {}, address
