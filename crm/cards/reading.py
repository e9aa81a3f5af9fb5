"""Read a photo of a business card in a process of its own, with a deadline; and whether that is installed."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import current_app

from crm.core.errors import Invalid
from crm.core.words import _
from crm.imports.readers.people import ParsedPerson

from .codes import read_code
from .lines import CardLine, read_lines
from .worker import DEADLINE_SECONDS

WAIT_SECONDS = 30.0
"""How long a photo waits for another one."""
COMMAND = (sys.executable, "-m", "crm.cards.worker")
PACKAGES = ("rapidocr", "onnxruntime", "zxingcpp")
ROOT = Path(__file__).parents[2]
# The process needs no settings, and least of all secrets.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


@cache
def is_installed() -> bool:
    """Return whether the optional packages of requirements-ocr.txt are there."""
    return all(find_spec(package) is not None for package in PACKAGES)


def read_photo(image: bytes) -> ParsedPerson:
    """Return the person on a card: from its code if it has one, else from its lines. Raises Invalid on `photo`."""
    if not is_installed():
        raise Invalid(_("Enter the details yourself. Reading photos isn't installed on this server."), "photo")
    content = _run(image)
    for text in content.get("codes", ()):
        person = read_code(text)
        if person is not None:
            return person
    person = read_lines([CardLine(text, height) for text, height in content.get("lines", ())])
    if person.names.is_empty and not (person.emails or person.phones):
        if content.get("codes"):
            message = _("Take a photo of the printed card. The code has no name or contact details.")
            raise Invalid(message, "photo")
        raise Invalid(_("Take the photo again, closer and in good light. No name or contact was readable."), "photo")
    return person


def _run(image: bytes) -> dict[str, Any]:
    env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        with _one_at_a_time():
            process = subprocess.run(  # noqa: S603 - our own module
                COMMAND, input=image, capture_output=True, timeout=DEADLINE_SECONDS, check=True, cwd=ROOT, env=env
            )
        return dict(json.loads(process.stdout))
    except subprocess.TimeoutExpired as error:
        raise _too_slow() from error
    except (subprocess.CalledProcessError, ValueError) as error:
        if getattr(error, "returncode", 0) == -signal.SIGXCPU:
            raise _too_slow() from error
        raise Invalid(_("Choose another photo. This one can't be read."), "photo") from error


def _too_slow() -> Invalid:
    return Invalid(_("Take a photo of only the card, or enter the details yourself. Reading took too long."), "photo")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait for another photo: two at once would need twice the memory. Raises Invalid when it takes too long."""
    path = Path(current_app.config["CRM_DATA_DIR"]) / "card.lock"
    ends_at = time.monotonic() + WAIT_SECONDS
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > ends_at:
                    raise Invalid(_("Try again in a minute. Another photo is being read."), "photo") from None
                time.sleep(0.1)
        yield
