"""Any input in any form: a response that explains the error, the typed text, and never a crash."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import unescape
from itertools import cycle
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.forms.messages import FORM_TRANSLATIONS
from crm.interactions.paste import parse_pasted_email
from tests.laws.application import ApplicationUnderTest, LawResponse
from tests.laws.fill import Field, FormOnPage, fill_form, form_of
from tests.laws.routes import RouteRequest, is_public, list_requests, rules
from tests.laws.sampling import part_of

# The tests of the features cover these lines; measuring coverage again takes a third of the time.

FINE = frozenset({200, 303, 400, 403, 404, 409, 413, 422, 429})
KEPT = "Words of mine"
"""Text that must be in the response to a refused form."""
STRANGE = "👩‍👩‍👧 \u202eab\u0301\u0301\x01\x0b\x1f\x7f\uffff\ufeff 𠮷 مرحبا <script>'\";--%s %(n)s {{7*7}}"
BAD: dict[str, tuple[str, ...]] = {
    "text": (STRANGE, "x" * 10_000, "\u200b\u00a0", "=cmd|' /C calc'!A0", "....", "a\r\nBcc: x@example.org\r\n\r\nb"),
    "number": ("1e400", "NaN", "-1", str(2**70), str(2**31), "٥", "²", "1_000", "9" * 30, "Infinity", "0.00000001"),
    "date": ("1600-01-01", "2026-02-30", "9999-12-31", "10000-01-01", STRANGE, "0000-00-00", "2026-12-8T"),
    "time": ("25:00", "24:00", "09:30:61", "09:30+25:00", "T09", STRANGE),
    "choice": ("abc", "-1", str(2**31), str(2**70), "²", STRANGE, "0", "Mars/Base"),
}
"""Kind of a field -> invalid values."""
LIBRARYS = [text for text, own in FORM_TRANSLATIONS.items() if "%" not in text and text != str(own)]
"""The form library's default messages."""
SHOWN_ELSEWHERE = ("accounts.password", "accounts.reset_request", "imports.run")
"""Forms whose texts are secrets, or rows of a stored file."""


def kind_of(field: Field) -> str:
    """Return the values of BAD that apply to a field."""
    if field.type in ("date", "time"):
        return field.type
    if field.attributes.get("inputmode") in ("numeric", "decimal"):
        return "number"
    return "choice" if field.type in ("select", "hidden", "radio", "checkbox") else "text"


def forms_of(application: ApplicationUnderTest) -> Iterator[tuple[str, RouteRequest, FormOnPage]]:
    """Return each form of the application with a user who may send it, as that user sees it."""
    for rule in rules(application.app):
        if not {"GET", "POST"} <= (rule.methods or set()) or is_public(rule.endpoint):
            continue
        pages = [
            a for a in list_requests(application.dataset, application.app, rule) if a.method == "GET" and not a.missing
        ]
        pages.sort(key=lambda a: a.access_case is not None and a.access_case.name != "inland")
        for viewer, ask in ((viewer, ask) for ask in pages[:6] for viewer in ("anna", "admin")):
            answer = application.ask(viewer, "GET", ask.path)
            if answer.status == 200 and (form := form_of(answer.text, ask.path)) is not None:
                yield viewer, ask, form
                break


def fill_invalid(form: FormOnPage, good: dict[str, list[str]], turn: int) -> dict[str, list[str]]:
    """Return a form with a bad value in every field but the first one that accepts text."""
    data, words = dict(good), first_words(form)
    for field in form.fields.values():
        if field.name not in ("csrf_token", "uid", words):
            bad = BAD[kind_of(field)]
            data[field.name] = [bad[turn % len(bad)]]
    return data | ({words: [KEPT]} if words else {})


def first_words(form: FormOnPage) -> str:
    """Return the field whose text is expected in the response."""
    plain = [f.name for f in form.fields.values() if f.type in ("text", "textarea") and kind_of(f) == "text"]
    return next((n for n in plain if not n.endswith("-typed")), "")


def fault_of(
    application: ApplicationUnderTest, viewer: str, path: str, data: dict[str, list[str]], keeps: str = ""
) -> str:
    """Return the fault of the response to a form; an empty text if there is none."""
    answer: LawResponse = application.ask(viewer, "POST", path, data=data)
    if answer.status not in FINE:
        return f"POST {path}: {answer.status} {answer.text[:200]}"
    if keeps and answer.status in (400, 409, 422) and keeps not in unescape(answer.text):
        return f"POST {path}: {answer.status}, and the text is lost"
    if answer.status == 422 and ">There are 0 problems" in answer.text:
        return f"POST {path}: 422, and it does not say why"
    if foreign := next((text for text in LIBRARYS if text in unescape(answer.text)), ""):
        return f"POST {path}: says “{foreign}”, which are not our words"
    return ""


@pytest.mark.engine_in_turn
def test_form_with_bad_input_neither_breaks_nor_loses_text(application, engine):
    faults, forms = [], list(forms_of(application))
    assert len(forms) > 45
    for viewer, ask, form in part_of(forms):
        good = fill_form(form, application.dataset)
        keeps = KEPT if first_words(form) and ask.endpoint not in SHOWN_ELSEWHERE else ""
        # All of it on one engine; on the other only values that its columns are asked to store.
        turns = range(5 if engine == "sqlite" else 2)
        faults += [fault_of(application, viewer, ask.path, fill_invalid(form, good, turn), keeps) for turn in turns]
        kinds = cycle(range(11))
        fields = [f for f in form.fields.values() if f.name not in ("csrf_token", "uid")]
        for field in fields[:: 4 if engine == "sqlite" else 8]:
            bad = BAD[kind_of(field)]
            faults.append(fault_of(application, viewer, ask.path, good | {field.name: [bad[next(kinds) % len(bad)]]}))
        faults.append(fault_of(application, viewer, ask.path, {}))
    assert not any(faults), "\n".join(f for f in faults if f)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_form_reports_bad_values_and_stale_versions(application):
    faults = []
    for viewer, ask, form in part_of(list(forms_of(application))):
        good, words = fill_form(form, application.dataset), first_words(form)
        if words and ask.endpoint not in SHOWN_ELSEWHERE:
            nul = application.ask(viewer, "POST", ask.path, data=good | {words: [f"{KEPT}\x00"]})
            if nul.status != 400 or "NUL" not in nul.text or nul.wrote:
                faults.append((ask.path, "NUL", nul.status))
            gone = application.ask("guest", "POST", ask.path, data=good | {words: [KEPT]})
            if gone.status != 401 or KEPT not in gone.text or gone.wrote:
                faults.append((ask.path, "session ended", gone.status))
        if "version" in form.fields and form.fields["version"].value:
            old = good | {"version": ["0"]}
            stale = application.ask(viewer, "POST", ask.path, data=old)
            if stale.status != 409 or (
                stale.wrote and not application.is_unchanged_by(viewer, "POST", ask.path, data=old)
            ):
                faults.append((ask.path, "stale", stale.status))
    assert faults == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_form_with_hundreds_of_rows_is_limited(application):
    rows = {f"emails-{i}-raw": [f"a{i}@example.org"] for i in range(500)}
    rows |= {f"aliases-{i}-name": [f"N{i}"] for i in range(500)}
    answer = application.ask("anna", "POST", "/organizations/new", data={"name": [KEPT], **rows})
    assert answer.status in (303, 413, 422)


def test_prefill_parameters_reveal_no_hidden_record(application):
    """Prefilled values from query parameters are not stored values: a create form must not submit them unseen."""
    from crm.projects.models import Need

    secret = application.dataset.of("organization", "secret_bay").id
    path = "/projects/needs/new"
    data = fill_form(form_of(application.ask("anna", "GET", path).text, path), application.dataset) | {
        "title": ["Valves"]
    }
    data |= {"project_id": [str(application.dataset.of("project", "shared").id)], "organization_id": [""]}
    stmt = sa.select(Need.organization_id).where(Need.title == "Valves")
    with application.rolled_back():
        sent = data | {"csrf_token": application.tokens["anna"]}
        answer = application.clients["anna"].post(f"{path}?organization={secret}", data=sent)
        assert (answer.status_code, db.session.scalars(stmt).all()) == (303, [None])


@pytest.mark.parametrize("text", ["x" * 200, "ab " * 60, "'" * 200, "\\\\ & | ! :*" * 20, "和" * 200, STRANGE])
def test_search_accepts_any_input(application, text):
    assert application.ask("anna", "GET", f"/search?{urlencode({'q': text})}").status == 200
    assert application.ask("anna", "GET", f"/people/?{urlencode({'q': text})}").status == 200


def test_saved_view_cannot_break_the_team_navigation(application):
    """The navigation of every page has saved views: a page with parts in its address is not one of them."""
    address = f"/people/{application.dataset.of('person').id}"
    with application.rolled_back():
        data = {"name": "One person", "address": address, "shared": "1", "csrf_token": application.tokens["anna"]}
        assert application.clients["anna"].post("/views", data=data).status_code == 422
        assert application.clients["clara"].get("/").status_code == 200


@pytest.mark.parametrize("line", ["a" * 60_000, "1" * 60_000, "a." * 30_000, "x@y.z," * 10_000, "和" * 60_000])
def test_long_header_of_a_pasted_email_is_read_in_linear_time(line):
    began = time.process_time()
    parse_pasted_email(
        f"From: a@example.org\nTo: {line}\nSubject: {line}\n\nHello", own_addresses=frozenset({"a@example.org"})
    )
    assert time.process_time() - began < 2
