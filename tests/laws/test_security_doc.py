"""docs/security-asvs.md lists each requirement once, and every test and file that it names exists."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "security-asvs.md").read_text(encoding="utf-8")
OVERVIEW = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (met|partly|not met) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
STATES = ("met", "partly", "not met")
APPLIES, DOES_NOT = 185, 68


def rows() -> list[tuple[str, ...]]:
    """Return number, level, requirement, status and evidence of each row."""
    return ROW.findall(TABLE)


def excluded_chapters() -> list[str]:
    """Return the numbers of the list at the end."""
    return re.findall(r"\b\d+\.\d+\.\d+\b", TABLE.split("## What does not apply")[1])


@cache
def text_of(file: str) -> str:
    path = ROOT / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def is_test_defined(file: str, test: str) -> bool:
    return re.search(rf"^(?:async )?def {test}\(", text_of(file), re.MULTILINE) is not None


def test_every_requirement_is_listed_once():
    numbers = [row[0] for row in rows()]
    assert len(numbers) == APPLIES
    assert len(excluded_chapters()) == DOES_NOT
    assert [n for n, times in Counter(numbers + excluded_chapters()).items() if times > 1] == []
    assert len(re.findall(r"^\| \d+\.\d+\.\d+ \| \d", TABLE, re.MULTILINE)) == APPLIES
    chapters = [int(part.split(".")[0]) for part in re.findall(r"^## (\d+\. )", TABLE, re.MULTILINE)]
    assert chapters == sorted({int(number.split(".")[0]) for number in numbers})


@pytest.mark.parametrize(("file", "test"), sorted(set(TEST.findall(TABLE + OVERVIEW))))
def test_every_named_test_exists(file, test):
    assert is_test_defined(file, test)


def test_missing_test_is_detected():
    assert not is_test_defined("tests/laws/test_security_doc.py", "test_of_nobody")
    assert not is_test_defined("tests/laws/test_nothing.py", "test_of_nobody")
    assert is_test_defined("tests/laws/test_security_doc.py", "test_every_requirement_is_listed_once")


def test_every_mention_of_a_test_is_parsed():
    assert TABLE.count(".py::") == len(TEST.findall(TABLE))
    assert len(TEST.findall(TABLE)) > 100


def test_every_claim_has_evidence():
    bare = [
        n
        for n, _level, _words, status, evidence in rows()
        if status != "not met" and "`" not in evidence and "](" not in evidence
    ]
    assert bare == []
    vague = [n for n, _level, _words, status, evidence in rows() if status == "not met" and "Needed:" not in evidence]
    assert vague == []


def test_summary_counts_match_the_table():
    counted = Counter((row[0].split(".")[0], row[1], row[3]) for row in rows())
    lines = re.findall(r"^\| (\d+)\. [^|]+\|(.+)\|$", OVERVIEW, re.MULTILINE)
    counts = {n: [0 if x.strip() == "-" else int(x) for x in cells.split("|")] for n, cells in lines}
    chapters = {row[0].split(".")[0] for row in rows()}
    assert counts == {n: [counted[n, level, s] for level in "12" for s in STATES] for n in chapters}
    sums = [sum(cells) for cells in zip(*counts.values(), strict=True)]
    assert "| **all** | " + " | ".join(f"**{n}**" for n in sums) + " |" in OVERVIEW
