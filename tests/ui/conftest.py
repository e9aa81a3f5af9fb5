"""The gallery over http and a browser for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.ui.gallery import make_app


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=5)


@pytest.fixture
def page(browser: Browser, gallery: str) -> Iterator[Page]:
    """Return a page that fails its test if the policy is violated or a script fails."""
    context = browser.new_context(base_url=gallery, viewport={"width": 1440, "height": 900}, bypass_csp=False)
    context.set_default_timeout(15000)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda entry: (
            troubles.append(entry.text)
            if entry.type == "error" and "Failed to load resource" not in entry.text
            else None
        ),
    )
    yield page
    context.close()
    assert troubles == []
