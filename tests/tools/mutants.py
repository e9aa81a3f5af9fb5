"""Put small mistakes into a copy of the program, one at a time, and check whether the tests of that feature notice.

`make mutants` runs it; docs/tests.md explains its output.
"""

from __future__ import annotations

import argparse
import difflib
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from tests.fixtures.databases import migrate
from tests.tools.mutations import Mutation, apply, find_mutations, is_sound

ROOT = Path(__file__).parents[2]
ROOMS = ("policy", "services", "queries")
LEFT_OUT = (".git", ".venv", "instance", ".*_cache", ".hypothesis", "__pycache__", "node_modules", "bench.json")
ALSO: dict[str, tuple[str, ...]] = {"core/mail": ("tests/mail",)}
"""Tests of a part that are in another folder than its own."""
FIRST_LOAD = 60
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
        folders = (f"tests/{self.part}", *ALSO.get(self.part, ()))
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
class Workshop:
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
    def mistaken(self, path: str, source: str) -> Iterator[None]:
        """Replace the source of the file temporarily."""
        file = self.folder / path
        before = file.read_text(encoding="utf-8")
        try:
            file.write_text(source, encoding="utf-8")
            yield
        finally:
            file.write_text(before, encoding="utf-8")


@dataclass
class Run:
    """A sample of mutants tried in several workshops."""

    workshops: queue.Queue[Workshop]
    ends_at: float
    usual: dict[str, float] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def is_ready(self, mutant: Mutant) -> bool:
        """Run the tests of a part unchanged: they must pass, and show how long they take."""
        if time.monotonic() > self.ends_at:
            return False
        shop = self.workshops.get()
        try:
            begun = time.monotonic()
            code, output = shop.test(mutant.tests(shop.folder), 1800)
            self.usual[mutant.part] = time.monotonic() - begun
            print_line(f"     {mutant.part}: {self.usual[mutant.part]:.0f} s without a mistake")
            if code != 0:
                self.broken.append(mutant.part)
                print_line(output[-3000:])
            return code == 0
        finally:
            self.workshops.put(shop)

    def try_out(self, mutant: Mutant) -> None:
        """Insert the mistake, run the tests, and restore the file."""
        shop = self.workshops.get()
        try:
            begun = time.monotonic()
            if begun > self.ends_at:
                return
            source = (shop.folder / mutant.path).read_text(encoding="utf-8")
            changed = apply(source, mutant.mutation)
            with shop.mistaken(mutant.path, changed):
                code, _output = shop.test(mutant.tests(shop.folder), FIRST_LOAD + 4 * self.usual[mutant.part])
            outcome = "timeout" if code is None else "killed" if code else "survived"
            diff = "\n".join(difflib.unified_diff(source.splitlines(), changed.splitlines(), lineterm="", n=0))
            result = Result(mutant, outcome, time.monotonic() - begun, diff)
            self.results.append(result)
            print_line(f"{len(self.results):4} {outcome:8} {result.seconds:5.0f} s  {_name(mutant)}")
        finally:
            self.workshops.put(shop)


def sample(size: int, seed: int, only: str) -> list[Mutant]:
    """Choose lines by the seed, and one mistake for each line, so that a line with many numbers counts once."""
    files = {f for role in ROOMS for f in (ROOT / "crm").rglob(f"{role}.py")}
    files |= {f for role in (*ROOMS, "outbox") for f in (ROOT / "crm").rglob(f"{role}/*.py")}
    places: dict[tuple[str, int], list[Mutation]] = {}
    for file in sorted(f for f in files if only in str(f)):
        for mutation in find_mutations(file.read_text(encoding="utf-8")):
            places.setdefault((str(file.relative_to(ROOT)), mutation.line), []).append(mutation)
    dice = random.Random(seed)
    chosen = dice.sample(sorted(places), min(size, len(places)))
    count = sum(map(len, places.values()))
    print_line(f"{count} possible mistakes in {len(places)} lines; seed {seed} takes {len(chosen)} lines")
    mutants = []
    for path, line in sorted(chosen):
        source = (ROOT / path).read_text(encoding="utf-8")
        sound = [m for m in places[path, line] if is_sound(source, m)]
        mutants += [Mutant(path, dice.choice(sound))] if sound else []
    return mutants


def print_line(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _name(mutant: Mutant) -> str:
    return f"{mutant.path}:{mutant.mutation.line} {mutant.mutation.operator}"


def _workshops(folder: Path, jobs: int) -> queue.Queue[Workshop]:
    template = folder / "template.sqlite"
    if error := migrate(f"sqlite:///{template}", folder):
        raise RuntimeError(error)
    shops: queue.Queue[Workshop] = queue.Queue()
    for n in range(jobs):
        copy = folder / f"copy{n}"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        # Compiled files are checked by content: a mistake of the same length in the same second would be missed.
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "crm", "config.py"],
            cwd=copy,
            check=True,
        )
        shops.put(Workshop(copy, template))
    return shops


def report(results: list[Result], least: float, not_run: int) -> int:
    """Print the survivors and the rate of each package; return the exit code."""
    for result in sorted((r for r in results if r.outcome == "survived"), key=lambda r: _name(r.mutant)):
        print_line(f"\nSURVIVED {_name(result.mutant)}\n{result.diff}")
    total, survived = Counter(r.mutant.part for r in results), Counter[str]()
    survived.update(r.mutant.part for r in results if r.outcome == "survived")
    print_line("")
    for part in sorted(total):
        noticed = total[part] - survived[part]
        print_line(f"{part:15} {noticed:4} of {total[part]:4} noticed  {100 * noticed / total[part]:4.0f} %")
    rate = 100 * (len(results) - survived.total()) / max(1, len(results))
    print_line(f"{'all':15} {len(results) - survived.total():4} of {len(results):4} noticed  {rate:6.1f} %")
    if not_run:
        print_line(f"{not_run} were not tried.")
    return 0 if results and rate >= least else 1


def main() -> int:
    """Try a sample of mistakes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=150, help="how many lines to try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=55, help="begin no other mutant after so long")
    parser.add_argument("--least", type=float, default=85, help="fail when fewer percent are noticed")
    parser.add_argument("--only", default="", help="only files whose path contains this")
    options = parser.parse_args()
    ends_at = time.monotonic() + 60 * options.minutes
    mutants = sample(options.mutants, options.seed, options.only)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(options.jobs) as pool:
        run = Run(_workshops(Path(folder), options.jobs), ends_at)
        for _part, group in groupby(mutants, key=lambda m: m.part):
            own_group = list(group)
            if run.is_ready(own_group[0]):
                list(pool.map(run.try_out, own_group))
    code = report(run.results, options.least, len(mutants) - len(run.results))
    for part in run.broken:
        print_line(f"The tests of {part} fail without a mistake: its mutants were not tried.")
    return 2 if run.broken else code


if __name__ == "__main__":
    sys.exit(main())
