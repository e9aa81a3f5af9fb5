"""What the source never does: run text as code, call other hosts, unpickle objects, use weak random numbers."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sorted([*(ROOT / "crm").rglob("*.py"), ROOT / "config.py"])
SCRIPTS = sorted([ROOT / "static" / "app.js", *(ROOT / "static" / "js").rglob("*.js")])
FORBIDDEN = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "yaml",
    "ctypes",
    "cffi",
    "telnetlib",
    "ftplib",
    "xmlrpc",
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "urllib.request",
    "http.client",
    "webbrowser",
}
ONLY_IN = {
    "subprocess": {"crm/cards/reading.py", "crm/core/ops/processes.py", "crm/core/ops/serve.py"},
    "socket": {
        "crm/core/mail/smtp.py",
        "crm/core/ops/health.py",
        "crm/core/mail/outbox/claim.py",
        "crm/core/ops/serve.py",
    },
    "smtplib": {"crm/core/mail/smtp.py", "crm/core/mail/outbox/worker.py", "crm/core/mail/outbox/deliver.py"},
    "random": {"crm/core/mail/outbox/settle.py"},
    "xml.etree.ElementTree": {"crm/imports/readers/posts.py", "crm/funding/queries/nexus.py"},
}
"""Module -> where it may be used: our commands and port, the mail server, the delay before the next attempt."""
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "breakpoint", "render_template_string", "from_string"}
WEAK = {"md5", "sha1", "new"}
IN_SCRIPTS = re.compile(
    r"\.(?:innerHTML|outerHTML|srcdoc)\b|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__|postMessage"
    r"|localStorage|indexedDB|https?://(?!www\.w3\.org)"
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> set[str]:
    """Return all modules that a file imports, with their parent packages."""
    modules_found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules_found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules_found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return modules_found | {module.partition(".")[0] for module in modules_found}


def faults_of(path: str, text: str) -> list[str]:
    """Return the forbidden code in a file."""
    tree = ast.parse(text)
    modules = imported(tree)
    problems = [f"imports {module}" for module in sorted(modules & FORBIDDEN)]
    for module, allowed in ONLY_IN.items():
        if module in modules and path not in allowed and not path.startswith("crm/sample/"):
            problems.append(f"imports {module}")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        func = node.func
        if isinstance(func, ast.Name) and func.id in RUNS_TEXT:
            problems.append(f"calls {func.id}")
        if isinstance(func, ast.Attribute) and func.attr == "from_string":
            problems.append("makes a template of text")
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            if func.value.id == "hashlib" and func.attr in WEAK:
                problems.append(f"calls hashlib.{func.attr}")
            if (func.value.id, func.attr) in {("os", "system"), ("os", "popen"), ("uuid", "uuid1")}:
                problems.append(f"calls {func.value.id}.{func.attr}")
        problems += ["shell=True" for k in node.keywords if k.arg == "shell"]
        problems += [
            "verify off" for k in node.keywords if k.arg in ("verify", "check_hostname") and _is_false(k.value)
        ]
    return problems


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def test_python_files_have_no_dynamic_code_or_outbound_calls():
    assert len(PYTHON) > 200
    faults = {name(path): faults_of(name(path), path.read_text(encoding="utf-8")) for path in PYTHON}
    assert {path: problems for path, problems in faults.items() if problems} == {}


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from urllib.request import urlopen",
        "from urllib import request",
        "x = eval('1')",
        "import os\nos.system('ls')",
        "import hashlib\nhashlib.md5(b'')",
        "run(x, shell=True)",
        "import requests.sessions",
        "import random",
        "env.from_string(x)",
        "ctx(check_hostname=False)",
    ],
)
def test_forbidden_python_code_is_detected(text):
    assert faults_of("crm/people/services.py", text) != []


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_have_no_markup_writes_or_outbound_calls(path):
    assert IN_SCRIPTS.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["a.innerHTML = b", "eval(x)", "localStorage.x", "fetch('https://x.example')"])
def test_forbidden_script_code_is_detected(text):
    assert IN_SCRIPTS.search(text)
