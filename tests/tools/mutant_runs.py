"""Runs of the tests on a copy of the program with one mistake."""

from __future__ import annotations

import difflib
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.tools.mutations import Mutation, apply

ROOT = Path(__file__).parents[2]


FURTHER_TESTS: dict[str, tuple[str, ...]] = {"core/mail": ("tests/mail",), "reports": ("tests/impact",)}
"""Tests of a part that are in another folder than its own."""


START_SECONDS = 60
"""Seconds that a run may take besides its tests: a busy computer starts slowly."""


@dataclass(frozen=True)
class Mutant:
    """A mistake in a file of the program."""

    path: str
    mutation: Mutation

    @property
    def part(self) -> str:
        """The feature, or the subpackage of core, whose tests should fail."""
        folders = Path(self.path).parts[1:-1]
        return "/".join(folders[: 2 if folders[0] == "core" else 1])

    def tests(self, root: Path) -> list[str]:
        """Return the test files of its part, those named like its file and folder first: they most often notice."""
        words = {word for piece in Path(self.path).parts[1:] for word in Path(piece).stem.split("_")}
        folders = (f"tests/{self.part}", *FURTHER_TESTS.get(self.part, ()))
        pattern = "test_*.py" if self.part == "core" else "**/test_*.py"
        files = [f for folder in folders for f in sorted((root / folder).glob(pattern))]
        files.sort(key=lambda f: -len(words & set(f.stem.split("_"))))
        return [str(f.relative_to(root)) for f in files]


@dataclass
class Result:
    """The result for a mutant: `killed`, `timeout` or `survived`."""

    mutant: Mutant
    outcome: str
    seconds: float
    diff: str


@dataclass
class WorkingCopy:
    """A copy of the program to put mistakes into."""

    folder: Path
    template: Path

    def test(self, files: Iterable[str], timeout: float) -> tuple[int | None, str]:
        """Run test files on SQLite until one fails; return the exit code (None on timeout) and the output."""
        command = [
            sys.executable,
            "-m",
            "pytest",
            *files,
            "-x",
            "-q",
            "--no-header",
            "--tb=line",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            "--hypothesis-seed=0",
            f"--basetemp={self.folder}.tmp",
            "-m",
            "not browser and not faults and not bench",
        ]
        env = os.environ | {"CRM_TEST_ENGINES": "sqlite", "CRM_TEST_TEMPLATE": str(self.template)}
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=env,
            start_new_session=True,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as run:
            try:
                output, _none = run.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                os.killpg(run.pid, signal.SIGKILL)
                return None, run.communicate()[0]
        return run.returncode, output

    @contextmanager
    def with_mistake(self, path: str, source: str) -> Iterator[None]:
        """Replace the source of the file temporarily."""
        file = self.folder / path
        before = file.read_text(encoding="utf-8")
        try:
            file.write_text(source, encoding="utf-8")
            yield
        finally:
            file.write_text(before, encoding="utf-8")


@dataclass
class MutationRun:
    """A sample of mutants tried in several copies."""

    copies: queue.Queue[WorkingCopy]
    ends_at: float
    usual: dict[str, float] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def passes_unchanged(self, mutant: Mutant) -> bool:
        """Run the tests of a part unchanged: they must pass, and show how long they take."""
        if time.monotonic() > self.ends_at:
            return False
        copy = self.copies.get()
        try:
            begun = time.monotonic()
            code, output = copy.test(mutant.tests(copy.folder), 1800)
            self.usual[mutant.part] = time.monotonic() - begun
            print_line(f"     {mutant.part}: {self.usual[mutant.part]:.0f} s without a mistake")
            if code != 0:
                self.broken.append(mutant.part)
                print_line(output[-3000:])
            return code == 0
        finally:
            self.copies.put(copy)

    def try_mutant(self, mutant: Mutant) -> None:
        """Insert the mistake, run the tests, and restore the file."""
        copy = self.copies.get()
        try:
            begun = time.monotonic()
            if begun > self.ends_at:
                return
            source = (copy.folder / mutant.path).read_text(encoding="utf-8")
            changed = apply(source, mutant.mutation)
            with copy.with_mistake(mutant.path, changed):
                code, _output = copy.test(mutant.tests(copy.folder), START_SECONDS + 4 * self.usual[mutant.part])
            outcome = "timeout" if code is None else "killed" if code else "survived"
            diff = "\n".join(difflib.unified_diff(source.splitlines(), changed.splitlines(), lineterm="", n=0))
            result = Result(mutant, outcome, time.monotonic() - begun, diff)
            self.results.append(result)
            print_line(f"{len(self.results):4} {outcome:8} {result.seconds:5.0f} s  {name_of(mutant)}")
        finally:
            self.copies.put(copy)


def print_line(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def name_of(mutant: Mutant) -> str:
    return f"{mutant.path}:{mutant.mutation.line} {mutant.mutation.operator}"
