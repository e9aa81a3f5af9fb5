"""Runs of the tests on a copy of the program with one mistake."""

from __future__ import annotations

import difflib
import os
import queue
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.tools.mutant_tests import list_own_tests, list_tests_of_users, part_of
from tests.tools.mutations import Mutation, apply

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
"""Seconds that a run may take besides its tests: a busy computer starts slowly."""
USERS_SECONDS = 120
"""Seconds for the tests of other features that use a file, with the start."""
FAILED = re.compile(r"^(?:FAILED|ERROR) ([^:\s]+)", re.MULTILINE)
"""A test file in pytest's list of what failed."""


@dataclass(frozen=True)
class Mutant:
    """A mistake in a file of the program."""

    path: str
    mutation: Mutation

    @property
    def part(self) -> str:
        """The feature, or the subpackage of core, whose tests should fail."""
        return part_of(self.path)


@dataclass
class Result:
    """The result for a mutant: `killed`, `timeout`, `elsewhere` (tests of other features failed) or `survived`."""

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
            _write_anew(file, source)
            yield
        finally:
            _write_anew(file, before)


def _write_anew(file: Path, source: str) -> None:
    """Write a file with a later second of change: bytecode of the same second and size is taken for its own."""
    changed_at = file.stat().st_mtime + 2
    file.write_text(source, encoding="utf-8")
    os.utime(file, (changed_at, changed_at))


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
            code, output = copy.test(list_own_tests(copy.folder, mutant.path), 1800)
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
                seconds = START_SECONDS + 4 * self.usual[mutant.part]
                code, _output = copy.test(list_own_tests(copy.folder, mutant.path), seconds)
            outcome = "timeout" if code is None else "killed" if code else "survived"
            if outcome == "survived" and is_noticed_elsewhere(copy, mutant.path, changed):
                outcome = "elsewhere"
            diff = "\n".join(difflib.unified_diff(source.splitlines(), changed.splitlines(), lineterm="", n=0))
            result = Result(mutant, outcome, time.monotonic() - begun, diff)
            self.results.append(result)
            print_line(f"{len(self.results):4} {outcome:8} {result.seconds:5.0f} s  {name_of(mutant)}")
        finally:
            self.copies.put(copy)


def is_noticed_elsewhere(copy: WorkingCopy, path: str, changed: str) -> bool:
    """Return whether a test of a feature that uses the file fails with the mistake, and passes without it."""
    files = list_tests_of_users(copy.folder, path)
    if not files:
        return False
    with copy.with_mistake(path, changed):
        _code, output = copy.test(files, USERS_SECONDS)
    failed = FAILED.findall(output)
    return bool(failed) and copy.test(failed, USERS_SECONDS)[0] == 0


def print_line(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def name_of(mutant: Mutant) -> str:
    return f"{mutant.path}:{mutant.mutation.line} {mutant.mutation.operator}"
