"""Files of real programs, from the file to records."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.organizations.models import Organization, Post
from crm.records.models import ContactPoint
from tests.imports.conftest import SAMPLES, Way, labels


def test_posts_come_in_once(anna):
    data = (SAMPLES / "ita_posts.xml").read_bytes()
    way = Way(anna, data, "ita_posts.xml")
    assert way.confirm().kind == "posts"
    assert way.counts == (113, 0, 0, 0)
    posts = db.session.scalars(sa.select(Post)).all()
    assert {p.source for p in posts} == {"ITA 2015-19, unverified"}
    assert {p.opened_on or p.closed_on for p in posts} == {None}
    assert set(db.session.scalars(sa.select(Organization.team_id))) == {None}
    osaka = sa.select(ContactPoint.raw, ContactPoint.value).where(ContactPoint.raw == "81-6-6315-5957")
    assert db.session.execute(osaka).all() == [("81-6-6315-5957", "")]

    again = Way(anna, data, "ita_posts.xml")
    assert again.counts == (0, 0, 113, 0)
    assert "nothing to import" in again.send().text
    assert len(labels("organization")) == 113
