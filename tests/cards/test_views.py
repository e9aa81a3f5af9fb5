"""A photo of a business card becomes the form of a new person; the reading process is replaced by a small script."""

from __future__ import annotations

import io
import json
import re
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from crm.cards import reading
from crm.core import clock
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues, set_points
from tests.cards.test_lines import BILINGUAL
from tests.factories import client_of, organization, person
from tests.factories.images import png

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def process(monkeypatch):
    """Return a function that sets the code of the process, which gets the image as its input."""

    def use(code: str) -> None:
        monkeypatch.setattr(reading, "COMMAND", (sys.executable, "-c", code))

    monkeypatch.setattr(reading, "is_installed", lambda: True)
    return use


def answering(lines=(), codes=()):
    content = json.dumps({"codes": list(codes), "lines": list(lines)})
    return f"import sys; assert sys.stdin.buffer.read()[:4] == b'\\x89PNG'; print({content!r})"


def send(client, data=None):
    return client.post("/people/card", data={"photo": (io.BytesIO(data or png()), "card.png")})


def test_card_opens_the_filled_form_of_a_new_person(client, process):
    process(answering(BILINGUAL))
    huadong = organization("Huadong Water Group", "华东水务集团有限公司")
    answer = send(client.login_as("anna"))
    assert answer.status_code == 303
    params = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (params["organization_id"], params["phones-0-label"]) == ([str(huadong.id)], ["mobile"])
    assert (params["consent"], params["consent_on"]) == (["card"], [clock.today("America/Los_Angeles").isoformat()])
    page = client.get(answer.headers["Location"]).text
    for text in ("立民", "Procurement Manager", "+86 139 1234 5678", "limin.zhou@huadong.example", "zhou_lm88"):
        assert f'value="{text}"' in page, text
    assert "Huadong Water Group" in page


def test_unknown_organization_is_created_with_the_person(client, process):
    process(answering(codes=["MECARD:N:Zhou,Limin;ORG:Huadong Water;;"]))
    answer = send(client.login_as("anna"))
    page = client.get(answer.headers["Location"]).text
    assert 'value="new:organization:Huadong Water"' in page


def test_existing_people_are_offered_with_reasons(client, process):
    process(answering(BILINGUAL))
    existing = person("Zhou", "Limin", organization=organization("Nanling Grid"))
    set_points(
        existing, [ContactPointValues(ContactMedium.phone, PointLabel.mobile, "+86 139 1234 5678")], "CN", "phones"
    )
    person("Zhou", "Limin", organization=client_of("Bay", "Bay Cold Chain"))
    page = send(client.login_as("anna")).text
    assert page.count("Use this one") == 1
    assert f'href="/people/{existing.id}"' in page
    assert "Nanling Grid\xa0· same phone number\xa0· The names are the same" in page
    assert "Bay Cold" not in page
    assert "Create anyway" in page


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import time; time.sleep(30)", "Take a photo of only the card"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "Take a photo of only the card"),
        ("raise SystemExit(1)", "can&#39;t be read"),
        ("print('nonsense')", "can&#39;t be read"),
        (answering([("%%%", 3)]), "closer and in good light"),
        (answering(codes=["https://u.wechat.com/kBqfY1abcDEF"]), "Take a photo of the printed card"),
    ],
)
def test_failed_reading_says_what_to_do(client, process, monkeypatch, code, message):
    monkeypatch.setattr(reading, "DEADLINE_SECONDS", 1.5)
    process(code)
    answer = send(client.login_as("anna"))
    assert answer.status_code == 422
    assert message in answer.text


def test_other_files_are_refused_before_reading(client, process):
    process("raise SystemExit(1)")
    client.login_as("anna")
    for data in (b"%PDF-1.7", b"hello"):
        answer = send(client, data)
        assert (answer.status_code, "Choose a photo" in answer.text) == (422, True)


def test_phones_offer_photos_besides_the_camera(client, process):
    process("raise SystemExit(1)")
    field = re.search(r'<input[^>]*name="photo"[^>]*>', client.login_as("anna").get("/people/card").text)[0]
    assert 'accept="image/jpeg,image/png,image/webp"' in field
    assert "capture" not in field


def test_page_says_when_reading_is_not_installed(client, monkeypatch):
    monkeypatch.setattr(reading, "PACKAGES", ("no_such_package",))
    reading.is_installed.cache_clear()
    page = client.login_as("anna").get("/people/card").text
    assert "installed on this server" in page
    assert send(client).status_code == 200
    reading.is_installed.cache_clear()
