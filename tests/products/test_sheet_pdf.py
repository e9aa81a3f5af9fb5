"""The product sheet as a PDF: one page, texts that aren't markup, and a hint without a Chinese font."""

from __future__ import annotations

import pytest

from crm.core.web import pdf
from tests.factories import client_of, product

pytestmark = pytest.mark.usefixtures("people")
needs_font = pytest.mark.skipif(pdf.find_font("") is None, reason="no Chinese font on this system")


@pytest.fixture
def meter():
    client_row = client_of("Inland", "Tri-Valley Sensors", native_name="三谷传感器")
    return product(client_row, "Flow #meter *DN80*", native_name="流量计", description="Line 1\n= $ #panic()")


@needs_font
def test_sheet_is_sent_as_pdf(client, meter):
    anna = client.login_as("anna")
    assert f"/products/{meter.id}/sheet.pdf" in anna.get(f"/products/{meter.id}/sheet").text
    answer = anna.get(f"/products/{meter.id}/sheet.pdf")
    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Flow meter DN80.pdf"'
    assert b"/Count 1" in answer.data


def test_other_team_gets_no_sheet(client, meter):
    assert client.login_as("boris").get(f"/products/{meter.id}/sheet.pdf").status_code == 404


def test_page_says_what_to_install_without_a_font(client, meter, monkeypatch):
    monkeypatch.setattr(pdf, "CHINESE_FONTS", ("No Such Font",))
    pdf.find_font.cache_clear()
    anna = client.login_as("anna")
    page = anna.get(f"/products/{meter.id}/sheet").text
    assert ("sheet.pdf" in page, "fonts-noto-cjk" in page) == (False, True)
    answer = anna.get(f"/products/{meter.id}/sheet.pdf")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/products/{meter.id}/sheet")
    pdf.find_font.cache_clear()
