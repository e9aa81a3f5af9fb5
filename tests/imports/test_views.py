"""The pages of an import, from a file to people."""

from __future__ import annotations

from tests.imports.conftest import Way, labels

LIST = "Name,Company,E-mail,Mobile\nLi Hui,Huadong Water,li@hd.cn,138 0013 8000\nMa Jun,Delta,ma@delta.cn,\n"


def test_people_come_in_from_csv(anna):
    way = Way(anna, LIST)
    assert "Li" in way.page
    assert labels("person") == []
    way.confirm()
    assert way.counts == (2, 0, 0, 0)
    assert labels("person") == ["Li Hui", "Ma Jun"]
    assert labels("organization") == ["Huadong Water", "Delta"]
    page = way.page
    assert "Ma Jun" in page
    assert "/people/" in page
    assert "list.csv" in anna.get("/imports/").text
