"""`make audit`: a package that can't be checked is a failure, not a silent success."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_audit_fails_on_packages_it_cannot_check():
    result = subprocess.run(["make", "-n", "audit"], cwd=ROOT, capture_output=True, text=True, check=True)
    commands = [line.split() for line in result.stdout.splitlines() if "pip-audit" in line]
    assert [words[words.index("--requirement") + 1] for words in commands] == [
        "requirements.txt",
        "requirements-ocr.txt",
    ]
    assert all("--strict" in words for words in commands)
