"""Commands in the documents exist, and their links have targets."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from crm import create_app
from crm.features import FEATURES

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def code_of(text: str) -> list[str]:
    """Lines of code blocks, indented or fenced, and inline code."""
    blocks = re.findall(r"^(?: {4}|\t)(.+)$", text, re.MULTILINE)
    blocks += [line for block in re.findall(r"```[^\n]*\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    return [line.strip() for line in [*blocks, *re.findall(r"`([^`\n]+)`", text)]]


def lines_with(start: str):
    lines = {
        (str(page.relative_to(ROOT)), match[0].strip())
        for page in PAGES
        for line in code_of(page.read_text(encoding="utf-8"))
        if (match := re.search(rf"(?:^|[/;&\s]){re.escape(start)}\s[^|;&#>]*", line))
    }
    return [pytest.param(page, line, id=f"{page}: {line}") for page, line in sorted(lines)]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_documents_have_commands_and_links_to_check():
    commands = {parameter.values[1] for start in ("make", "flask --app crm") for parameter in lines_with(start)}
    assert {"make test", "make bench", "flask --app crm scheduler"} <= commands
    texts = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
    assert {"README.md", "CONTRIBUTING.md", "docs/tests.md", "docs/adr/0001-features.md"} <= texts.keys()
    assert "docs/map.md" in LINK.findall(texts["README.md"]) + LINK.findall(texts["CONTRIBUTING.md"])
    assert "tests/laws/test_docs.py" in code_of(texts["docs/tests.md"])


def test_readme_has_its_two_commands():
    commands = code_of((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"make run", "make test"} <= set(commands)


@pytest.mark.parametrize(("page", "line"), lines_with("make"))
def test_make_target_exists(page, line):
    named_targets = [word for word in line.split("make ", 1)[1].split() if "=" not in word]
    assert set(named_targets) <= targets(), f"{page}: {line}"


def test_server_is_installed_without_the_packages_of_the_tests(tmp_path):
    command = ["make", "--dry-run", "install", f"VENV={tmp_path}"]
    steps = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"requirements\S*\.txt", steps) == ["requirements.txt"]


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    settings = {"CRM_SECRET_KEY": "s" * 40, "CRM_BASE_URL": "http://localhost"}
    return create_app(**settings, CRM_DATA_DIR=str(tmp_path_factory.mktemp("data"))).cli


@pytest.mark.parametrize(("page", "line"), lines_with("flask --app crm"))
def test_command_exists_with_its_options(shell, page, line):
    words = shlex.split(re.sub(r"\[|\]|\.\.\.|--help", " ", line.split("flask --app crm", 1)[1]))
    command: click.Command = shell
    while isinstance(command, click.Group) and words:
        name = words.pop(0)
        subcommand = command.get_command(click.Context(command), name)
        assert subcommand is not None, f"{page}: there is no {name!r} in: {line}"
        command = subcommand
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.split("=")[0] for word in words if word.startswith("-")} <= options, f"{page}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_link_targets_exist(page):
    linked = {(page.parent / target).resolve() for target in LINK.findall(page.read_text(encoding="utf-8"))}
    missing = {str(path.relative_to(ROOT)) for path in linked if not path.exists()}
    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_file_named_in_a_document_exists(page):
    paths = {
        word.rstrip("/")
        for word in code_of(page.read_text(encoding="utf-8"))
        if re.fullmatch(r"(crm|docs|tests|static|templates|migrations|translations)/[\w./-]+", word)
    }
    assert {name for name in paths if not (ROOT / name).exists()} == set()


def test_test_file_named_beside_a_mistake_exists():
    table = (
        (ROOT / "docs" / "mutation-tests.md")
        .read_text(encoding="utf-8")
        .split("| place | mistake |")[1]
        .split("\n\n")[0]
    )
    paths, folder = [], Path()
    for name in re.findall(r"`((?:[\w/]+/)?test_\w+\.py)`", table):
        # The second file of a row is in the directory of the first.
        folder = Path(name).parent if "/" in name else folder
        paths.append(ROOT / "tests" / folder / Path(name).name)
    assert len(paths) > 50
    assert [str(path) for path in paths if not path.exists()] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda page: page.name)
def test_decision_record_is_short(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 40


def test_decision_records_have_numbers_of_their_own():
    numbers = {page.name: page.name[:4] for page in (ROOT / "docs" / "adr").glob("*.md") if page.name[:4].isdigit()}
    assert len(set(numbers.values())) == len(numbers)
    for name, number in numbers.items():
        title = (ROOT / "docs" / "adr" / name).read_text(encoding="utf-8").splitlines()[0]
        assert title.startswith(f"# ADR {int(number)}: "), f"{name}: {title}"


def test_map_names_the_features_in_their_order():
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    section = text.split("## Features, high to low\n")[1].split("\n\n")[0]
    assert re.findall(r"`(\w+)`", section) == [*reversed(FEATURES), "core"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_link_anchors_exist(page):
    links = re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if link[1] not in anchors_of(page.parent / link[0] if link[0] else page)] == []
