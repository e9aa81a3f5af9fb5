"""The test files that should notice a mistake in a file of the program."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

FURTHER_TESTS: dict[str, tuple[str, ...]] = {"core/mail": ("tests/mail",), "reports": ("tests/impact",)}
"""Tests of a part that are in another folder than its own."""
LAWS = {"models.py": "tests/laws/test_models.py"}
"""The law test that compares files of a name with something else, such as the migrations."""


def part_of(path: str) -> str:
    """Return the feature, or the subpackage of core, that a file belongs to."""
    folders = Path(path).parts[1:-1]
    return "/".join(folders[: 2 if folders[0] == "core" else 1])


def list_own_tests(root: Path, path: str) -> list[str]:
    """Return the test files of the file's part, those named like the file and its folder first: they notice most."""
    part = part_of(path)
    pattern = "test_*.py" if part == "core" else "**/test_*.py"
    folders = (f"tests/{part}", *FURTHER_TESTS.get(part, ()))
    return _sort(root, path, [f for folder in folders for f in (root / folder).glob(pattern)])


def list_tests_of_users(root: Path, path: str) -> list[str]:
    """Return the test files that import a function, class or constant of the file, and those of features that do."""
    part = part_of(path)
    names, package = _defined_names(root / path), "crm." + part.replace("/", ".")
    files: set[Path] = set()
    for folder in ("crm", "tests"):
        for user in (root / folder).rglob("*.py"):
            if user.is_relative_to(root / folder / part) or not names & _imported_names(user, package):
                continue
            feature = user.relative_to(root / folder).parts[0]
            files |= set((root / "tests" / feature).glob("**/test_*.py")) if folder == "crm" else {user}
    laws = [law for name, law in LAWS.items() if Path(path).name == name]
    return laws + _sort(root, path, [f for f in files if f.name.startswith("test_")])


def _sort(root: Path, path: str, files: Iterable[Path]) -> list[str]:
    words = {word for piece in Path(path).parts[1:] for word in Path(piece).stem.split("_")}
    ordered = sorted(files, key=lambda f: (-len(words & set(f.stem.split("_"))), f))
    return [str(f.relative_to(root)) for f in ordered]


def _defined_names(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    return names


def _imported_names(file: Path, package: str) -> set[str]:
    """Return the names that a file imports from a package or from its modules."""
    text = file.read_text(encoding="utf-8")
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)) if package in text else ():
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{package}."):
            names.update(alias.name for alias in node.names)
    return names
