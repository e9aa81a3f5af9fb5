"""Rules for tracked files: text that must never be in them."""

from __future__ import annotations

import compileall
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in two parts, so that this file obeys its own rule. A mirror or registry belongs in the environment.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "index" + "-url ="]
# Lock files name packages and hashes only; vendored code keeps its original licenses and manifests.
OTHERS = ("static/vendor/",)
UNFINISHED = ["TO" + "DO", "FIX" + "ME", "Lorem " + "ipsum", "not yet " + "implemented"]
SOMEBODYS_DISK = re.compile(r"(?<![\w.])/(home|root|work|Users)/\w")
INLINE = re.compile(r"\|\s*safe\b|\sstyle=|\son(click|submit|change|load|input)=|<script(?![^>]*\ssrc=)[^>]*>|<style\b")


def _tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listing.stdout.split("\0") if name and not name.startswith(OTHERS)]
    return [path for path in paths if path.is_file()]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def _find_lines(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in paths
        for number, line in enumerate(_lines(path), 1)
        if pattern.search(line)
    ]


def test_tracked_files_are_listed():
    names = {path.name for path in _tracked()}
    assert {"Makefile", "pyproject.toml", "test_application.py"} <= names


def test_no_file_names_a_package_registry():
    assert _find_lines(re.compile("|".join(map(re.escape, REGISTRIES))), _tracked()) == []


def test_no_file_mentions_unfinished_work():
    assert _find_lines(re.compile("|".join(UNFINISHED)), _tracked()) == []


def test_no_file_has_a_private_path():
    assert _find_lines(SOMEBODYS_DISK, _tracked()) == []


def _names(path: Path) -> set[str]:
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)", path.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[._]", "-", name).lower() for name in names}


@pytest.mark.parametrize("kind", ["requirements", "requirements-dev", "requirements-ocr"])
def test_locked_packages_match_the_requirements(kind):
    assert _names(ROOT / f"{kind}.in") - _names(ROOT / f"{kind}.txt") == set(), "run make lock"


@pytest.mark.parametrize("path", _tracked("requirements*.txt"), ids=lambda path: path.name)
def test_locked_packages_have_hashes_and_no_addresses(path):
    blocks = re.split(r"^(?=[a-z0-9])", path.read_text(), flags=re.MULTILINE)[1:]
    assert len(blocks) > 5
    assert [block.split("=")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert _find_lines(re.compile(r"://|--index|--find-links"), [path]) == []


def test_templates_have_no_inline_script_style_or_unescaped_text():
    # Emails are read without the content security policy and must contain their styles.
    pages = [path for path in _tracked("templates") if "templates/email/" not in path.as_posix()]
    assert _find_lines(INLINE, pages) == []


@pytest.mark.parametrize(
    "line", ["{{ x|safe }}", '<p style="a">', '<a onclick="x()">', "<script>x()</script>", "<style>", "<p\tstyle=a>"]
)
def test_inline_code_is_detected(line):
    assert INLINE.search(line)


def test_every_python_file_compiles():
    folders = ["crm", "migrations", "tests"]
    assert all(compileall.compile_dir(ROOT / folder, quiet=1) for folder in folders)
