"""Two jobs at shows, done by the words on the screen: plan a show and print its day sheet; a show day on a phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.interactions.models import Interaction
from crm.shows.models import Show, ShowMeeting
from crm.shows.services import save_meeting, save_show
from tests.browser.journey import Journey
from tests.factories.organizations import client_of, prime
from tests.factories.people import person
from tests.fixtures.browser import enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

COUNT_PRINTS = "window.printed = 0; window.print = () => { window.printed += 1; }"
NINE_FIFTY = datetime(2026, 3, 11, 1, 50, tzinfo=UTC)
"""9:50 on Wednesday in Suzhou, 6:50 PM on Tuesday in Los Angeles."""
DAY = NINE_FIFTY.date()
GUESTS = (
    ("Sun", "Li", "孙", "丽", time(9, 0)),
    ("Ma", "Jun", "马", "骏", time(9, 20)),
    ("Wang", "Xiaoming", "王", "小明", time(9, 40)),
    ("Li", "Hui", "李", "慧", time(10, 30)),
    ("Zhao", "Jianguo", "赵", "建国", time(13, 30)),
    ("Qian", "Wen", "钱", "文", time(14, 30)),
)


def test_show_is_planned_and_its_day_sheet_printed_in_25_steps(page: Page, live, browser_errors) -> None:
    browser_errors.allowed.append("422")
    with live.app.app_context():
        anna = make_people(["anna"])["anna"]
        for name in ("Clearbrook Sensors", "Bluestone Metering"):
            client_of("Inland", name, counselor=anna)
        for name in ("Huadong Works", "Jiangchuan Digital", "Nanling Grid"):
            prime(name, country="CN")
        db.session.commit()
    enter(page, "anna")
    page.add_init_script(COUNT_PRINTS)
    job = Journey(page, "Plan a show, register two clients, three meetings with a clash, print the day sheet")
    job.click("link", "Shows")
    job.click("link", "Add show", within=page.get_by_role("main"))
    job.fill("Name", "Suzhou Water Fair")
    job.fill("First day", "2027-04-06")
    last_day = page.get_by_label("Last day")
    expect(last_day).to_have_value("2027-04-06")
    assert last_day.get_attribute("min") == "2027-04-06"
    job.fill("Last day", "2027-04-08")
    page.get_by_label("First day").fill("2027-04-06")
    expect(last_day).to_have_value("2027-04-08")
    job.click("button", "Add show")
    job.click("link", "Participants")
    job.pick("Clients or people", "clearbrook", "Clearbrook Sensors")
    job.pick("Clients or people", "bluestone", "Bluestone Metering")
    job.click("button", "Add participants")
    expect(page.get_by_role("main")).to_contain_text("Bluestone Metering")
    job.click("link", "Meeting", within=page.get_by_role("main"), exact=True)
    job.fill("Local time", "10:00")
    job.pick("Client", "clearbrook", "Clearbrook Sensors")
    job.pick("Organization to meet", "huadong works", "Huadong Works")
    job.click("button", "Save and add another")
    job.pick("Organization to meet", "jiangchuan digital", "Jiangchuan Digital")
    job.click("button", "Save and add another")
    job.fill("Local time", "10:15")
    job.pick("Organization to meet", "nanling grid", "Nanling Grid")
    job.click("button", "Add meeting", exact=True)
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Anna Reyes meets Clearbrook Sensors and Huadong Works at 10:00 AM.")
    expect(problem).to_contain_text("Anna Reyes meets Clearbrook Sensors and Jiangchuan Digital at 10:30 AM.")
    job.fill("Local time", "11:00")
    job.click("button", "Add meeting", exact=True)
    job.click("link", "Day sheet")
    sheet = page.get_by_role("article")
    for name in ("Huadong Works", "Jiangchuan Digital", "Nanling Grid"):
        expect(sheet).to_contain_text(name)
    expect(page.locator(".sheet-letter")).to_have_count(1)
    job.click("button", "Print")
    assert page.evaluate("window.printed") == 1
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    job.check(25)


@pytest.fixture
def show_day(live, clock):
    """Six meetings of Shen's at a show in Suzhou, made once for a server; return the id of the show."""
    clock.set(NINE_FIFTY)
    with live.app.app_context():
        existing = db.session.scalar(sa.select(Show.id).where(Show.name == "Smart Water Fair"))
        if existing is not None:
            return existing
        shen = make_people(["shen"])["shen"]
        days = {"starts_on": DAY, "ends_on": DAY + timedelta(days=1), "zone": "Asia/Shanghai"}
        show = save_show(SYSTEM, {"name": "Smart Water Fair", "native_name": "智慧水务展", **days})
        client = client_of("Inland", "Clearwell Sensors")
        works = prime("Huayue Municipal Works", country="CN")
        for family, first, family_native, first_native, starts_at in GUESTS:
            names = {"family_native": family_native, "given_native": first_native}
            guest = person(family, first, organization=works, country="CN", zone="Asia/Shanghai", **names)
            values = {"day": DAY, "time": starts_at, "minutes": 20, "table": "14", "client_id": client.id}
            save_meeting(SYSTEM, show, values | {"host_id": works.id, "people": [guest.id], "staff": [shen.id]})
        db.session.commit()
        return show.id


@pytest.fixture
def phone(browser, live, browser_errors):
    """Return a page of a phone in Shanghai."""
    context = browser.new_context(
        base_url=live.url, viewport={"width": 390, "height": 844}, locale="en-US", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(10_000)
    context.on("page", browser_errors.watch)
    yield context.new_page()
    context.close()


def slot_of(page: Page, name: str):
    """Return the meeting with a person on the show day."""
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=name)


def check_targets(page: Page) -> None:
    """Fail if a target is smaller than 40 px, or the message covers something."""
    small = page.evaluate(
        """() => [...document.querySelectorAll("main .day :is(a, button, summary)")]
          .filter((e) => e.offsetParent)
          .map((e) => [e.innerText, e.getBoundingClientRect().width, e.getBoundingClientRect().height])
          .filter(([, width, height]) => width < 40 || height < 40)"""
    )
    assert small == []
    assert page.locator(".toasts").evaluate("e => getComputedStyle(e).position") == "static"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_day_sheet_uses_the_width_of_a_phone(phone: Page, show_day) -> None:
    enter(phone, "shen", f"/shows/{show_day}/sheet?on={DAY}&of=")
    sheet = phone.locator(".sheet").first
    name = sheet.get_by_role("heading", level=3).first
    assert name.bounding_box()["width"] > 0.6 * sheet.bounding_box()["width"]
    bullet = sheet.locator(".meet li").first.evaluate("line => getComputedStyle(line, '::before').content")
    assert bullet == "none"


def test_show_day_of_six_meetings_is_run_on_a_phone(phone: Page, live, show_day) -> None:
    enter(phone, "shen")
    job = Journey(phone, "A show day of six meetings on a phone: arrived, no-show, note, next step")
    main = phone.get_by_role("main")
    expect(main).to_contain_text("Now · 9:40 AM")
    expect(main).to_contain_text("Next · 10:30 AM")
    job.click("link", "Wang Xiaoming", within=main)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Wed, Mar 11")
    job.click("button", "No-show", within=slot_of(phone, "Ma Jun"))
    expect(slot_of(phone, "Ma Jun")).to_contain_text("Meeting at 9:20 AM: No-show.")
    check_targets(phone)
    job.click("button", "Undo", within=slot_of(phone, "Ma Jun"))
    expect(slot_of(phone, "Ma Jun").get_by_role("button", name="No-show")).to_be_visible()
    job.click("button", "Arrived", within=slot_of(phone, "Wang Xiaoming"))
    job.open_menu("Note", within=slot_of(phone, "Wang Xiaoming"))
    job.fill("Note on the meeting at 9:40 AM", "要中文证书")
    job.click("button", "Save note", within=slot_of(phone, "Wang Xiaoming"))
    expect(slot_of(phone, "Wang Xiaoming")).to_contain_text("要中文证书")
    job.click("link", "Log", within=slot_of(phone, "Wang Xiaoming"))
    job.fill("Next step", "Certificates to Wang")
    save = phone.get_by_role("button", name="Save interaction", exact=True)
    assert save.evaluate("e => e.getBoundingClientRect().bottom <= innerHeight")
    job.click("button", "Save interaction", exact=True)
    expect(slot_of(phone, "Wang Xiaoming")).to_contain_text("Interaction")
    job.check(12)
    with live.app.app_context():
        row = db.session.query(ShowMeeting).filter(ShowMeeting.interaction_id.is_not(None)).one()
        assert db.session.get_one(Interaction, row.interaction_id).notes == "要中文证书"


def test_note_stays_on_a_phone_without_a_connection(phone: Page, show_day) -> None:
    enter(phone, "shen", f"/shows/{show_day}/day?on={DAY}")
    slot = slot_of(phone, GUESTS[-1][1])
    slot.locator("summary").filter(has_text="Note").click()
    slot.get_by_role("textbox").fill("Wants 200 samples")
    phone.context.set_offline(True)
    slot.get_by_role("button", name="Save note").click()
    note = phone.get_by_text("You're offline. Nothing was sent. Try again when you're connected.")
    expect(note).to_be_visible()
    expect(slot.get_by_role("textbox")).to_have_value("Wants 200 samples")
    phone.context.set_offline(False)
    expect(note).to_have_count(0)
    # A page that was left and opened again has the text, too; after Back the browser fills it into the closed form.
    phone.get_by_role("link", name="Today").first.click()
    phone.wait_for_url("**/")
    phone.go_back()
    expect(slot.get_by_role("textbox")).to_have_value("Wants 200 samples")
    phone.goto(f"/shows/{show_day}/day?on={DAY}")
    expect(slot.get_by_role("textbox")).to_have_value("Wants 200 samples")
    slot.get_by_role("button", name="Save note").click()
    expect(slot.locator(".keep-lines")).to_have_text("Wants 200 samples")


def test_morning_in_shanghai_is_done_on_a_phone(phone: Page, live, show_day) -> None:
    received: list[float] = []
    session = phone.context.new_cdp_session(phone)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    enter(phone, "shen")
    phone.wait_for_load_state("networkidle")
    first_visit = sum(received)
    main = phone.get_by_role("main")
    job = Journey(phone, "A morning in Shanghai on a phone: meetings, a WeChat talk in Chinese, find people")
    expect(main).to_contain_text("Shanghai 9:50 AM")
    expect(main).to_contain_text("Los Angeles 6:50 PM")
    received.clear()
    job.open("/")
    phone.wait_for_load_state("networkidle")
    warm_page = sum(received)
    for sentence, name in (("微信 王小明 20分钟 样品已到", "Wang Xiaoming"), ("微信 孫麗 20分鐘 樣品已到", "Sun Li")):
        job.fill("Quick log: describe what happened", sentence)
        job.click("button", "Preview")
        preview = phone.locator("#chips")
        expect(preview).to_contain_text("WeChat")
        expect(preview).to_contain_text(name)
        job.click("button", "Save", within=preview)
        expect(phone.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    for text in ("赵建国", "zjg"):
        job.open(f"/search?q={text}")
        expect(main.get_by_role("link").filter(has_text="Zhao Jianguo").first).to_be_visible()
    job.check(9)
    print(f"first visit {first_visit / 1000:.0f} kB, warm page {warm_page / 1000:.0f} kB")  # noqa: T201 - the report
    assert first_visit < 150_000
    assert warm_page < 20_000
