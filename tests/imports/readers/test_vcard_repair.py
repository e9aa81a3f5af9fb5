"""vCards that break the format, as programs write them: what can be read is read, and the rest is named."""

from __future__ import annotations

import pytest

from crm.imports.readers.people import ParsedPerson
from crm.imports.readers.vcards import read_cards

NAME = "N:Zhou;Limin"


def read_person(*lines: str | bytes) -> ParsedPerson:
    parts = [line if isinstance(line, bytes) else line.encode() for line in ("BEGIN:VCARD", *lines, "END:VCARD", "")]
    return read_cards(b"\r\n".join(parts)).rows[0]


def skipped(person: ParsedPerson) -> list[str]:
    return [str(problem.message) for problem in person.problems]


def test_lines_without_a_valid_name_are_skipped_and_named():
    person = read_person("VERSION:2.1", NAME, "X-LOTUS-@@:1", "$FILE:abc", "TEL;WORK:5551234567")
    assert (person.names.family_latin, person.phones[0].value) == ("Zhou", "5551234567")
    assert skipped(person) == ["These lines were skipped because they can't be read: “X-LOTUS-@@:1”, “$FILE:abc”"]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("TEL;TYPE=work voice:5551234567", "work"),
        ("TEL;WORK VOICE:5551234567", "work"),
        ("TEL;X-Custom(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E5=8A=9E):5551234567", ""),
        ("1.TEL;TYPE=:5551234567", ""),
        ("TEL;WORK;VOICE;X-LOTUS-KIND=\xe9:5551234567", "work"),
    ],
)
def test_phone_with_invalid_parameters_is_read(line, label):
    person = read_person("VERSION:3.0", NAME, line)
    assert [(phone.label or "", phone.value) for phone in person.phones] == [(label, "5551234567")]


def test_name_of_lotus_notes_is_read_without_its_path():
    person = read_person("VERSION:2.1", "X-LOTUS-CHARSET:UTF-8", "FN:CN=Limin Zhou/OU=Sales/O=Acme@ACME")
    assert (person.names.given_latin, person.names.family_latin) == ("Limin", "Zhou")


def test_note_on_several_lines_is_one_note():
    person = read_person("VERSION:2.1", NAME, "NOTE:first line", "second line", "ORG:Acme")
    assert (person.note, person.organization) == ("first line\nsecond line", "Acme")


def test_texts_in_base64_are_decoded_and_pictures_are_not():
    photo = "X-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:\r\n AAAA"
    person = read_person("VERSION:3.0", "N;ENCODING=b:546LO+Wwj+aYjg==", photo, "")
    assert (person.names.family_native, person.names.given_native) == ("王", "小明")


def test_extension_of_a_phone_address_is_read():
    person = read_person("VERSION:4.0", NAME, 'TEL;VALUE=uri;TYPE="voice,work":tel:+86-21-6123-4567;ext=5')
    assert person.phones[0].value == "+86-21-6123-4567 ext. 5"
    assert person.problems == ()
