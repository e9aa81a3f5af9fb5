"""Files dropped on a record and images pasted into the log form."""

from __future__ import annotations

import base64
import io

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import expect

from crm.core.data.base import db
from crm.core.web.files import stored_bytes
from crm.records.models import Attachment
from tests.factories.images import jpeg
from tests.factories.organizations import organization
from tests.fixtures.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
SEND = """([selector, kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0)), transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true };
  const event = kind === "drop" ? new DragEvent("drop", { ...options, dataTransfer: transfer })
    : new ClipboardEvent("paste", { ...options, clipboardData: transfer });
  document.querySelector(selector).dispatchEvent(event);
}"""


def test_dropped_and_pasted_files_are_stored(page, live):
    with live.app.app_context():
        row_id = organization("Drop Works").id
        db.session.commit()
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    photo = base64.b64encode(jpeg(30, 20, exif=exif)).decode()
    enter(page, "anna")
    page.goto(f"/organizations/{row_id}", wait_until="networkidle")
    page.evaluate(SEND, ["[data-dropzone] h2", "drop", "card.jpg", "image/jpeg", photo])
    expect(page.locator("[data-toast]")).to_contain_text("1 file added.")
    expect(page.locator("#relations, #details").get_by_role("link", name="card.jpg")).to_be_visible()
    page.evaluate(SEND, ["h1", "drop", "plan.txt", "text/plain", base64.b64encode(b"plan").decode()])
    expect(page.locator("#relations, #details").get_by_role("link", name="plan.txt")).to_be_visible()
    page.goto("/interactions/new", wait_until="networkidle")
    page.fill("[name=subject]", "Talk with a pasted image")
    page.evaluate(SEND, ["[name=notes]", "paste", "image.png", "image/jpeg", photo])
    expect(page.locator("[data-dropped]")).to_contain_text("1 file chosen")
    page.locator(".form-foot .btn-main").click()
    page.wait_for_url(lambda url: "/new" not in url)
    with live.app.app_context():
        rows = db.session.scalars(sa.select(Attachment).order_by(Attachment.id.desc()).limit(3)).all()
        rows = [row for row in rows if row.name != "plan.txt"]
        assert [row.name == "card.jpg" for row in rows] == [False, True]
        images = [Image.open(io.BytesIO(stored_bytes(row.stored_as))) for row in rows]
        assert [dict(image.getexif()) for image in images] == [{}, {}]
        db.session.remove()


def test_file_chosen_before_the_scripts_are_loaded_is_named(page):
    waiting = []
    enter(page, "anna")
    page.route("**/dropzone.js", lambda route: waiting.append(route))  # noqa: PLW0108 - a builtin is refused
    with page.expect_request("**/dropzone.js"):
        page.goto("/interactions/new")
    file = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"}
    page.locator("input[type=file][multiple]").set_input_files(file)
    waiting.pop().continue_()
    expect(page.locator("[data-dropped]")).to_contain_text("plan.txt")


def test_drop_beside_the_zone_sends_nothing_while_another_field_has_text(page, live):
    with live.app.app_context():
        row_id = organization("Drop Works").id
        db.session.commit()
    enter(page, "anna")
    page.goto(f"/organizations/{row_id}", wait_until="networkidle")
    field, chosen = page.locator(".quick textarea"), page.locator("[data-dropzone] input[type=file][multiple]")
    file = ["plan.txt", "text/plain", base64.b64encode(b"plan").decode()]
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[data-palette]")).to_be_visible()
    page.evaluate(SEND, ["dialog[data-palette]", "drop", *file])
    assert chosen.evaluate("input => input.files.length") == 0
    page.keyboard.press("Escape")
    field.fill("Met Li")
    page.evaluate(SEND, ["h1", "drop", *file])
    assert chosen.evaluate("input => input.files.length") == 1
    expect(page.locator("[data-dropzone] [type=submit]")).to_be_focused()
    expect(field).to_have_value("Met Li")
