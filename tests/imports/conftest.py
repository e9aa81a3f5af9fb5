"""Uploads of files, and the flow of an import from a file to records."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.imports.models import ImportRun
from crm.imports.services import slices, writing
from crm.people.models import Person

SAMPLES = Path(__file__).parents[1] / "samples"
LIST = "Name,Company,E-mail,Mobile\nLi Hui,Huadong Water,li@hd.cn,138 0013 8000\nMa Jun,Delta,ma@delta.cn,\n"


def upload(client, data: bytes | str, name: str = "list.csv", **more):
    """Upload a file and return the response."""
    content = data.encode() if isinstance(data, str) else data
    # Read as a whole: the client leaves the temporary file of a large form to the garbage collector.
    mark, body = encode_multipart({"file": FileStorage(io.BytesIO(content), name)} | more)
    return client.post("/imports/new", data=body, content_type=f"multipart/form-data; boundary={mark}")


class ImportFlow:
    """An import through the pages; each step asserts that it succeeded."""

    def __init__(self, client, data: bytes | str, name: str = "list.csv", **more) -> None:
        self.client = client
        answer = upload(client, data, name, **more)
        assert answer.status_code == 303, answer.text
        self.url = answer.location
        self.id = int(self.url.rpartition("/")[2])

    @property
    def run(self) -> ImportRun:
        return db.session.get_one(ImportRun, self.id)

    @property
    def page(self) -> str:
        answer = self.client.get(self.url)
        assert answer.status_code == 200
        return answer.text

    @property
    def text(self) -> str:
        """The page with its entities (&#39;) as characters."""
        return html.unescape(self.page)

    def fields(self) -> dict[str, str]:
        """Return the values of the preview's form."""
        values = {}
        page = self.page
        for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
            options = re.findall(r'<option( selected)?[^>]*? ?value="([^"]*)"( selected)?', inner)
            chosen = [value for before, value, after in options if before or after]
            values[name] = chosen[0] if chosen else (options[0][1] if options else "")
        return values

    def send(self, do: str = "import", **more):
        return self.client.post(self.url, data=self.fields() | {"do": do} | more)

    def confirm(self, **more) -> ImportRun:
        answer = self.send(**more)
        assert answer.status_code == 303, answer.text
        db.session.expire_all()
        assert self.run.state == "done"
        return self.run

    @property
    def counts(self) -> tuple[int, int, int, int]:
        run = self.run
        return run.created, run.updated, run.skipped, run.failed


@pytest.fixture
def anna(client, people):
    """Return anna's browser."""
    return client.login_as("anna")


def list_labels(kind: str) -> list[str]:
    """Return the labels of the records of a kind, in order of creation."""
    stmt = sa.select(Record.label, Record.native_label).where(Record.kind == kind).order_by(Record.id)
    return [f"{label} {native}".strip() for label, native in db.session.execute(stmt)]


def list_people() -> list[Person]:
    return list(db.session.scalars(sa.select(Person).order_by(Person.id)))


@pytest.fixture
def small_slices(monkeypatch):
    """Write every import by the job, in slices of a few rows."""
    monkeypatch.setattr(writing, "MAX_IMMEDIATE_ROWS", 1)
    monkeypatch.setattr(slices, "FIRST_SLICE_ROWS", 3)
    monkeypatch.setattr(slices, "MIN_ROWS", 3)
    monkeypatch.setattr(slices, "MAX_ROWS", 3)
    monkeypatch.setattr(slices, "PAUSE_SECONDS", 0)
