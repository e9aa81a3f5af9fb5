"""The list of foreign offices of the US Commercial Service."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.imports.readers.errors import ReadError
from crm.imports.readers.known_posts import post_code, post_zone
from crm.imports.readers.posts import ParsedPost, read_posts

SAMPLE = Path(__file__).parents[2] / "samples" / "ita_posts.xml"


def _office(inner: str) -> ParsedPost:
    return read_posts(f"<POSTLIST><POSTINFO>{inner}</POSTINFO></POSTLIST>".encode())[0]


def test_read_posts_reads_all_offices():
    rows = read_posts(SAMPLE.read_bytes())

    assert (len(rows), sum(row.is_refused for row in rows)) == (113, 0)
    assert rows[0] == ParsedPost(
        line=1,
        post="Osaka-Kobe",
        office_name="Osaka-Kobe",
        country="JP",
        city="Osaka-Kobe",
        address=("American Consulate General", "US Commercial Service", "2-11-5 Nishitenma, Kita-Ku", "Osaka 530-8543"),
        us_address=("US Consulate, Osaka-Kobe", "US Commercial Service", "Unit 9800 Box 355", "APO AP 96303-0355"),
        email="Office.Osaka-Kobe@trade.gov",
        phone="81-6-6315-5957",
        fax="81-6-6315-5963",
        zone="Asia/Tokyo",
        urls=("http://www.export.gov/japan/",),
        note=rows[0].note,
    )
    assert rows[0].note.startswith("Regular post or pouch mail")


def test_read_posts_knows_the_posts_of_greater_china_each_once():
    rows = read_posts(SAMPLE.read_bytes())

    assert {row.post: (row.code, row.zone) for row in rows if row.code} == {
        "Beijing": ("BJS", "Asia/Shanghai"),
        "Shanghai": ("SHA", "Asia/Shanghai"),
        "Guangzhou": ("CAN", "Asia/Shanghai"),
        "Shenyang": ("SHE", "Asia/Shanghai"),
        "Wuhan": ("WUH", "Asia/Shanghai"),
        "Chengdu": ("CTU", "Asia/Shanghai"),
        "Hong Kong": ("HKG", "Asia/Hong_Kong"),
        "Taipei": ("TPE", "Asia/Taipei"),
        "Kaohsiung": ("KHH", "Asia/Taipei"),
    }


def test_read_posts_names_problems_of_the_real_file():
    rows = {row.post: row for row in read_posts(SAMPLE.read_bytes()) if row.problems}

    assert {post: [problem.column for problem in row.problems] for post, row in rows.items()} == {
        "Algiers": ["EMAIL"],
        "European Union": ["COUNTRYID"],
    }
    assert (rows["Algiers"].email, rows["European Union"].country, rows["European Union"].city) == ("", "", "")


def test_read_posts_takes_the_country_by_number_then_by_name():
    assert _office('<POST>X</POST><COUNTRYID name="China">156</COUNTRYID>').country == "CN"
    assert _office('<POST>X</POST><COUNTRYID name="Serbia">891</COUNTRYID>').country == "RS"
    assert _office('<POST>X</POST><COUNTRYID name="Brazil">12345</COUNTRYID>').country == "BR"
    assert _office('<POST>X</POST><COUNTRYID name="Algeria">012</COUNTRYID>').country == "DZ"
    assert _office("<POST>X</POST>").problems[0].column == "COUNTRYID"


def test_read_posts_refuses_an_office_without_a_name_and_keeps_the_others():
    rows = read_posts(
        b"<POSTLIST><POSTINFO/><POSTINFO><POSTNAME>Accra</POSTNAME><FAX>n/a</FAX><PHONE>-</PHONE></POSTINFO></POSTLIST>"
    )

    assert [(row.line, row.post, row.is_refused) for row in rows] == [(1, "", True), (2, "Accra", False)]
    assert (rows[1].phone, rows[1].fax) == ("", "")


def test_read_posts_leaves_out_endless_texts_and_foreign_schemes():
    row = _office(
        f"<POST>Accra</POST><COUNTRYID>288</COUNTRYID><OFFICENAME>{'x' * 201}</OFFICENAME>"
        "<ADDRESS>www.a.example</ADDRESS><ADDRESS>http://a b</ADDRESS><ADDRESS/><ADDRESS>1 Road</ADDRESS>"
    )

    assert (row.office_name, row.urls, row.address) == ("", ("https://www.a.example",), ("1 Road",))
    assert sorted(problem.column for problem in row.problems) == ["ADDRESS", "OFFICENAME"]


def test_post_code_goes_by_country_and_city():
    assert post_code("CN", "北京市") == "BJS"
    assert post_code("TW", "台北") == "TPE"
    assert post_code("US", "Shanghai") == ""
    assert post_code("JP", "Tokyo") == ""


def test_post_zone_is_empty_where_it_cannot_be_told():
    assert post_zone("BR", "São Paulo") == "America/Sao_Paulo"
    assert post_zone("DE", "Munich") == "Europe/Berlin"
    assert post_zone("CA", "Calgary") == ""
    assert post_zone("", "Paris") == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"Name\nAnna\n", "no_posts"),
        (b"<?xml version='1.0'?><a/>", "no_posts"),
        (b"<POSTLIST/>", "no_posts"),
        (b"<POSTLIST><POSTINFO>", "broken_xml"),
        (b"<?xml version='1.0' encoding='klingon'?><POSTLIST/>", "broken_xml"),
        (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><POSTLIST>&b;</POSTLIST>',
            "entities",
        ),
        (b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><POSTLIST/>', "entities"),
        (b"<POSTLIST>" + b"<POSTINFO/>" * 100_001 + b"</POSTLIST>", "too_long"),
    ],
)
def test_read_posts_refuses_other_files(data, code):
    with pytest.raises(ReadError) as refused:
        read_posts(data)

    assert refused.value.code == code
    assert str(refused.value.hint)
