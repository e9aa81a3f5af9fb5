"""Files attached in the log form: saved, refused, and chosen again."""

from __future__ import annotations

import io

import sqlalchemy as sa

from crm.core.data.base import db
from crm.records.models import Attachment
from tests.interactions.lookups import NEW, form, list_interactions


def test_files_are_attached(web):
    answer = web.post(
        NEW, data=form(files=(io.BytesIO(b"price list"), "prices.txt")), content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    attachment = db.session.scalars(sa.select(Attachment)).one()
    assert (attachment.name, attachment.record_id) == ("prices.txt", list_interactions()[0].id)


def test_text_in_the_place_of_a_file_is_ignored(web):
    answer = web.post(NEW, data=form(files="no file"))
    assert (answer.status_code, list_interactions()) == (422, [])


def test_file_of_an_unknown_type_refuses_the_whole_form(web):
    data = form(files=(io.BytesIO(b"\x00\x01\x02"), "x.bin"))
    answer = web.post(NEW, data=data, content_type="multipart/form-data")
    assert (answer.status_code, list_interactions()) == (422, [])


def test_refused_form_names_the_files_to_choose_again(web):
    files = [(io.BytesIO(b"price list"), "prices.txt"), (io.BytesIO(b"photo"), "<照片>.jpg"), (io.BytesIO(b""), "")]
    page = web.post(NEW, data=form(day="", files=files), content_type="multipart/form-data").text
    assert "Choose these files again: prices.txt, &lt;" in page
    assert "照片" in page
    assert list_interactions() == []


def test_refused_file_is_named_by_its_error_only(web):
    data = form(files=(io.BytesIO(b"\x00\x01\x02"), "x.bin"))
    answer = web.post(NEW, data=data, content_type="multipart/form-data")
    assert (answer.status_code, "Choose these files again" in answer.text) == (422, False)
