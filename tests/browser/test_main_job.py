"""The main job, from the address book to the manager's report, with a real mail server and the scheduler's process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from crm.core.data.base import db
from tests.browser.journey import find_picker
from tests.fixtures.browser import WATCH_POLICY, Faults, Live, enter, served
from tests.fixtures.databases import ROOT, Databases
from tests.fixtures.people import make_people
from tests.fixtures.smtp import Mailbox, Received

pytestmark = [pytest.mark.browser, pytest.mark.engine_in_turn]
SAMPLES = Path(__file__).parents[1] / "samples"
HERE = ZoneInfo("America/Los_Angeles")
PATIENCE = 60
TITLE = "Send the price for 200 to Zhou"


@pytest.fixture
def place(databases: Databases, engine: str, smtp: Mailbox) -> Iterator[Live]:
    """A server of its own that sends over the test's mail server."""
    with served(databases, engine, CRM_SMTP_URL=smtp.url) as server:
        yield server


@pytest.fixture
def visitor(browser: Browser, place: Live) -> Iterator[Page]:
    """A watched page on that server."""
    # The form asks about a holiday, a weekend or the night in China: a 422 on such days.
    faults = Faults(place.url, allowed=["422"])
    context = browser.new_context(base_url=place.url, viewport={"width": 1440, "height": 900}, locale="en-US")
    # The scheduler starts all jobs at once, beside the first page of a new server.
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH_POLICY)
    context.on("page", faults.watch)
    yield context.new_page()
    context.close()
    faults.check()


@pytest.fixture
def scheduler(place: Live) -> Iterator[subprocess.Popen[bytes]]:
    """The scheduler as an operator runs it, in its own process on the same database, with short waits."""
    names = ("CRM_DATABASE_URL", "CRM_DATA_DIR", "CRM_SECRET_KEY", "CRM_BASE_URL", "CRM_SMTP_URL")
    settings = {name: str(place.app.config[name]) for name in names}
    command = [sys.executable, "-m", "tests.fixtures.quick_scheduler"]
    process = subprocess.Popen(command, cwd=ROOT, env={"PATH": "/usr/bin:/bin"} | settings, stderr=subprocess.DEVNULL)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


def arrange(app: Flask) -> int:
    """Two clients, a prime with two people, an officer at a post, a show, an opportunity of anna's; return its id."""
    from crm.core.policy import SYSTEM
    from crm.shows.services import save_show
    from tests.factories.opportunities import make_opportunity
    from tests.factories.organizations import client_of, post, prime
    from tests.factories.people import person

    with app.app_context():
        anna = make_people(["anna"])["anna"]
        client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
        client_of("Inland", "Bluewater Metering", counselor=anna)
        works, desk = prime("Huadong Water", country="CN"), post("Consulate Hangzhou Desk", country="CN")
        person("Zhou", "Limin", organization=works, family_native="周", given_native="立民", country="CN")
        person("Lu", "Min", organization=works, family_native="卢", given_native="敏", country="CN")
        person("Whitcombe", "Daniel", organization=desk)
        days = {"starts_on": date(2026, 1, 5), "ends_on": date(2026, 1, 7), "zone": "Asia/Shanghai"}
        save_show(SYSTEM, {"name": "Smart City Fair", **days})
        created = make_opportunity(client, "Level sensors, Huadong Water", counselor=anna)
        db.session.commit()
        return created.id


def pick(page: Page, label: str, typed: str, choice: str) -> None:
    """Choose a record in a picker, as a person does: type, then the line that fits."""
    find_picker(page, label).first.fill(typed)
    page.get_by_role("option").filter(has_text=choice).first.click()


def list_follow_up_emails(mailbox: Mailbox) -> list[Received]:
    """The emails about our follow-up."""
    return [m for m in mailbox.messages if TITLE in str(m.message["subject"])]


def wait_for(mailbox: Mailbox) -> Received:
    """Wait until the reminder has come in, a minute at most."""
    until = time.monotonic() + PATIENCE
    while not list_follow_up_emails(mailbox) and time.monotonic() < until:
        time.sleep(0.1)
    assert list_follow_up_emails(mailbox), "the reminder has not come"
    return list_follow_up_emails(mailbox)[0]


def bring(page: Page, file: Path, kind: str | None = None) -> None:
    """Import a file: look at its rows, then confirm."""
    page.goto("/imports/new")
    page.set_input_files("input[type=file]", file)
    if kind:
        page.select_option("select[name=kind]", kind)
    for name in ("Preview rows", "Import"):
        with page.expect_navigation():
            page.get_by_role("button", name=name).first.click()


def test_from_address_book_to_report(visitor: Page, place: Live, smtp: Mailbox, scheduler: object) -> None:
    case_id = arrange(place.app)
    page = visitor
    enter(page, "anna")

    bring(page, SAMPLES / "contacts_csv" / "google_contacts_current.csv")
    page.goto("/people/?q=zhangwei@example.cn")
    expect(page.get_by_role("table")).to_contain_text("张伟")
    bring(page, SAMPLES / "ita_posts.xml")
    page.goto("/organizations/?role=post&q=osaka")
    expect(page.get_by_role("table")).to_contain_text("Osaka")

    log_the_meeting(page)
    expect(page.locator("h1")).to_contain_text("Fair talk")
    expect(page.get_by_role("main")).to_contain_text("Whitcombe")
    expect(page.get_by_role("main")).to_contain_text("Bluewater Metering")

    reminder = wait_for(smtp)
    assert reminder.recipients == ["anna@demo.example"]
    body = reminder.message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert place.url + "/a/" in text

    page.goto("/")
    page.keyboard.press("j")
    item = page.locator(".todo").filter(has_text=TITLE)
    expect(item).to_be_visible()
    while item.get_attribute("aria-current") != "true":
        page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.get_by_role("status").or_(page.locator(".toast-x")).first).to_be_visible()
    expect(page.locator(".todo").filter(has_text=TITLE)).to_have_count(0)

    page.goto(f"/opportunities/{case_id}/move?to=introduced&next=/opportunities/board")
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="Move").first.click()
    expect(page).to_have_url(place.url + "/opportunities/board")

    page.goto("/")
    page.locator("summary[aria-label*=account]").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    enter(page, "clara", "/reports/pipeline")
    page.locator("a.tile").filter(has_text="Open opportunities").click()
    expect(page.get_by_role("table")).to_contain_text("Level sensors, Huadong Water")
    assert len(list_follow_up_emails(smtp)) == 1


def log_the_meeting(page: Page) -> None:
    """One form: an officer and two of the prime, for two clients, what we and what they promised."""
    page.goto("/interactions/new")
    for typed, choice in (("whitcombe", "Whitcombe"), ("zlm", "Zhou"), ("lumin", "Lu Min")):
        pick(page, "People", typed, choice)
    pick(page, "Related project, opportunity or show", "smart city fair", "Smart City Fair")
    page.get_by_label("Subject").fill("Fair talk about level sensors")
    page.get_by_label("Notes").first.fill("三个样品通过，要两百套的报价")
    page.locator("label", has_text="45").first.click()
    now = datetime.now(HERE)
    fill_promise(page, 0, TITLE, "we", now)
    pick(page, "Client", "tri-valley", "Tri-Valley Sensors")
    add_row(page, "clients")
    find_picker(page, "Client").nth(1).fill("bluewater")
    page.get_by_role("option").filter(has_text="Bluewater Metering").first.click()
    add_row(page, "follow_ups")
    fill_promise(page, 1, "Specification from Ms. Lu", "they", now)
    save(page)
    # On a holiday, a weekend or at night, here or in China, the form asks about the days.
    box = page.locator("[name=confirm_days]").locator("visible=true")
    if box.count():
        box.check()
        save(page)


def save(page: Page) -> None:
    """Save the form, and wait for what follows."""
    with page.expect_navigation():
        page.locator("main form").get_by_role("button", name="Save interaction", exact=True).click()


def add_row(page: Page, name: str) -> None:
    """Add another row of a repeated part."""
    page.locator(f"[data-rows={name}] [data-rows-add]").click()


def fill_promise(page: Page, position: int, title: str, side: str, due: datetime) -> None:
    """Fill one follow-up of the log form, due at this minute."""
    page.locator(f"[name=follow_ups-{position}-title]").fill(title)
    page.locator(f"[name=follow_ups-{position}-due_on]").fill(due.date().isoformat())
    page.locator(f"[name=follow_ups-{position}-due_time]").fill(due.strftime("%H:%M") if side == "we" else "23:59")
    chosen = page.locator(f"[name=follow_ups-{position}-side]")
    if chosen.first.evaluate("e => e.tagName") == "SELECT":
        chosen.select_option(side)
    else:
        page.locator(f"[name=follow_ups-{position}-side][value={side}]").check(force=True)
