"""The second factor in a browser: app without script, passkey with script, accessibility."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from passlib.totp import TOTP

from crm.accounts.passwords import hash_password
from crm.accounts.services.users import AccountValues, UserLocale, add_user
from crm.core.data.base import db, new_uid
from crm.core.policy import Role
from tests.fixtures.browser import violations

pytestmark = pytest.mark.browser
PASSWORD = "causeway-demo"


@pytest.fixture
def user_email(live):
    """Create a user and return the email address; the server is shared by tests."""
    email = f"sam-{new_uid()[:8]}@demo.example"
    with live.app.app_context():
        add_user(AccountValues(email, "Sam Second", Role.administrator, ()), UserLocale(), hash_password(PASSWORD))
        db.session.commit()
    return email


def sign_in(page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def code(key: str, ahead: int = 0) -> str:
    return TOTP(key=key).generate(time=datetime.now(UTC).timestamp() + ahead).token


def set_up(page) -> tuple[str, list[str]]:
    page.goto(f"{origin(page)}/profile/second-factor")
    page.get_by_role("link", name="Set up app").click()
    key = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code from the app").fill(code(key))
    page.get_by_role("button", name="Turn on").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    codes = page.locator("li code").all_inner_texts()
    page.get_by_role("link", name="I've saved the codes").click()
    return key, codes


def origin(page) -> str:
    return "/".join(page.url.split("/")[:3])


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
def test_app_and_recovery_code_work_without_script(browser, live, user_email):
    context = browser.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login?next=/profile")
    sign_in(page, user_email)
    key, codes = set_up(page)
    assert len(codes) == 10
    other = browser.new_context(base_url=live.url, java_script_enabled=False).new_page()
    for entry in (codes[0], code(key, 30)):
        other.context.clear_cookies()
        other.goto("/login?next=/profile")
        sign_in(other, user_email)
        assert "/login/second-step" in other.url
        other.get_by_label("Code").fill("000000")
        other.get_by_role("button", name="Sign in", exact=True).click()
        other.get_by_label("Code").fill(entry)
        other.get_by_role("button", name="Sign in", exact=True).click()
        assert other.url == f"{live.url}/profile"
    other.context.close()
    context.close()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_passkey_is_created_and_used(context, live, browser_errors, user_email):
    home = live.url.replace("127.0.0.1", "localhost")
    browser_errors.home = home
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{home}/login?next=/profile/second-factor")
    sign_in(page, user_email)
    page.get_by_label("Passkey name").fill("Test device")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert page.locator("li code").count() == 10
    page.get_by_role("link", name="I've saved the codes").click()
    assert page.get_by_text("Test device").is_visible()
    context.clear_cookies()
    page.goto(f"{home}/login?next=/profile")
    sign_in(page, user_email)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{home}/profile")
    page.goto(f"{home}/profile/second-factor")
    assert page.get_by_text("last used").is_visible()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("size", "theme"), [((1440, 900), "light"), ((320, 700), "dark")])
def test_second_factor_pages_are_accessible_and_fit_small_screens(browser, live, user_email, size, theme):
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=live.url, viewport=viewport, bypass_csp=True, locale="en-US")
    context.add_cookies([{"name": "theme", "value": theme, "url": live.url}])
    page = context.new_page()
    problems: list[object] = []

    def look() -> None:
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        problems.extend([(page.url, "wider than the screen")] if wide else [])
        problems.extend((page.url, rule, [markup[:200] for markup in broken]) for rule, broken in violations(page))

    def press(role: str, name: str) -> None:
        with page.expect_navigation():
            page.get_by_role(role, name=name, exact=True).click()

    page.goto("/login?next=/profile/second-factor")
    sign_in(page, user_email)
    look()
    page.goto("/profile/second-factor/app")
    look()
    key = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code from the app").fill("000000")
    press("button", "Turn on")
    look()
    page.get_by_label("Code from the app").fill(code(key))
    press("button", "Turn on")
    look()
    press("link", "I've saved the codes")
    look()
    page.context.clear_cookies(name="causeway")
    page.goto("/login?next=/profile")
    sign_in(page, user_email)
    look()
    page.get_by_label("Code").fill("000000")
    press("button", "Sign in")
    look()
    context.close()
    assert problems == []
