"""The rank of an official: words, form, page, report and introductions."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.people.models import Affiliation
from crm.people.policy import OfficialKind, OfficialRank, describe_rank
from tests.factories import affiliation, organization, person


@pytest.mark.parametrize(
    ("rank", "words", "expected"),
    [
        (None, None, ""),
        (OfficialRank.bureau, None, "Department or bureau"),
        (OfficialRank.bureau, "副厅级", "Department or bureau, 副厅级"),
        (OfficialRank.other, "簡任十職等", "簡任十職等"),
        (OfficialRank.other, None, "Other"),
        (None, "处级", "处级"),
    ],
)
@pytest.mark.usefixtures("app")
def test_rank_is_described_with_its_words(rank, words, expected):
    assert describe_rank(rank, words) == expected


@pytest.mark.usefixtures("people")
def test_rank_is_entered_with_a_position_and_shown(client, session):
    bureau, row = organization("Digital City Bureau"), person("Zhao", "Jianguo")
    anna = client.login_as("anna")
    data = {
        "organization_id": bureau.id,
        "official": "official",
        "rank": "division",
        "rank_words": "正处级",
        "main": "y",
    }
    assert anna.post(f"/people/{row.id}/affiliations/new", data=data).status_code == 303
    position = session.scalars(sa.select(Affiliation)).one()
    assert (position.rank, position.rank_words) == (OfficialRank.division, "正处级")
    page = anna.get(f"/people/{row.id}").text
    assert "County or division" in page
    assert "正处级" in page
    assert "County or division" in anna.get(f"/people/{row.id}/affiliations/{position.id}/edit").text


@pytest.mark.usefixtures("people")
def test_rank_is_cleared_by_choosing_none(client, session):
    bureau, row = organization("Digital City Bureau"), person("Zhao", "Jianguo")
    position = affiliation(row, bureau, official=OfficialKind.official, rank=OfficialRank.section)
    data = {"organization_id": bureau.id, "official": "official", "main": "y", "rank": "", "version": row.version}
    saved = client.login_as("anna").post(f"/people/{row.id}/affiliations/{position.id}/edit", data=data)
    assert (saved.status_code, position.rank) == (303, None)
