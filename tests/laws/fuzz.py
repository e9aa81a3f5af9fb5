"""Random values in query parameters and form fields: targets, values and allowed responses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import Flask, Request
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from crm.core.web.resume import SHOW_AGAIN
from crm.reports.registry import REPORTS
from tests.fixtures.people import PASSWORD
from tests.laws.application import ApplicationUnderTest
from tests.laws.fill import FormOnPage, Forms, fill_form
from tests.laws.fuzz_values import DATES, DIGITS, FILES, RANDOM_VALUES, TIMES, WORST_BATCH, WORST_VALUES
from tests.laws.routes import RouteRequest, is_public, list_requests
from tests.laws.test_bad_input import BAD, kind_of
from tests.laws.test_listings import LISTINGS

SKIPPED_FIELDS = frozenset({"csrf_token", "uid", "version"})
"""Fields that every form checks first; with a bad value there the rest is not parsed."""
READ_PARAMETERS = {report.endpoint: (*sorted(report.args), "as") for report in REPORTS}
"""View -> parameters that it accepts without looking each one up by name."""
VALID_VALUES = {
    "accounts.login": {"email": ["anna@demo.example"], "password": [PASSWORD], "pending_form": [""], "next": ["/"]}
}
"""View -> fields that are required before the rest of its form is parsed."""


@dataclass
class Target:
    """A request to fill with values: its address and user, valid values, kinds of fields."""

    endpoint: str
    viewer: str
    method: str
    path: str
    good: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The parts of a request that are filled."""
        return sorted(self.values.keys() - SKIPPED_FIELDS)


class RecordingDict(ImmutableMultiDict[str, str]):
    """Parameters or fields of a request; `names` are those that the program has looked up."""

    names: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> str:
        """Return a value."""
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        """Return whether it was sent."""
        self.names.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, *rest: Any, **kw: Any) -> list[Any]:
        """Return all values."""
        self.names.add(key)
        return super().getlist(key, *rest, **kw)


class RecordingRequest(Request):
    """A request that records which parameters and fields are looked up."""

    parameter_storage_class = RecordingDict


@contextmanager
def recording_requests(app: Flask) -> Iterator[None]:
    """Record what the requests of an application look up."""
    before, app.request_class = app.request_class, RecordingRequest
    try:
        yield
    finally:
        app.request_class = before


def targets(application: ApplicationUnderTest, rules: Iterable[Rule]) -> Iterator[Target]:
    """Return the routes with every method, on a visible record, with all parameters and fields known of them."""
    for rule in rules:
        if rule.endpoint == "static":
            continue
        requests = [ask for ask in list_requests(application.dataset, application.app, rule) if not ask.missing]
        requests.sort(key=lambda ask: ask.access_case is not None and ask.access_case.name != "inland")
        for method in sorted({ask.method for ask in requests}):
            yield _target(application, rule, [ask for ask in requests if ask.method == method])


def _target(application: ApplicationUnderTest, rule: Rule, requests: list[RouteRequest]) -> Target:
    """Return the first user and record that are neither hidden nor forbidden, with the choices on the page."""
    people = ("guest", "anna") if is_public(rule.endpoint) else ("anna", "admin")
    for ask, viewer in ((ask, viewer) for ask in requests[:4] for viewer in people):
        RecordingDict.names.clear()
        page = application.ask(viewer, ask.method, ask.path, data=None if ask.method == "GET" else {})
        if page.status not in (401, 403, 404):
            break
    target = Target(ask.endpoint, viewer, ask.method, ask.path)
    target.values = {name: [] for name in (*RecordingDict.names, *READ_PARAMETERS.get(ask.endpoint, ())) if name}
    if ask.method == "GET":
        _add_listing(target)
    elif form := _form_for(application, viewer, ask):
        _add_form(application, target, form)
    target.good |= VALID_VALUES.get(ask.endpoint, {})
    return target


def _add_listing(target: Target) -> None:
    for listing in LISTINGS.values():
        if listing.address.rstrip("/") == target.path.rstrip("/"):
            for one in listing.filters:
                choices = one.choices if isinstance(one.choices, tuple) else ()
                target.values[one.name] = [code for code, _label in choices]
                target.kinds[one.name] = one.kind
            target.values["sort"] = [
                sign + col.name for col in listing.cols if col.key is not None for sign in ("", "-")
            ]
            target.values |= {
                "after": [],
                "as": ["csv", "xlsx"],
                "view": [view.name for view in listing.views],
                "q": [],
            }


def _form_for(application: ApplicationUnderTest, viewer: str, ask: RouteRequest) -> FormOnPage | None:
    if "GET" not in ask.methods:
        return None
    own = [f for f in Forms(application.ask(viewer, "GET", ask.path).text).forms if f.action in ("", ask.path)]
    return max(own, key=lambda f: len(f.fields), default=None)


def _add_form(application: ApplicationUnderTest, target: Target, form: FormOnPage) -> None:
    target.good = fill_form(form, application.dataset)
    for one in form.fields.values():
        target.values[one.name] = [x for x in (*one.values, one.value) if x][:20]
        target.kinds[one.name] = "file" if one.type == "file" else kind_of(one)


def worst_values(target: Target) -> Iterator[dict[str, str]]:
    """Yield the worst values: in each query parameter alone and in all at once, in all fields of a kind of a form."""
    if target.method != "GET":
        yield from _worst_in_form(target)
    elif target.names:
        yield from ({name: text} for text in WORST_VALUES for name in target.names)
        for text in WORST_BATCH:
            yield {name: "23:59" if "time" in name else text for name in target.names}


def _worst_in_form(target: Target) -> Iterator[dict[str, str]]:
    of_kind: dict[str, list[str]] = {}
    for name in (n for n in target.names if n != SHOW_AGAIN):
        of_kind.setdefault(target.kinds.get(name, "choice"), []).append(name)
    if rows := [name for name in target.names if "-0-" in name]:
        yield {name.replace("-0-", f"-{number}-"): "1" for number in ("²", "9" * 5000, "-1", "") for name in rows[:8]}
    if numbers := of_kind.get("number"):
        yield dict.fromkeys(numbers, "9" * 500)
    if days := of_kind.get("date"):
        yield dict.fromkeys(days, "9999-12-31") | dict.fromkeys(of_kind.get("time", ()), "23:59")
    for kind in ("choice", "text"):
        if examples := of_kind.get(kind):
            yield dict.fromkeys(examples, "²")
            yield dict.fromkeys(examples, "[" * (60_000 // len(examples)))


def random_values(target: Target, ids: list[str]) -> st.SearchStrategy[dict[str, str]]:
    """Return one to all of a target's parameters, each with a value."""
    values = {name: _values(target, name, ids) for name in target.names}
    if not values:
        return st.just({})
    one = st.sampled_from(target.names).flatmap(lambda name: st.fixed_dictionaries({name: values[name]}))
    few = st.lists(st.sampled_from(target.names), min_size=1, max_size=5, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: values[name] for name in names})
    )
    return st.one_of(few, one, st.fixed_dictionaries(values))


def _values(target: Target, name: str, ids: list[str]) -> st.SearchStrategy[str]:
    """Return mostly values that are invalid for the kind or offered by the page, sometimes any text."""
    kinds = {"date": (*DATES, *BAD["date"]), "time": (*TIMES, *BAD["time"]), "number": (*DIGITS, *BAD["number"])}
    examples = st.sampled_from(
        [*kinds.get(target.kinds.get(name, ""), RANDOM_VALUES), *target.values.get(name, []), *ids]
    )
    texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
    return st.one_of(
        examples, examples, st.sampled_from(RANDOM_VALUES), texts, st.integers().map(str), st.dates().map(str)
    )


def find_fault(application: ApplicationUnderTest, target: Target, values: dict[str, str]) -> str:
    """Return the fault of a response: a crash, or a refusal that changed data; an empty text if there is none."""
    request_text = (
        f"{target.viewer} {target.method} {target.path} { {name: text[:60] for name, text in values.items()} }"
    )
    if target.method == "GET":
        answer = application.ask(target.viewer, "GET", f"{target.path}?{urlencode(values)}")
    else:
        answer = application.ask(target.viewer, target.method, target.path, data=_sent(target, values))
    if answer.status >= 500 and target.endpoint != "healthz":
        return f"{request_text}: {answer.status} {answer.text[:200]}"
    # Writes of a refused request are rolled back with it: repeat it without any other rollback.
    wrote = target.method != "GET" and answer.status >= 400 and answer.wrote
    if wrote and not application.is_unchanged_by(target.viewer, target.method, target.path, data=_sent(target, values)):
        return f"{request_text}: {answer.status}, yet {sorted(wrote)} changed"
    return ""


def _sent(target: Target, values: dict[str, str]) -> dict[str, Any]:
    return target.good | {name: _field(target, name, text) for name, text in values.items()}


def _field(target: Target, name: str, text: str) -> Any:
    if target.kinds.get(name) != "file":
        return [text]
    content, file_name = FILES[len(text) % len(FILES)]
    return [(BytesIO(content or text.encode()[:5_000]), file_name or text[:200])]
