"""The generated pages of docs/ match the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.core.ops import docs_pages
from crm.core.policy import RULES, Rule, is_administrator
from crm.features import load_modules

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def _every_rule():
    load_modules("policy")


@pytest.mark.parametrize("name", sorted(docs_pages.PAGES))
def test_generated_docs_page_is_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == docs_pages.PAGES[name](), (
        "run python -m crm.core.ops.docs_pages"
    )


def test_every_right_has_a_description():
    assert [right for right, rule in RULES.items() if not str(rule.description)] == []


def test_rights_page_shows_the_roles_of_a_right(monkeypatch):
    monkeypatch.setitem(RULES, "moon:paint", Rule(for_actor=is_administrator, description="Paint the moon"))
    line = next(line for line in docs_pages.rights_page().splitlines() if "moon:paint" in line)
    assert line == "| `moon:paint` | - | - | - | yes | - | - | Paint the moon |"


def test_settings_page_has_every_setting():
    from config import Config

    page = docs_pages.settings_page()
    assert [name for name in Config.__annotations__ if f"| `{name}` |" not in page] == []
    assert "|  |\n" not in page
