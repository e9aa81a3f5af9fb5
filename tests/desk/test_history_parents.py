"""The history of an organization tells nothing of a parent that is hidden from the reader."""

from __future__ import annotations

from tests.desk.test_history import history_of
from tests.factories import client_of, organization


def test_history_leaves_out_the_share_of_a_hidden_parent(session, people, actor):
    mother = client_of("Inland", "Quiet Mother", counselor=people["anna"], confidential=True)
    company, other = organization("Daughter", parent_id=mother.id, parent_share=61), organization("Open Mother")
    session.flush()
    for values in ({"parent_share": 62}, {"parent_id": other.id, "parent_share": 63}, {"parent_share": 64}):
        for name, value in values.items():
            setattr(company, name, value)
        session.flush()
    anna, dora = (str(history_of(actor(name), company)) for name in ("anna", "dora"))
    assert [share for share in ("61", "62", "63", "64") if share in anna] == ["61", "62", "63", "64"]
    assert [share for share in ("61", "62") if share in dora] == []
    assert "64" in dora
