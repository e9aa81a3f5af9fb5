"""Put small mistakes into a copy of the program, one at a time, and check whether the tests of that feature notice.

`make mutants` runs it; docs/mutation-tests.md explains its output.
"""

from __future__ import annotations

import argparse
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from tests.fixtures.databases import migrate
from tests.tools.mutant_runs import ROOT, Mutant, MutationRun, Result, WorkingCopy, name_of, print_line
from tests.tools.mutations import Mutation, find_mutations, is_sound

MODULES = ("policy", "services", "queries")
NOT_COPIED = (".git", ".venv", "instance", ".*_cache", ".hypothesis", "__pycache__", "node_modules", "bench.json")


def sample(size: int, seed: int, only: str) -> list[Mutant]:
    """Choose lines by the seed, and one mistake for each line, so that a line with many numbers counts once."""
    files = {f for role in MODULES for f in (ROOT / "crm").rglob(f"{role}.py")}
    files |= {f for role in (*MODULES, "outbox") for f in (ROOT / "crm").rglob(f"{role}/*.py")}
    places: dict[tuple[str, int], list[Mutation]] = {}
    for file in sorted(f for f in files if only in str(f)):
        for mutation in find_mutations(file.read_text(encoding="utf-8")):
            places.setdefault((str(file.relative_to(ROOT)), mutation.line), []).append(mutation)
    random_source = random.Random(seed)
    chosen = random_source.sample(sorted(places), min(size, len(places)))
    count = sum(map(len, places.values()))
    print_line(f"{count} possible mistakes in {len(places)} lines; seed {seed} takes {len(chosen)} lines")
    mutants = []
    for path, line in sorted(chosen):
        source = (ROOT / path).read_text(encoding="utf-8")
        sound = [m for m in places[path, line] if is_sound(source, m)]
        mutants += [Mutant(path, random_source.choice(sound))] if sound else []
    return mutants


def _make_copies(folder: Path, jobs: int) -> queue.Queue[WorkingCopy]:
    template = folder / "template.sqlite"
    if error := migrate(f"sqlite:///{template}", folder):
        raise RuntimeError(error)
    copies: queue.Queue[WorkingCopy] = queue.Queue()
    for n in range(jobs):
        copy = folder / f"copy{n}"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
        # Compiled files are checked by content: a mistake of the same length in the same second would be missed.
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "crm", "config.py"],
            cwd=copy,
            check=True,
        )
        copies.put(WorkingCopy(copy, template))
    return copies


def report(results: list[Result], least: float, not_run: int) -> int:
    """Print the survivors and the rate of each package; return the exit code."""
    for result in sorted((r for r in results if r.outcome == "survived"), key=lambda r: name_of(r.mutant)):
        print_line(f"\nSURVIVED {name_of(result.mutant)}\n{result.diff}")
    total, survived = Counter(r.mutant.part for r in results), Counter[str]()
    survived.update(r.mutant.part for r in results if r.outcome == "survived")
    print_line("")
    for part in sorted(total):
        noticed = total[part] - survived[part]
        print_line(f"{part:15} {noticed:4} of {total[part]:4} noticed  {100 * noticed / total[part]:4.0f} %")
    rate = 100 * (len(results) - survived.total()) / max(1, len(results))
    print_line(f"{'all':15} {len(results) - survived.total():4} of {len(results):4} noticed  {rate:6.1f} %")
    if elsewhere := sum(r.outcome == "elsewhere" for r in results):
        print_line(f"{elsewhere} were noticed only by tests of other features.")
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
        run = MutationRun(_make_copies(Path(folder), options.jobs), ends_at)
        for _part, group in groupby(mutants, key=lambda m: m.part):
            own_group = list(group)
            if run.passes_unchanged(own_group[0]):
                list(pool.map(run.try_mutant, own_group))
    code = report(run.results, options.least, len(mutants) - len(run.results))
    for part in run.broken:
        print_line(f"The tests of {part} fail without a mistake: its mutants were not tried.")
    return 2 if run.broken else code


if __name__ == "__main__":
    sys.exit(main())
