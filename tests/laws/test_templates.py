"""Templates are laid out for people: short lines, short files, lists built in Python, and tables with named columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(path for path in ROOT.rglob("*") if path.is_file())
MAX_LINE = 120
MAX_LINES = 150
LIST_BUILDING = re.compile(r"\.(?:append|extend|insert)\(|\bnamespace\(")
"""Calls that collect values in a template, in place of a list that the view hands over."""

EMPTY_HEADER = re.compile(r"<th\b[^>]*>\s*</th>")
"""A screen reader reads the header of a column before each cell; a chart or actions have a visually hidden one."""


def problems_of(text: str) -> list[str]:
    """Return what is wrong with the layout of a template, with line numbers."""
    lines = text.splitlines()
    problems = [f"line {n}: {len(line)} characters" for n, line in enumerate(lines, 1) if len(line) > MAX_LINE]
    problems += [f"line {n}: builds a list" for n, line in enumerate(lines, 1) if LIST_BUILDING.search(line)]
    problems += [f"line {text[: m.start()].count(chr(10)) + 1}: empty header" for m in EMPTY_HEADER.finditer(text)]
    return problems + ([f"{len(lines)} lines"] if len(lines) > MAX_LINES else [])


def test_templates_are_found():
    assert len(TEMPLATES) > 150


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_short_lines_and_builds_no_lists(path):
    assert problems_of(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x" * (MAX_LINE + 1), "line 1: 121 characters"),
        ("x\n" * (MAX_LINES + 1), "151 lines"),
        ("a\n{% set _ = rows.append(row) %}", "line 2: builds a list"),
        ('<tr>\n<th scope="col"></th>', "line 2: empty header"),
        ("{% set found = namespace(rows=[]) %}", "line 1: builds a list"),
    ],
)
def test_layout_problems_are_found(text, problem):
    assert problems_of(text) == [problem]
