"""vCard files: charset, size, limits and speed."""

from __future__ import annotations

import time

import pytest

from crm.imports.readers.errors import ReadError
from crm.imports.readers.person_names import ParsedName
from crm.imports.readers.vcards import read_cards
from tests.imports.readers.lookups import card_of, read_one


def test_read_cards_guesses_the_charset_of_a_card_that_names_none():
    cards = read_cards(card_of("N:李;娜;;;".encode("gbk"), "ORG:宁波水务有限公司".encode("gbk")))

    assert (cards.rows[0].names, cards.rows[0].organization_native) == (ParsedName("李", "娜"), "宁波水务有限公司")
    assert cards.encoding == "gb18030"


def test_read_cards_uses_the_chosen_encoding():
    data = card_of("N:李;;;;".encode("gbk"))

    assert read_cards(data, "gb18030").rows[0].names.native == "李"
    assert read_cards(data, "cp1252").rows[0].names.latin == "Àî"


def test_read_cards_reads_utf16():
    data = card_of("N:张;伟;;;").decode().encode("utf-16")

    assert read_one(data).names == ParsedName("张", "伟")


def test_read_cards_drops_photos_in_files_with_many():
    picture = "PHOTO;ENCODING=BASE64;JPEG:" + "/9j/4AAQ" * 9
    lines = [" " + "ABCDEFGH" * 9] * 400 + [""]
    unfolded = ["PHOTO;ENCODING=b;TYPE=JPEG:" + "/9j/", "4AAQSkZJRg", "ABAQ=="]

    cards = read_cards(
        card_of("N:Ott;Anna;;;", picture, *lines, "EMAIL:a@demo.example", version="2.1")
        + card_of("N:Ott;Boris;;;", *unfolded, "EMAIL:b@demo.example")
    )

    assert [(row.names.given_latin, row.emails[0].value, row.problems) for row in cards.rows] == [
        ("Anna", "a@demo.example", ()),
        ("Boris", "b@demo.example", ()),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "no_vcard"), (b"Name\nAnna\n", "no_vcard"), (b"%PDF-1.4\n\xe2", "pdf"), (card_of("FN:\x00"), "nul")],
)
def test_read_cards_refuses_other_files(data, code):
    with pytest.raises(ReadError) as refused:
        read_cards(data)

    assert refused.value.code == code


def test_read_cards_refuses_more_cards_than_fit(monkeypatch):
    monkeypatch.setattr("crm.imports.readers.vcards.MAX_CARDS", 2)

    with pytest.raises(ReadError, match="more than 2 vCards"):
        read_cards(card_of("FN:Anna") * 3)


def test_read_cards_is_fast_on_many_and_on_hostile_cards():
    begun = time.process_time()

    assert len(read_cards(card_of("N:张;伟;;;", "TEL;TYPE=CELL:13800138000") * 2_000).rows) == 2_000
    assert read_one(card_of("FN:Anna", "NOTE:" + '";' * 200_000)).is_refused is False
    assert len(read_cards(b"BEGIN:VCARD\r\n" * 5_000).rows) == 5_000
    assert time.process_time() - begun < 10
