"""The unit files in docs/deploy.md are ones that systemd knows, and start what `make run` starts."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from crm.core.ops.serve import web_command

ROOT = Path(__file__).parents[2]
DEPLOY = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
UNITS = {
    name: "".join(f"{line[4:]}\n" for line in lines.splitlines())
    for name, lines in re.findall(r"`/etc/systemd/system/([\w-]+\.service)`:\n\n((?:    .*\n)+)", DEPLOY)
}


def values_of(unit: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit, re.MULTILINE)


def test_both_services_are_described():
    assert set(UNITS) == {"causeway-web.service", "causeway-scheduler.service"}
    for unit in UNITS.values():
        assert values_of(unit, "User") == ["causeway"]
        assert values_of(unit, "Restart") == ["always"]
        # With systemd's 0.1 seconds it gives up after five attempts within ten seconds.
        assert int(values_of(unit, "RestartSec")[0]) * 5 > 10


def test_web_server_starts_as_with_make_run():
    command = shlex.split(values_of(UNITS["causeway-web.service"], "ExecStart")[0])
    assert command[0] == "/opt/causeway/.venv/bin/gunicorn"
    assert set(command[1:]) == set(web_command(5000)[3:])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd isn't installed")
@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("hardened", [False, True])
def test_systemd_knows_all_options(name, hardened, tmp_path):
    hardening = set(re.findall(r"`([A-Z][A-Za-z]+=[\w/]+)`", SECURITY.split("## Operating")[1]))
    assert "ProtectSystem=strict" in hardening
    options = sorted(hardening) if hardened else []
    # The program isn't installed in the place of the documentation.
    unit = UNITS[name].replace("[Install]", "\n".join([*options, "[Install]"]))
    unit = re.sub(r"/opt/causeway(/\.venv/bin/\w+)?", lambda match: "/bin/true" if match[1] else "/", unit)
    (tmp_path / name).write_text(unit)
    result = subprocess.run(["systemd-analyze", "verify", tmp_path / name], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
