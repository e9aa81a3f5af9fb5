"""A page as a test reads it: its faults, and what a browser sends for one of its forms."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

HAN = re.compile("[\u3400-\u9fff]")
HTML_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
VOID = HTML_VOID | {"use", "rect", "line", "path"}
Attributes = dict[str, str | None]


def _is_sent(a: Attributes) -> bool:
    return a.get("type") not in ("checkbox", "radio") or "checked" in a


class Reader(HTMLParser):
    """Parse a page: elements, tags that do not close in order, words, and the fields of each form."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.langs: list[str | None] = []
        self.unmarked: list[str] = []
        self.words = ""
        self.forms: list[tuple[Attributes, list[tuple[str, str]]]] = []
        self.area: list[str] | None = None
        self.select: tuple[str, bool, list[tuple[str, bool]]] | None = None
        self.feed(text)
        self.crossed += self.open

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.elements.append((tag, a))
        if tag not in VOID:
            self.open.append(tag)
            self.langs.append(a.get("lang"))
        if tag == "form":
            self.forms.append((a, []))
        elif self.forms and "template" not in self.open:
            self._field(tag, a)

    def _field(self, tag: str, a: Attributes) -> None:
        if tag == "textarea":
            self.area = [a.get("name") or ""]
        elif tag == "select":
            self.select = (a.get("name") or "", "multiple" in a, [])
        elif tag == "option" and self.select:
            self.select[2].append((a.get("value") or "", "selected" in a))
        elif tag == "input" and a.get("name") and a.get("type") not in ("file", "submit") and _is_sent(a):
            self.forms[-1][1].append((str(a["name"]), a.get("value") or ""))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
            self.langs.pop()
        else:
            self.crossed.append(tag)
        if tag == "textarea" and self.area is not None:
            name, *text = self.area
            self.forms[-1][1].append((name, "".join(text).removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select:
            name, many, options = self.select
            chosen = [value for value, is_chosen in options if is_chosen]
            self.forms[-1][1].extend((name, v) for v in chosen or ([] if many or not options else [options[0][0]]))
            self.select = None

    def handle_data(self, data):
        if self.area is not None:
            self.area.append(data)
        elif not self.open or self.open[-1] not in ("script", "style"):
            self.words += data
            self._check_language(data)

    def _check_language(self, text: str) -> None:
        """Note Chinese text whose nearest `lang` is another language, where an element can be marked."""
        tag = next((tag for tag in reversed(self.langs) if tag), "")
        is_mixed_option = "option" in self.open and re.search("[A-Za-z]", text)
        if HAN.search(text) and not tag.startswith("zh") and "title" not in self.open and not is_mixed_option:
            self.unmarked.append(text.strip())


def visible_text(page: str) -> str:
    """Return the text of a page without tags."""
    return Reader(page).words


def problems_of(text: str, page: Reader | None = None) -> list[str]:
    """Return the faults of a whole page: tags, languages, ids, headings, labels, inline script and style, None.

    `page` is the parsed text if the caller has it.
    """
    page = page or Reader(text)
    problems = [f"crossed {tag}" for tag in page.crossed]
    problems += [f"no lang: {text}" for text in page.unmarked]
    problems += [f"markup in an attribute of {t}: {a}" for t, a in page.elements if any("<" in n for n in a)]
    ids = Counter(a["id"] for _t, a in page.elements if a.get("id"))
    problems += [f"id {i} {n} times" for i, n in ids.items() if n > 1]
    if sum(tag == "h1" for tag, _a in page.elements) != 1:
        problems.append("not one h1")
    problems += [f"word {w}" for w in re.findall(r"\b(?:None|Undefined)\b|\{\{|%\(\w+\)s", page.words)]
    problems += [f"inline in {t} {a}" for t, a in page.elements if any(n == "style" or n.startswith("on") for n in a)]
    labeled_ids = {a.get("for") for t, a in page.elements if t == "label"}
    within = set(re.findall(r'<label[^>]*>(?:(?!</label>).)*?name="([^"]+)"', text, re.DOTALL))
    for tag, a in page.elements:
        has_label = a.get("aria-label") or a.get("id") in labeled_ids or a.get("name") in within
        if tag in ("input", "select", "textarea") and a.get("type") != "hidden" and not has_label:
            problems.append(f"no label: {a}")
        problems += [f"described by nothing: {i}" for i in (a.get("aria-describedby") or "").split() if i not in ids]
    return problems


def submitted_values(text: str, action: str) -> dict[str, list[str]]:
    """Return what a browser sends for the one form with that action, unchanged."""
    (fields,) = [fields for a, fields in Reader(text).forms if a.get("action") == action]
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return data
