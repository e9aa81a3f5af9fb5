"""What can be done with any record: star, files, archive, counselor, who sees it."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.records.models import Attachment, Star
from tests.factories import archived, client_of, organization, person

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture(autouse=True)
def folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_DATA_DIR", str(tmp_path))


@pytest.fixture
def mine(people):
    return client_of("Inland", "Tri-Valley", counselor=people["anna"])


ACTIONS = ("archive", "counselor", "sight")
POSTS = ("star", "files", "restore")


@pytest.mark.parametrize("what", [*ACTIONS, *POSTS])
def test_foreign_record_is_not_there(client, people, what):
    foreign = client_of("Bay")
    client.login_as("anna")
    assert client.post(f"/records/{foreign.id}/{what}").status_code == 404
    if what in ACTIONS:
        assert client.get(f"/records/{foreign.id}/{what}").status_code == 404


@pytest.mark.parametrize("what", [*ACTIONS, *POSTS])
def test_guest_is_asked_to_sign_in(client, people, mine, what):
    assert client.post(f"/records/{mine.id}/{what}").status_code == 401
    assert client.get(f"/records/{mine.id}/{what}").status_code == (303 if what in ACTIONS else 405)


@pytest.mark.parametrize("what", ["archive", "restore"])
def test_staff_do_not_archive_what_is_shared(client, people, what):
    shared = organization()
    assert client.login_as("anna").post(f"/records/{shared.id}/{what}", data={"why": "x"}).status_code == 403
    answer = client.login_as("clara").post(f"/records/{shared.id}/{what}", data={"why": "x", "version": shared.version})
    assert answer.status_code == 303


@pytest.mark.parametrize("what", ["counselor", "sight"])
def test_record_of_a_colleague_is_not_handed_over_or_hidden(client, people, mine, what):
    assert client.login_as("dora").get(f"/records/{mine.id}/{what}").status_code == 403
    assert client.login_as("clara").get(f"/records/{mine.id}/{what}").status_code == 200


def test_star_on_and_off(client, people, mine):
    client.login_as("anna")
    answer = client.post(f"/records/{mine.id}/star", data={"on": "1", "next": f"/organizations/{mine.id}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/organizations/{mine.id}")
    assert db.session.scalars(sa.select(Star.record_id)).all() == [mine.id]
    client.post(f"/records/{mine.id}/star", data={"on": "0", "next": "//evil.example"})
    assert db.session.scalars(sa.select(Star.record_id)).all() == []


def test_file_is_kept_and_given_back(client, people, mine):
    client.login_as("anna")
    sent = {"files": (io.BytesIO(PNG), "名片 <b>.png")}
    assert client.post(f"/records/{mine.id}/files", data=sent).status_code == 303
    kept = db.session.scalars(sa.select(Attachment)).one()
    page = client.get(f"/organizations/{mine.id}").text
    assert "名片 &lt;b&gt;.png" in page
    answer = client.get(f"/records/files/{kept.id}")
    assert (answer.status_code, answer.data) == (200, PNG)
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert client.login_as("boris").get(f"/records/files/{kept.id}").status_code == 404
    assert client.get("/records/files/99999").status_code == 404


def test_form_with_files_that_comes_twice_keeps_them_once(client, people, mine, tmp_path):
    page = client.login_as("anna").get(f"/organizations/{mine.id}").text
    uid = re.search(rf'action="/records/{mine.id}/files".*?name="uid" value="([^"]+)"', page, re.DOTALL)[1]

    def send(data):
        return client.post(f"/records/{mine.id}/files", data={"uid": uid, "files": (io.BytesIO(data), "card.png")})

    first, second, other = send(PNG), send(PNG), send(PNG + b"other")
    assert [a.status_code for a in (first, second, other)] == [303, 303, 409]
    assert second.headers["Location"] == first.headers["Location"]
    kept = db.session.scalars(sa.select(Attachment)).one()
    assert [f.name for f in tmp_path.rglob("*") if f.is_file()] == [kept.stored_as]


def test_file_beside_a_refused_one_leaves_nothing(client, people, mine, tmp_path):
    sent = {"files": [(io.BytesIO(PNG), "card.png"), (io.BytesIO(b"MZ\x90\x00"), "x.exe")]}
    assert client.login_as("anna").post(f"/records/{mine.id}/files", data=sent).status_code == 422
    assert db.session.scalars(sa.select(Attachment)).all() == []
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == []


def test_hostile_file_is_refused_and_nothing_kept(client, people, mine, tmp_path):
    client.login_as("anna")
    for data, name in ((b"<svg onload=alert(1)>", "x.png"), (b"MZ\x90\x00", "x.exe"), (b"", "x.txt")):
        assert client.post(f"/records/{mine.id}/files", data={"files": (io.BytesIO(data), name)}).status_code == 422
    shown = {"Referer": f"http://localhost/organizations/{mine.id}"}
    answer = client.post(f"/records/{mine.id}/files", data={}, headers=shown)
    assert (answer.status_code, f'href="/organizations/{mine.id}">Back to the form' in answer.text) == (422, True)
    assert db.session.scalars(sa.select(Attachment)).all() == []
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == []


def test_archive_asks_why_and_leaves_lists(client, people, mine):
    client.login_as("anna")
    url, version = f"/records/{mine.id}/archive", mine.version
    assert client.post(url, data={"why": "  ", "version": version}).status_code == 422
    assert mine.archived_at is None
    assert client.post(url, data={"why": "Moved to <i>Reno</i>", "version": version}).status_code == 303
    assert mine.archived_at is not None
    page = client.get(f"/organizations/{mine.id}").text
    assert "Moved to &lt;i&gt;Reno&lt;/i&gt;" in page
    assert f'action="/records/{mine.id}/restore"' in page
    assert "Tri-Valley" not in client.get("/organizations/").text.split("<main")[1].split("</main")[0]
    assert client.post(f"/records/{mine.id}/restore").status_code == 303
    assert (mine.archived_at, mine.archived_why) == (None, None)
    assert "Tri-Valley" in client.get("/organizations/").text


def test_archived_once_keeps_its_reason(client, people, mine):
    archived(mine)
    url, why = f"/records/{mine.id}/archive", mine.archived_why
    data = {"why": "Another", "version": mine.version}
    client.login_as("anna")
    assert (client.get(url).status_code, client.post(url, data=data).status_code) == (303, 303)
    assert mine.archived_why == why


def test_stale_archive_is_told(client, people, mine):
    client.login_as("anna")
    old = mine.version
    mine.city = "Fresno"
    db.session.flush()
    answer = client.post(f"/records/{mine.id}/archive", data={"why": "Typed why", "version": old})
    assert answer.status_code == 409
    assert 'value="Typed why"' in answer.text
    assert mine.archived_at is None


def test_counselor_is_changed_to_somebody_who_sees_it(client, people, mine):
    client.login_as("anna")
    url = f"/records/{mine.id}/counselor"
    assert client.post(url, data={"counselor_id": people["boris"].id, "version": mine.version}).status_code == 422
    assert client.post(url, data={"counselor_id": "99999", "version": mine.version}).status_code == 422
    assert mine.counselor_id == people["anna"].id
    assert client.post(url, data={"counselor_id": people["dora"].id, "version": mine.version}).status_code == 303
    assert mine.counselor_id == people["dora"].id


def test_confidential_record_leaves_the_sight_of_who_hands_it_over(client, people, mine):
    client.login_as("anna")
    answer = client.post(
        f"/records/{mine.id}/sight", data={"confidential": "y", "readers": people["boris"].id, "version": mine.version}
    )
    assert answer.status_code == 303
    assert mine.reader_ids == {people["boris"].id}
    url = f"/records/{mine.id}/counselor"
    assert client.post(url, data={"counselor_id": "", "version": mine.version}).status_code == 422
    answer = client.post(url, data={"counselor_id": people["dora"].id, "version": mine.version})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    seen = {name: client.login_as(name).get(f"/organizations/{mine.id}").status_code for name in people}
    assert seen == {"anna": 404, "boris": 200, "clara": 200, "shen": 404, "dora": 200, "nora": 404, "admin": 404}


def test_reader_does_not_open_a_secret(client, people, mine):
    secret = client_of("Inland", "Secret", counselor=people["anna"], confidential=True, readers=[people["dora"]])
    client.login_as("dora")
    assert client.post(f"/records/{secret.id}/sight", data={"version": secret.version}).status_code == 403
    data = {"name": "Secret", "roles": "prime", "version": secret.version}
    answer = client.post(f"/organizations/{secret.id}/edit", data=data)
    assert answer.status_code == 422
    assert (secret.confidential, secret.team_id) == (True, mine.team_id)


def test_record_of_any_kind_leads_to_its_page(client, people, app):
    client.login_as("anna")
    who = person("Li", "Wei", at=organization())
    assert client.get(f"/records/{who.id}").headers["Location"] == f"/people/{who.id}"
    archived(who)
    assert client.get(f"/records/{who.id}").status_code == 303
    kinds = {mapper.polymorphic_identity for mapper in Record.__mapper__.self_and_descendants} - {None}
    pages = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {f"desk.{kind}" for kind in kinds if kind not in ("interaction", "show", "opportunity", "followup")} <= pages
