"""Who is left out and why, which language and text someone gets, and how fields are filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm.core.policy import Actor, Role
from crm.mailings.fields import fill_in, find_fields, find_misspelled_field, find_unknown_fields
from crm.mailings.policy import (
    ExclusionReason,
    RecipientFacts,
    choose_text,
    find_reason,
    has_blank,
    has_team,
    lacks_advertising_mark,
    may_edit_template,
    needs_consent,
)
from crm.mailings.tokens import build_unsubscribe_token, read_unsubscribe_token
from crm.people.policy import ConsentKind

GOOD = RecipientFacts(ConsentKind.card, "CN", False, False, True, False, False)


@pytest.mark.parametrize(
    ("facts", "one", "many"),
    [
        (GOOD, None, None),
        (replace(GOOD, archived=True), ExclusionReason.archived, ExclusionReason.archived),
        (replace(GOOD, confidential=True), None, ExclusionReason.confidential),
        (replace(GOOD, has_address=False, bounced=True), ExclusionReason.no_address, ExclusionReason.no_address),
        (replace(GOOD, opted_out=True), ExclusionReason.opted_out, ExclusionReason.opted_out),
        (replace(GOOD, consent=ConsentKind.withdrawn), ExclusionReason.withdrawn, ExclusionReason.withdrawn),
        (replace(GOOD, consent=None), None, ExclusionReason.no_consent),
        (replace(GOOD, consent=ConsentKind.public), None, ExclusionReason.no_consent),
        (replace(GOOD, consent=None, country="US"), None, None),
        (replace(GOOD, opted_out=True, country="US"), ExclusionReason.opted_out, ExclusionReason.opted_out),
        (replace(GOOD, bounced=True), ExclusionReason.bounced, ExclusionReason.bounced),
        (replace(GOOD, opted_out=True, bounced=True), ExclusionReason.opted_out, ExclusionReason.opted_out),
    ],
)
def test_reason_for_leaving_someone_out(facts, one, many):
    assert find_reason(facts, is_bulk=False) is one
    assert find_reason(facts, is_bulk=True) is many


def test_consent_is_needed_outside_the_united_states_and_where_the_country_is_unknown():
    assert [needs_consent(country) for country in ("US", "CN", "DE", None)] == [False, True, True, True]


@pytest.mark.parametrize(
    ("languages", "reader", "chosen"),
    [
        (["en", "zh_Hans"], "zh_Hans", "zh_Hans"),
        (["en", "zh_Hans"], "zh_Hant", "zh_Hans"),
        (["en", "zh_Hant"], "zh_Hans", "zh_Hant"),
        (["en", "zh_Hans"], "es", "en"),
        (["zh_Hans"], "en", "zh_Hans"),
        (["zh_Hans", "es"], "en", "zh_Hans"),
        ([], "en", None),
    ],
)
def test_text_is_in_the_readers_language_else_the_nearest(languages, reader, chosen):
    assert choose_text(languages, reader) == chosen


def test_fields_are_replaced_once_and_values_are_not_read_again():
    values = {"first_name": "{center}", "center": "Inland"}
    assert fill_in("Hi {first_name}, { center } {no} {", values) == "Hi {center}, Inland {no} {"
    assert find_fields("{a} {b} {a}") == ["a", "b"]
    assert find_unknown_fields("{first_name} {first name} {}") == ["first name"]


def test_field_with_wrong_braces_is_found_and_its_name_in_words_is_not():
    texts = ("{first_name", "center }", "{{name}}", "你好 ｛salutation｝", "{organization｝")
    assert [find_misspelled_field(text) for text in texts] == [
        "first_name",
        "center",
        "name",
        "salutation",
        "organization",
    ]
    for text in ("Your name and {name}, { center }{organization}", "The center {of} my_name", "{no}", "} {"):
        assert find_misspelled_field(text) == ""
    assert has_blank({"first_name": "", "name": "Wu"}, ["name", "first_name"]) == "first_name"
    assert has_blank({"name": "Wu"}, ["name"]) == ""


def test_template_is_edited_by_its_author_and_the_managers_of_its_team():
    author, colleague = Actor(1, team_ids=frozenset({7})), Actor(2, team_ids=frozenset({7}))
    manager = Actor(3, role=Role.manager, team_ids=frozenset({7}))
    network_manager = Actor(4, role=Role.network_manager)
    assert may_edit_template(author, 1, None)
    assert [may_edit_template(actor, 1, 7) for actor in (author, colleague, manager, network_manager)] == [
        True,
        False,
        True,
        True,
    ]
    assert not may_edit_template(manager, 1, 8)
    assert [may_edit_template(actor, 1, None) for actor in (colleague, manager, network_manager)] == [False] * 3


def test_token_is_read_only_if_it_was_signed_with_the_key():
    token = build_unsubscribe_token("key", 1234)
    assert (len(token), token.isalnum(), token.lower()) == (24, True, token)
    assert read_unsubscribe_token("key", token) == 1234
    assert read_unsubscribe_token("key", token.upper()) == 1234
    assert read_unsubscribe_token("other", token) is None
    forged = ("b" if token[5] == "a" else "a").join((token[:5], token[6:]))
    assert [read_unsubscribe_token("key", text) for text in (forged, token[:-1], "!" * 24, "", "é" * 24)] == [None] * 5


def test_email_to_people_is_for_members_of_a_team():
    assert has_team(Actor(id=1, first_team_id=7))
    assert not has_team(Actor(id=1))


@pytest.mark.parametrize(
    ("country", "subject", "lacks"),
    [
        ("CN", "样品", True),
        ("CN", "广告: 样品", False),
        ("CN", "[AD] Samples", False),
        ("CN", "Samples are READY", True),
        ("TW", "樣品", False),
        (None, "Samples", False),
    ],
)
def test_advertising_to_china_is_marked_in_the_subject(country, subject, lacks):
    assert lacks_advertising_mark(country, subject) is lacks
