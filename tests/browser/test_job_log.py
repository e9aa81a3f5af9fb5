"""Jobs of a counselor, done by the words on the screen: log a talk in one sentence, an inquiry, an email from China."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionLink, InteractionParty, InteractionTime
from crm.organizations.models import Client, Organization
from crm.people.models import Person
from crm.records.policy import ContactMedium, PointLabel
from crm.records.queries import points_of
from crm.records.services import ContactPointValues, set_points
from crm.shows.services import save_show
from tests.browser.journey import Journey
from tests.factories.organizations import client_of, prime
from tests.factories.people import person
from tests.fixtures.browser import Live, enter, wait_ready, wait_until
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

WEDNESDAY = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
"""10:00 AM in Los Angeles, the day before Thanksgiving."""
MET = (
    "met Luo Shiyuan and Tong Xuefei 童雪菲 of Ningbo Quay Tech at Yangtze Water Fair for Larkfield Sensors and"
    " Stonebridge Metering, 40 min prep 20, we owe a quote by next Friday, they owe drawings by Dec 4"
)
INQUIRY = "Sam Ortega, Ortega Almonds, 951-555-0134, wants a distributor in Shanghai, call Monday"
EMAIL = """发件人: 骆世远 <luo@harborlight.example>
发送时间: 2026年11月25日 9:30
收件人: anna@demo.example
抄送: 申屠雯 <shentu@harborlight.example>
主题: 样品

安娜：
我们12月18日前寄样品。请您12月15日前报价。

祝好
骆世远
销售总监 | 宁波港光科技有限公司
手机：138 0013 8000 微信号：luo-harborlight
"""


@pytest.fixture
def office(live: Live, clock):
    """Set the clock, and create two clients, a person in Shanghai and a show; return the person's id."""
    clock.set(WEDNESDAY)
    with live.app.app_context():
        existing = db.session.scalar(sa.select(Person.id).where(Person.native_label == "骆世远"))
        if existing:
            return existing
        anna = make_people(["anna"])["anna"]
        for name in ("Larkfield Sensors", "Stonebridge Metering"):
            client_of("Inland", name, counselor=anna)
        works = prime("Harborlight Works", country="CN")
        names = {"family_native": "骆", "given_native": "世远"}
        guest = person("Luo", "Shiyuan", organization=works, country="CN", zone="Asia/Shanghai", **names)
        set_points(guest, [ContactPointValues(ContactMedium.email, PointLabel.work, "luo@harborlight.example")], "CN")
        days = {"starts_on": date(2026, 11, 24), "ends_on": date(2026, 11, 26), "zone": "Asia/Shanghai"}
        save_show(SYSTEM, {"name": "Yangtze Water Fair", **days})
        db.session.commit()
        return guest.id


def last_interaction() -> Interaction:
    """Return the interaction saved last."""
    return db.session.scalars(sa.select(Interaction).order_by(Interaction.id.desc())).first()


def list_follow_ups(row: Interaction) -> list[tuple[str, str, str]]:
    """Return title, due date and side of the follow-ups of an interaction."""
    stmt = sa.select(FollowUp).where(FollowUp.source_id == row.id).order_by(FollowUp.id)
    return [(f.title, str(f.due_on), f.side.value) for f in db.session.scalars(stmt)]


def test_talk_with_a_newcomer_is_logged_by_one_sentence(page: Page, live: Live, office: int) -> None:
    enter(page, "anna")
    job = Journey(
        page, "Log by one sentence: two people at a show, one of them new, two clients, follow-ups of both sides"
    )
    job.fill("Quick log", MET)
    job.click("button", "Preview")
    job.click("button", "Fri, Dec 4", within=page.get_by_role("group", name="A quote: by when?"), exact=True)
    expect(page.get_by_role("group", name="A quote: by when?")).to_have_count(0)
    job.click("checkbox", "Add “Tong Xuefei 童雪菲” as a new person")
    job.click("checkbox", "Add “Ningbo Quay Tech” as a new organization")
    job.click("button", "Save interaction", within=page.locator("#chips"), exact=True)
    expect(page.locator("[data-toast=done]")).to_contain_text("Saved")
    job.check(6)
    with live.app.app_context():
        row = last_interaction()
        people = db.session.scalars(
            sa.select(InteractionParty.person_id).where(InteractionParty.interaction_id == row.id)
        )
        labels = sa.select(Person.label).where(Person.id.in_(list(people)))
        assert set(db.session.scalars(labels)) == {"Luo Shiyuan", "Tong Xuefei"}
        minutes = sa.select(InteractionTime.contact, InteractionTime.prep).where(
            InteractionTime.interaction_id == row.id
        )
        assert db.session.execute(minutes).all() == [(20, 10), (20, 10)]
        assert list_follow_ups(row) == [("A quote", "2026-12-04", "we"), ("Drawings", "2026-12-04", "they")]
        links = sa.select(sa.func.count()).where(InteractionLink.interaction_id == row.id, InteractionLink.stated)
        assert db.session.scalar(links) == 1


def test_talk_with_a_newcomer_is_logged_by_the_form_in_15_steps(page: Page, live: Live, office: int) -> None:
    enter(page, "anna")
    job = Journey(page, "Log by the form: two people at a show, one of them new, two clients, follow-ups of both sides")
    job.click("button", "All fields")
    job.pick("People", "luo shiyuan", "Luo Shiyuan")
    job.create("People", "Gao Lei 高磊 of Ningbo Wharf Tech")
    job.fill("Contact", "40", exact=True)
    job.fill("Preparation", "20", exact=True)
    job.pick("Related project, opportunity or show", "yangtze", "Yangtze Water Fair")
    first, second = (page.locator(f"[data-row=follow_ups-{number}]") for number in range(2))
    job.fill("Title", "Warranty terms", within=first)
    job.fill("Due", "2026-12-04", within=first)
    job.fill("Title", "Site plan", within=second)
    job.choose("Type", "They owe", within=second)
    job.fill("Due", "2026-12-04", within=second)
    job.pick("Client", "larkfield", "Larkfield Sensors")
    job.click("button", "Add another", within=page.get_by_role("group", name="Clients and minutes").first)
    job.pick("Client", "stonebridge", "Stonebridge Metering", nth=1)
    page.goto("/people/")
    page.go_back()
    expect(second.get_by_label("Title")).to_have_value("Site plan")
    job.click("button", "Save interaction", exact=True)
    expect(page.locator("[data-toast=done]")).to_contain_text("Saved")
    job.check(15)
    with live.app.app_context():
        row = last_interaction()
        assert list_follow_ups(row) == [
            ("Warranty terms", "2026-12-04", "we"),
            ("Site plan", "2026-12-04", "they"),
        ]
        organizations = sa.select(Organization.name).join(
            InteractionParty, InteractionParty.organization_id == Organization.id
        )
        stmt = organizations.where(InteractionParty.interaction_id == row.id)
        assert set(db.session.scalars(stmt)) == {"Harborlight Works", "Ningbo Wharf Tech"}


def test_answer_in_the_preview_keeps_what_was_entered_in_it(page: Page, live: Live, office: int) -> None:
    enter(page, "anna")
    wait_ready(page)
    # Other people and follow-ups than in the test before, which has the same database.
    sentence = MET.replace("Quay", "Pier").replace("Tong Xuefei 童雪菲", "Song Meilan 宋美兰")
    page.locator(".quick textarea").fill(sentence.replace("a quote", "a catalog").replace("drawings", "test reports"))
    page.get_by_role("button", name="Preview", exact=True).click()
    preview = page.locator("#chips")
    preview.get_by_role("checkbox", name="Add “Song Meilan 宋美兰” as a new person").check()
    preview.get_by_role("checkbox", name="Add “Ningbo Pier Tech” as a new organization").check()
    preview.get_by_label("Notes").fill("She visits Long Beach in March.")
    preview.get_by_label("Due").first.fill("2026-12-23")
    preview.get_by_role("button", name="Fri, Dec 4", exact=True).click()
    expect(page.get_by_role("group", name="A catalog: by when?")).to_have_count(0)
    expect(preview.get_by_label("Notes")).to_have_value("She visits Long Beach in March.")
    preview.get_by_role("button", name="Save interaction").click()
    expect(page.locator("[data-toast=done]")).to_contain_text("Saved")
    with live.app.app_context():
        row = last_interaction()
        assert row.notes == "She visits Long Beach in March."
        assert list_follow_ups(row) == [("A catalog", "2026-12-04", "we"), ("Test reports", "2026-12-04", "they")]


def test_inquiry_is_taken_from_the_log_box(page: Page, live: Live, office: int) -> None:
    enter(page, "anna")
    job = Journey(page, "Inquiry from the log box: name, company, phone, need, call on Monday")
    job.fill("Quick log", INQUIRY)
    job.click("button", "Preview")
    job.click("link", "Open inquiry form")
    job.click("button", "Save inquiry")
    expect(page.locator("[data-toast=done]")).to_contain_text("Inquiry: Ortega Almonds")
    job.check(7)
    with live.app.app_context():
        assert list_follow_ups(last_interaction()) == [("Call", "2026-11-30", "we")]
        assert "a distributor in Shanghai" in db.session.scalars(sa.select(Client.wish)).all()


def test_inquiry_is_taken_by_its_form(page: Page, office: int) -> None:
    enter(page, "anna")
    job = Journey(page, "Inquiry by the form: name, company, phone, need, call on Monday")
    job.click("link", "Inquiry", within=page.get_by_role("main"), exact=True)
    job.fill("Name", "Rosa Lund")
    job.fill("Phone or email", "951-555-0199")
    job.create("Organization", "Lund Citrus")
    job.fill("What do they need?", "An importer in Shanghai")
    job.fill("Due", "2026-11-30")
    job.click("button", "Save inquiry")
    expect(page.locator("[data-toast=done]")).to_contain_text("Inquiry: Lund Citrus")
    job.check(7)


def test_email_from_china_is_filed_in_three_clicks(page: Page, live: Live, office: int) -> None:
    enter(page, "anna")
    job = Journey(page, "File an email from China, with copies, signature and dates")
    job.click("link", "Paste email", within=page.get_by_role("main"))
    job.fill("Email text", EMAIL)
    job.click("button", "Preview")
    expect(page.get_by_role("checkbox", name="Add “申屠雯 <shentu@harborlight.example>”")).to_be_visible()
    job.click("button", "Save interaction", within=page.get_by_role("main"), exact=True)
    expect(page.locator("[data-toast=done]")).to_contain_text("样品")
    job.check(4)
    assert sum(step.startswith("click") for step in job.steps) == 3
    with live.app.app_context():
        assert list_follow_ups(last_interaction()) == [("寄样品", "2026-12-18", "they"), ("报价", "2026-12-15", "we")]
        points = {(point.medium, point.raw) for point in points_of([office])[office]}
        assert points >= {(ContactMedium.phone, "138 0013 8000"), (ContactMedium.wechat, "luo-harborlight")}


def test_draft_of_one_email_is_not_restored_into_another(page: Page, office: int) -> None:
    enter(page, "anna")

    def preview(mail: str) -> None:
        page.goto("/interactions/paste")
        page.get_by_label("Email text").fill(mail)
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_label("Subject")).to_be_visible()
        wait_ready(page)

    preview(EMAIL)
    page.get_by_label("Notes").fill("Only the first email")
    expect(page.get_by_label("Notes")).to_have_value("Only the first email")
    wait_until(page, "Object.keys(sessionStorage).some((key) => key.startsWith('keep:'))")
    preview(EMAIL.replace("样品", "图纸"))
    expect(page.get_by_label("Notes")).to_have_value(re.compile("寄图纸"))
    preview(EMAIL)
    expect(page.get_by_label("Notes")).to_have_value("Only the first email")
