"""Pages with texts that break programs, in a real browser: no script of theirs runs and no dialog opens."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.records.services import set_tags
from tests.factories import client_of, organization, person
from tests.fixtures.browser import enter
from tests.fixtures.naughty import GROUPS

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
TEXTS = [*GROUPS["markup"], *GROUPS["templates"], *GROUPS["directions"]]
MADE = "main iframe, main math, main [onload], main [onerror], main [onfocus], main [onmouseover], main [ontoggle]"
"""Elements that only the texts could make."""
COUNT_RUNS = """window.runs = 0;
for (const name of ["alert", "confirm", "prompt", "msgbox"]) window[name] = () => { window.runs += 1; };"""


def add_records() -> list[str]:
    """Create records with the texts in names, titles, notes and tags; return the addresses of their pages."""
    mill = organization('"><script>alert(1)</script>', "<svg/onload=alert(1)>", city="' onmouseover='alert(1)")
    # Two of the same name, which can be merged.
    first, second = (client_of("Inland", "<img src=x:x onerror=alert(1)>", city=city) for city in TEXTS[:2])
    people = [
        person(text[:80], TEXTS[-n][:80], organization=mill, title=text[:120], note="\n".join(TEXTS), read_first=text)
        for n, text in enumerate(TEXTS[:6], 1)
    ]
    set_tags(people[0], "<svg onload=alert(1)>, {{ 7*7 }}")
    db.session.commit()
    pages = [f"/people/{row.id}" for row in people] + [f"/organizations/{mill.id}"]
    more = [f"/people/{people[0].id}/edit", f"/records/{people[0].id}/history", f"/merge?a={first.id}&b={second.id}"]
    return [*pages, *more]


def test_naughty_texts_run_no_script_and_open_no_dialog(page, live):
    with live.app.app_context():
        addresses = add_records()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.add_init_script(COUNT_RUNS)
    enter(page, "anna")
    lists = ["/people/", "/organizations/", "/tags/", "/", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E"]
    for address in [*addresses, *lists]:
        answer = page.goto(address, wait_until="load")
        assert answer.status == 200, address
        assert (page.evaluate("window.runs"), page.locator(MADE).count()) == (0, 0), address
    page.keyboard.press("Control+k")
    page.keyboard.type("<script>alert")
    page.locator("#hits [role=option]").first.wait_for()
    assert (page.evaluate("window.runs"), dialogs) == (0, [])
