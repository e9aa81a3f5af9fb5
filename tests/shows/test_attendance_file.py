"""A list of attendees from a file: read like an import, checked like a pasted list."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
import sqlalchemy as sa
import xlsxwriter

from crm.shows.attendance import MAX_LINES
from crm.shows.attendance_forms import MAX_FILE_BYTES
from crm.shows.models import ShowParticipant
from crm.shows.policy import Attendance, ShowKind
from crm.shows.services import save_show
from tests.factories import person
from tests.factories.records import reachable

DAY = date(2026, 3, 5)
ROWS = [
    ["First name", "Last name", "中文名", "Email", "Company", "Dietary needs"],
    ["Limin", "Zhou", "周立民", "ZHOU@lotus.example", "Lotus", "none"],
    ["Rosa", "Ortega", "", "", "Mill", ""],
    ["", "", "", "", "Only a company", ""],
    ["Nobody", "Known", "", "", "", ""],
]


@pytest.fixture
def workshop(people, actor, clock):
    values = {"name": "Export basics", "type": ShowKind.workshop, "zone": "America/Los_Angeles"}
    return save_show(actor("anna"), values | {"starts_on": DAY, "ends_on": DAY})


@pytest.fixture
def zhou(people):
    return reachable(person("Zhou", "Limin", family_native="周", given_native="立民"), email="zhou@lotus.example")


@pytest.fixture
def upload(client, workshop, session):
    """Return a function that uploads a file as Anna and returns the response."""
    session.commit()
    client.login_as("anna")

    def post(data: bytes, name: str = "list.csv", **fields: str):
        form = {"attendance": "attended", "file": (io.BytesIO(data), name), **fields}
        return client.post(f"/shows/{workshop.id}/attendance/list", data=form, content_type="multipart/form-data")

    return post


def as_workbook(rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return stream.getvalue()


def as_csv(rows: list[list[str]]) -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode()


@pytest.mark.parametrize("kind", ["csv", "gb18030", "xlsx"])
def test_file_is_matched_and_saved_like_a_pasted_list(upload, client, session, workshop, zhou, kind):
    rosa = person("Ortega", "Rosa")
    session.commit()
    text = as_csv(ROWS).decode()
    data = {"csv": text.encode(), "gb18030": text.encode("gb18030"), "xlsx": as_workbook(ROWS)}[kind]
    answer = upload(data, f"list.{'xlsx' if kind == 'xlsx' else 'csv'}")
    page = " ".join(answer.text.split())
    assert answer.status_code == 200
    for row in (zhou, rosa):
        assert f'<option value="{row.id}" selected>' in page
    assert "Limin Zhou, ZHOU@lotus.example, Lotus" in page
    assert "Nobody Known" in page
    assert "Only a company" not in page
    ids = {"records": [str(zhou.id), str(rosa.id)], "attendance": "attended"}
    assert client.post(f"/shows/{workshop.id}/attendance/add", data=ids).status_code == 303
    stmt = sa.select(ShowParticipant.record_id, ShowParticipant.attendance).where(
        ShowParticipant.show_id == workshop.id
    )
    assert dict(session.execute(stmt).all()) == dict.fromkeys((zhou.id, rosa.id), Attendance.attended)


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", " " * 90_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Zhou Limin,zhou@lotus.example\r\nWu Min,wu@x.example\r\n", "Add a row with column names"),
        (b"Color,Size\r\nred,7\r\n", "column of names or email addresses"),
        (b"", "file"),
        (b"x" * (MAX_FILE_BYTES + 1), "at most 400 kB"),
        (as_csv([["Name"], *([f"Row {n}"] for n in range(MAX_LINES + 1))]), f"at most {MAX_LINES} lines"),
        (_bomb(), "file"),
    ],
    ids=["no headings", "no names", "empty", "too large", "too many", "bomb"],
)
def test_file_that_cannot_be_used_is_refused_with_the_reason(upload, session, data, message):
    answer = upload(data)
    assert answer.status_code == 422
    assert message in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(ShowParticipant)) == 0


def test_list_and_file_together_are_refused_and_the_text_stays(upload, zhou):
    answer = upload(as_csv(ROWS), text="Zqtyped Name")
    assert answer.status_code == 422
    assert "not both" in answer.text
    assert "Zqtyped Name" in answer.text


def test_neither_list_nor_file_is_refused(client, upload, workshop):
    answer = client.post(f"/shows/{workshop.id}/attendance/list", data={"attendance": "attended", "text": " "})
    assert answer.status_code == 422
    assert "Enter one name or email address on each line." in answer.text
