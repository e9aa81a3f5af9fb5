"""Who is invited, and how tokens are stored."""

from __future__ import annotations

import pytest

from crm.core.tokens import hash_token
from crm.feeds.policy import Invitee

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(("key", "person_id"), [("person:12", 12), ("user:12", None)])
def test_invitee_is_a_person_or_a_user(key, person_id):
    assert Invitee(key, "Li Hui", "lihui@huayue.example", "en").person_id == person_id


def test_token_is_stored_as_its_hash():
    assert hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
