"""Chosen columns: their order and width in the URL, and what is refused."""

from __future__ import annotations

import pytest

from crm.core.lists.columns import ColumnChoice, format_columns, parse_columns, shown_columns
from crm.core.policy import SYSTEM, Actor, Limit
from tests.core.lists.conftest import ORGANIZATIONS


def names_of(choices) -> list[str]:
    return [col.name for col in shown_columns(ORGANIZATIONS, SYSTEM, choices)]


def test_columns_of_the_url_are_read_and_written_the_same():
    choices = parse_columns(ORGANIZATIONS, SYSTEM, ["name:300", "country,city:120"])
    assert choices == (ColumnChoice("name", 300), ColumnChoice("country"), ColumnChoice("city", 120))
    assert format_columns(choices) == "name:300,country,city:120"


def test_chosen_columns_follow_the_first_one_in_their_order():
    assert names_of(()) == ["name", "city", "country", "last", "share", "next"]
    assert names_of(parse_columns(ORGANIZATIONS, SYSTEM, ["native_name,city"])) == ["name", "native_name", "city"]


@pytest.mark.parametrize("text", ["secret", "city:9", "city:9999", "city:wide", ":120"])
def test_unknown_column_and_width_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_columns(ORGANIZATIONS, SYSTEM, [text])


def test_column_hidden_from_the_actor_can_not_be_chosen():
    shen = Actor(id=1, limits=frozenset({Limit.china_desk}))
    with pytest.raises(ValueError, match="share"):
        parse_columns(ORGANIZATIONS, shen, ["share"])
