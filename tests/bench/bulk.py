"""Whole jobs: an import of 10,000 rows, and 10,000 due emails over one local server."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from crm.sample.person_names import draw_name
from crm.sample.western_names import FAMILY

from .serving import ROOT
from .sink import sink

FLASK = (sys.executable, "-m", "flask", "--app", "crm")
ROWS = 10_000


def measure_import(settings: dict[str, str], folder: Path) -> float:
    """Return the seconds of `import people` with 10,000 rows, a tenth of them duplicates, including its start."""
    file = folder / "people.csv"
    rng = random.Random(7)
    with file.open("w", newline="", encoding="utf-8") as out:
        write = csv.writer(out)
        write.writerow(["姓", "名", "Last name", "First name", "Company", "Job Title", "E-mail", "Mobile"])
        rows = []
        for position in range(ROWS * 9 // 10):
            name = draw_name(rng, "CN")
            organization = f"Bench Trading {rng.choice(FAMILY)}"
            rows.append(
                [
                    name.family_native,
                    name.given_native,
                    name.family_latin,
                    name.given_latin,
                    organization,
                    "经理",
                    f"bench{position}@bench.example",
                    f"+86 137 0001 {position:04}",
                ]
            )
        write.writerows(rows + rows[: ROWS // 10])
    begun = time.perf_counter()
    command = [*FLASK, "import", "people", str(file), "--skip-refused", "--as", "anna@demo.example"]
    result = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        raise RuntimeError(result.stderr[-500:])
    return time.perf_counter() - begun


def measure_mailing(settings: dict[str, str]) -> float:
    """Return the seconds from the first to the last of 10,000 due emails that a local server receives.

    The job of the scheduler sends them; a scheduler is already running when emails become due, so its start isn't
    counted.
    """
    with sink() as server:
        smtp = settings | {"CRM_SMTP_URL": f"smtp://127.0.0.1:{server.port}?tls=none"}
        env = os.environ | smtp
        insert = (sys.executable, "-m", "tests.bench.due_mails", str(ROWS))
        subprocess.run(insert, cwd=ROOT, env=env, check=True, capture_output=True)
        begun = time.perf_counter()
        while server.received < ROWS and time.perf_counter() - begun < 180:
            subprocess.run([*FLASK, "jobs", "once", "send_mail"], cwd=ROOT, env=env, check=True, capture_output=True)
        if server.received < ROWS:
            raise RuntimeError(f"only {server.received} emails were sent")
        return server.latest_at - server.first_at
