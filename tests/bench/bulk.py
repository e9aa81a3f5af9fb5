"""What is measured as a whole: an import of 10,000 rows, and 10,000 due mails over one local server."""

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
INSERTED_ROWS = """
import uuid
from crm import create_app
from crm.core.outbox.put import put_mail
from crm.core.outbox.kinds import mail_kind
from crm.core.db import db
app = create_app()
# A kind that nobody takes back: an invitation to nobody would be cancelled, not sent.
mail_kind("bench", "Bench")
with app.app_context():
    for at in range({rows}):
        put_mail("bench", to=f"b{{at}}@bench.example", subject=f"Bench {{at}}", text="Due today.\\n" * 20,
                 html="<p>Due today.</p>" * 20, dedupe_key=f"bench:{{uuid.uuid4()}}")
    db.session.commit()
"""


def measure_import(settings: dict[str, str], folder: Path) -> float:
    """Seconds of `import people` with 10,000 rows, a tenth of them twice, duplicates looked for; start included."""
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
    """Seconds until 10,000 due mails were taken by one local server, by the job as the scheduler runs it."""
    with sink() as server:
        smtp = settings | {"CRM_SMTP_URL": f"smtp://127.0.0.1:{server.port}?tls=none"}
        env = os.environ | smtp
        subprocess.run(
            [sys.executable, "-c", INSERTED_ROWS.format(rows=ROWS)], cwd=ROOT, env=env, check=True, capture_output=True
        )
        begun = time.perf_counter()
        while server.received < ROWS and time.perf_counter() - begun < 180:
            subprocess.run([*FLASK, "jobs", "once", "send_mail"], cwd=ROOT, env=env, check=True, capture_output=True)
        if server.received < ROWS:
            raise RuntimeError(f"only {server.received} mails left")
        return time.perf_counter() - begun
