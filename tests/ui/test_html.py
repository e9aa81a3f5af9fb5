"""The macros as HTML: valid, labeled, free of inline script and style, and small enough."""

import gzip
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.ui.gallery import ROOT, make_app

PAGES = ["/", "/?flash=1", "/form", "/list", "/list?none=1", "/bare"]
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "rect", "line", "path"}


FAULTY = {
    "minutes": "ten",
    "stage": "matched",
    "zone": "Asia/Shanghai",
    "phones-0-number": "9" * 30,
    "phones-0-kind": "mobile",
}


class Reader(HTMLParser):
    """Parse a page: elements with attributes, and tags that do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.words = ""
        self.feed(text)
        self.crossed += self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.crossed.append(tag)

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("script", "style"):
            self.words += data

    def every(self, *tags):
        return [attrs for tag, attrs in self.elements if tag in tags]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture(scope="module")
def pages(client) -> dict[str, str]:
    pages = {path: client.get(path).text for path in PAGES}
    pages["POST /form"] = client.post("/form", data=FAULTY).text
    return pages


@pytest.mark.parametrize("path", [*PAGES, "POST /form"])
def test_page_is_valid_html(pages, path):
    page = Reader(pages[path])
    ids = [a["id"] for _, a in page.elements if a.get("id")]
    assert page.crossed == []
    assert [i for i, n in Counter(ids).items() if n > 1] == []
    assert len(page.every("h1")) == 1
    assert not re.search(r"\b(None|Undefined)\b", page.words)
    assert "{{" not in pages[path]


@pytest.mark.parametrize("path", [*PAGES, "POST /form"])
def test_page_has_no_inline_script_style_or_external_url(pages, path):
    page = Reader(pages[path])
    assert [a for _, a in page.elements if any(name == "style" or name.startswith("on") for name in a)] == []
    assert page.every("style") == []
    assert [a for a in page.every("script") if not a.get("src")] == []
    assert [v for _, a in page.elements for v in a.values() if re.match(r"(https?:)?//", v or "")] == []


@pytest.mark.parametrize("path", [*PAGES, "POST /form"])
def test_every_input_has_an_accessible_name(pages, path):
    page = Reader(pages[path])
    ids = {a["id"] for _, a in page.elements if a.get("id")}
    labeled_ids = {a.get("for") for a in page.every("label")}
    within = set(re.findall(r'<label[^>]*>(?:(?!</label>).)*?name="([^"]+)"', pages[path], re.DOTALL))
    for field in page.every("input", "select", "textarea"):
        if field.get("type") == "hidden":
            continue
        assert field.get("aria-label") or field.get("id") in labeled_ids or field.get("name") in within, field
    for _, attributes in page.elements:
        for target in (attributes.get("aria-describedby") or "").split():
            assert target in ids


@pytest.mark.parametrize("path", [*PAGES, "POST /form"])
def test_every_icon_button_has_an_accessible_name(pages, path):
    for attributes, body in re.findall(
        r"<(?:button|summary)([^>]*)>(.*?)</(?:button|summary)>", pages[path], re.DOTALL
    ):
        assert "aria-label=" in attributes or re.sub(r"<[^>]+>|\s", "", body), body


def test_every_icon_used_is_in_the_sprite(pages):
    sprite = (ROOT / "static/icons.svg").read_text()
    drawn = set(re.findall(r'symbol id="([^"]+)"', sprite))
    used = {name for text in pages.values() for name in re.findall(r"icons\.svg#([\w-]+)", text)}
    templates = "".join(p.read_text() for p in (ROOT / "templates/_ui").glob("*.html"))
    used |= set(re.findall(r'icon\("([\w-]+)"', templates)) - {"light-"}
    assert used - drawn == set()


def test_failed_form_lists_every_error_with_a_link(pages):
    text = pages["POST /form"]
    summary = text[text.index('class="errors"') : text.index("</ul>", text.index('class="errors"'))]
    assert re.findall(r'href="#([\w-]+)"', summary) == ["title", "minutes", "phones-0-number"]
    assert "There are 3 problems" in summary
    assert 'value="ten"' in text
    assert text.count('aria-invalid="true"') == 3


def test_hidden_fields_are_not_drawn_as_inputs(client):
    assert 'name="minutes"' in client.get("/form").text
    assert 'name="minutes"' not in client.get("/form?hide=1").text


def test_row_template_has_the_next_index_and_does_not_change_the_form(pages):
    text = pages["/form"]
    assert text.index("phones-0-number") < text.index("<template><div") < text.index('name="phones-1-number"')
    assert text.count('name="phones-1-number"') == 1


def test_table_marks_sort_order_and_second_line(pages):
    text = pages["/list"]
    assert 'aria-sort="descending"' in text
    assert '<div class="second small dim"><span>Suzhou</span>' in text
    assert '<td class="num">2,240,000</td>' in text


def test_empty_list_shows_one_action(pages):
    assert "<table" not in pages["/list?none=1"]
    assert "No results match this filter" in pages["/list?none=1"]


def test_vendor_files_match_the_manifest():
    vendor = ROOT / "static/vendor"
    manifest = json.loads((vendor / "manifest.json").read_text())
    for entry in manifest:
        assert (vendor / entry["license_file"]).is_file()
        if "sha256" in entry:
            assert hashlib.sha256((vendor / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    files = {p.name for p in vendor.iterdir() if p.is_file()} - {"manifest.json"}
    assert files == {entry["file"] for entry in manifest if "sha256" in entry}


def test_first_visit_and_theme_stay_within_the_size_limit(pages):
    def packed(data: bytes) -> int:
        return len(gzip.compress(data, 9))

    static = ROOT / "static"
    loaded = ["vendor/bootstrap.min.css", "app.js", "icons.svg", "mark.svg"]
    more = [*static.glob("*.css"), *(static / "js").glob("*.js")]
    parts = [(static / name).read_bytes() for name in loaded] + [p.read_bytes() for p in more]
    assert packed((static / "theme.css").read_bytes()) <= 12_000
    assert sum(map(packed, parts)) + packed(pages["/list"].encode()) <= 120_000


def test_static_files_stay_within_their_size_limits():
    long = {p.name: n for p in (ROOT / "templates/_ui").glob("*.html") if (n := len(p.read_text().splitlines())) > 150}
    written = [ROOT / "static/app.js", *(ROOT / "static/js").glob("*.js"), *(ROOT / "static").glob("*.css")]
    long |= {p.name: n for p in written if (n := len(p.read_text().splitlines())) > 250}
    assert long == {}
