"""Every route, every person, every access case: the status, and refusals that change nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.laws import expected as expectations
from tests.laws.application import ApplicationUnderTest
from tests.laws.build_dataset import LawRecord
from tests.laws.dataset import marker_for
from tests.laws.patterns import any_of
from tests.laws.routes import (
    PLACEHOLDERS,
    RouteRequest,
    is_public,
    list_requests,
    methods_of,
    rules,
    untestable_routes,
)
from tests.laws.sampling import IS_FULL, TURN, one_of, part_of
from tests.laws.viewers import PEOPLE, AccessCase, Expected, Viewer, may_see

# The tests of the features cover these lines; measuring coverage again takes a third of the time.

WORKS = frozenset({200, 303, 400, 409, 422, 429})
"""Allowed results of a permitted request: a page, a redirect, or a refusal of the (empty) form."""
STATUS = {Expected.no_right: {403}, Expected.hidden: {404}, Expected.refused: {403}, Expected.done: WORKS}
# The word "form" is only in the page about an invalid token.
BAD_TOKEN = "Your session expired"


def list_all_requests(application: ApplicationUnderTest, viewer: str, every: int = 1) -> list[RouteRequest]:
    """List this run's part of the requests of each rule that must be refused, and one or two that are allowed.

    On the second engine one of `every` so many is enough: of the rules, or of the refused requests if everything runs.
    On the first one, allowed requests are of every second rule, of the others with the next commit.
    """
    requests: list[RouteRequest] = []
    turn = list(PEOPLE).index(viewer) + (0 if IS_FULL else TURN)
    picked = (turn, 3 * turn + 1) if every == 1 and IS_FULL else (turn // max(every, 2),)
    rules_of_run = rules(application.app) if IS_FULL else rules(application.app)[turn % every :: every]
    for number, rule in enumerate(rules_of_run):
        candidates = list_requests(application.dataset, application.app, rule)
        refused = [ask for ask in candidates if expected(viewer, ask) is not Expected.done]
        requests += part_of(refused, every if IS_FULL else 1, offset=list(PEOPLE).index(viewer))
        is_due = IS_FULL or every > 1 or (number + turn) % 2 == 0
        for method in methods_of(rule) if is_due else ():
            allowed = [ask for ask in candidates if ask.method == method and expected(viewer, ask) is Expected.done]
            requests += {allowed[i % len(allowed)].path: allowed[i % len(allowed)] for i in picked if allowed}.values()
    return requests


def expected(viewer: str, ask: RouteRequest) -> Expected:
    """Return the expected result."""
    person = PEOPLE[viewer]
    if is_public(ask.endpoint):
        return Expected.done
    if ask.missing:
        return Expected.hidden if expectations.has_right(person, ask.endpoint) else Expected.no_right
    if ask.owned_row is not None:
        return expectations.expected_for_owned_row(person, ask.endpoint, ask.method, ask.owned_row)
    verdict = expectations.expected_result(person, ask.endpoint, ask.methods, find_access_case(ask.subject))
    follows_other = ask.endpoint == "records.counselor" and ask.subject and ask.subject.kind in ("product", "need")
    # Products and needs have the counselor of their client or project.
    return Expected.hidden if follows_other and verdict is Expected.done else verdict


def find_access_case(subject: LawRecord | None) -> AccessCase | None:
    """Return the access case of a row; only opportunities, and their files, are in export hold."""
    if (
        subject is None
        or subject.access_case is None
        or subject.word == marker_for("opportunity", subject.access_case.name)
    ):
        return subject.access_case if subject else None
    return replace(subject.access_case, hold=False)


def _may_name_client_in_review(person: Viewer, subject: LawRecord) -> bool:
    """Compliance users see the client of an opportunity in export hold, and nothing else of that client."""
    is_held = subject.access_case is not None and subject.access_case.hold and not subject.access_case.confidential
    return person.compliance and subject.kind == "organization" and is_held


def hidden_words(application: ApplicationUnderTest, viewer: str) -> re.Pattern[str]:
    """Return the words of all records that a person, or a guest, must never see."""
    person = PEOPLE.get(viewer)
    visible = [
        s
        for s in application.dataset.searchable_records()
        if person and (_may_name_client_in_review(person, s) or may_see(person, find_access_case(s)))
    ]
    secret = [s.word for s in application.dataset.searchable_records() if s not in visible]
    mails = [s.word for s in application.dataset.subjects["mail"] if s.owned_row and s.owned_row.owner != viewer]
    return any_of([*secret, *mails])


def _fault(application: ApplicationUnderTest, viewer: str, ask: RouteRequest, secrets: re.Pattern[str]) -> str:
    verdict = expected(viewer, ask)
    # An error in JSON is quicker to render; its HTML is checked by the laws of pages.
    accept = {} if verdict is Expected.done else {"Accept": "application/json"}
    answer = application.ask(viewer, ask.method, ask.path, headers=accept)
    fine = (
        STATUS[verdict]
        | ({503} if ask.endpoint == "healthz" else set())
        | ({404} if is_public(ask.endpoint) else set())
    )
    about = f"{ask.subject.kind} {ask.access_case.name if ask.access_case else ''}" if ask.subject else ""
    request_text = f"{ask.method} {ask.path} ({ask.endpoint}, {about})"
    if answer.status not in fine or (answer.status == 400 and BAD_TOKEN in answer.text):
        detail = f" {answer.text[:120]}" if answer.status == 500 else ""
        return f"{request_text}: {answer.status}, expected {verdict.name}{detail}"
    if leak := secrets.search(answer.text) or secrets.search(answer.location):
        return f"{request_text}: tells {leak[0]}: {answer.text[max(0, leak.start() - 80) : leak.end() + 20]!r}"
    if answer.status >= 400 and answer.wrote and not application.is_unchanged_by(viewer, ask.method, ask.path):
        return f"{request_text}: refused with {answer.status}, and changed {sorted(answer.wrote)}"
    return ""


@pytest.mark.parametrize("viewer", PEOPLE)
def test_every_route_follows_the_permission_table(application, viewer, engine):
    before = application.fingerprint()
    secrets = hidden_words(application, viewer)
    faults = [
        fault
        for ask in list_all_requests(application, viewer, 1 if engine == "sqlite" else 3 if IS_FULL else 8)
        if (fault := _fault(application, viewer, ask, secrets))
    ]
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:200])
    assert application.fingerprint() == before


def list_one_each(application: ApplicationUnderTest) -> list[RouteRequest]:
    """Return one request of each rule and method, about an existing record."""
    requests = [(rule, list_requests(application.dataset, application.app, rule)) for rule in rules(application.app)]
    return [
        next(a for a in candidates if a.method == m)
        for rule, candidates in requests
        if candidates
        for m in methods_of(rule)
    ]


@pytest.mark.one_engine
def test_guests_are_sent_to_sign_in_and_see_no_data(application):
    secrets, before = hidden_words(application, "guest"), application.fingerprint()
    for ask in list_one_each(application):
        if is_public(ask.endpoint):
            continue
        answer = application.ask("guest", ask.method, ask.path)
        if ask.method == "GET":
            assert (answer.status, answer.location.split("=")[0]) == (303, "/login?next"), ask
        else:
            assert answer.status == 401, ask
        assert not secrets.search(answer.text), ask
        assert not answer.wrote, ask
    assert application.fingerprint() == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("viewer", one_of(["guest", "anna", "admin"]))
def test_form_without_its_token_is_refused_first(application, viewer):
    answers = [
        (a.path, application.ask(viewer, a.method, a.path, token=False))
        for a in list_one_each(application)
        if a.method != "GET" and a.endpoint not in expectations.AUTHORIZED_BY_LINK
    ]
    assert len(answers) > 50
    assert [(path, x.status) for path, x in answers if x.status != 400 or BAD_TOKEN not in x.text] == []
    assert [path for path, x in answers if x.wrote] == []


def test_dataset_covers_every_route(application):
    assert untestable_routes(application.dataset, application.app) == []


def test_every_right_has_a_rule_and_every_route_a_right(application):
    from crm.core.policy import RULES
    from crm.core.web.blueprint import PUBLIC, RIGHTS

    routes = {rule.endpoint for rule in rules(application.app)}
    assert routes - RIGHTS.keys() == set()
    assert {RIGHTS[r] for r in routes} - {PUBLIC} - RULES.keys() == set()
    assert {r for r in routes if RIGHTS[r] == PUBLIC} == set(expectations.PUBLIC)


def test_expected_rights_name_only_existing_routes(application):
    views = {rule.endpoint for rule in rules(application.app)}
    endpoints = views | {f"{view.partition('.')[0]}.*" for view in views}
    listed_endpoints = {
        *expectations.RESTRICTED_RIGHTS,
        *expectations.HIDDEN_FROM_CHINA_DESK,
        *expectations.PUBLIC,
        *(n for n in expectations.NAMED_ENDPOINTS if "." in n),
    }
    assert listed_endpoints - endpoints == set()


def test_rows_of_another_record_are_not_reachable_through_an_own_record(application):
    """An address with two ids must not open the second one by the right on the first one."""
    wrong = []
    for rule in rules(application.app):
        ids = rule.arguments - PLACEHOLDERS.get(rule.endpoint, {}).keys()
        if not {"id"} < ids or rule.endpoint in ("opportunities.exit_test", "projects.lead_test"):
            continue
        both = [
            a
            for a in list_requests(application.dataset, application.app, rule)
            if a.subject and a.access_case and a.access_case.name in ("shared", "inland")
        ]
        other_rows = [
            a
            for a in list_requests(application.dataset, application.app, rule)
            if a.subject and a.access_case and a.access_case.name == "secret_bay"
        ]
        for own_row, other in zip(both, other_rows, strict=False):
            mixed = _mixed(own_row.path, other.path)
            answer = application.ask("anna", own_row.method, mixed)
            if answer.status != 404 or answer.wrote:
                wrong.append((own_row.method, mixed, answer.status))
    assert wrong == []


def _mixed(own_path: str, other: str) -> str:
    """Return the first id of one address with the other ids of the other one."""
    first = iter(re.findall(r"\d+", own_path)[:1])
    return re.sub(r"\d+", lambda m: next(first, m[0]), other)
