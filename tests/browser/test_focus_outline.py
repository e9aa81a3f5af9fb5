"""The outline of the focused link or field is visible: no box around it cuts it off."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page

from crm.core.data.base import db
from tests.factories import client_of, person
from tests.factories.opportunities import make_opportunity, step
from tests.fixtures.browser import Live, enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
CUT = """() => {
const isCut = field => {
  field.focus({ focusVisible: true, preventScroll: true });
  const style = getComputedStyle(field), box = field.getBoundingClientRect();
  if (document.activeElement !== field || style.outlineStyle === "none" || box.width < 3) return false;
  const size = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset) - 0.5;
  const parents = [];
  for (let part = field.parentElement; part; part = part.parentElement) parents.push(part);
  const frames = parents.filter(part => ["hidden", "clip"].includes(getComputedStyle(part).overflowY))
    .map(part => part.getBoundingClientRect());
  return frames.some(frame => box.top - size < frame.top - 0.5)
    && frames.some(frame => box.bottom + size > frame.bottom + 0.5);
};
const fields = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
return fields.filter(field => field.checkVisibility({ visibilityProperty: true }) && isCut(field))
  .map(field => field.outerHTML.slice(0, 120));
}"""
"""Focusable elements whose outline is cut off above and below."""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (320, 640)])
def test_no_box_cuts_off_the_outline_of_the_focus(page: Page, live: Live, width: int, height: int) -> None:
    with live.app.app_context():
        anna = make_people(["anna"])["anna"]
        client = client_of("Inland", f"Outline Pumps {width}", counselor=anna, city="Corona")
        limin = person("Outline", "Limin", organization=client)
        row = make_opportunity(client, "Pumps with an outline", days=90, counselor=anna)
        step(row, date(2026, 1, 6), "Send the outline", counselor_id=anna.id)
        db.session.commit()
        pages = ["/", "/followups/?whose=me", "/people/?q=Outline", "/reports/pipeline", "/search?q=outline"]
        pages += [f"/people/{limin.id}", f"/organizations/{client.id}", f"/opportunities/{row.id}"]
    page.set_viewport_size({"width": width, "height": height})
    enter(page, "anna")
    cut = {}
    for path in pages:
        page.goto(path)
        cut[path] = page.evaluate(CUT)
    assert {path: fields for path, fields in cut.items() if fields} == {}
