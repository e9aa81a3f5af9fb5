"""Actions on any record: star, files, archive, counselor, access."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.projects.services import save_need
from crm.records.models import Attachment, Star
from tests.factories import archived, client_of, organization, person, product
from tests.factories.images import png
from tests.tools.pages import visible_text

PNG = png()


@pytest.fixture(autouse=True)
def folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_DATA_DIR", str(tmp_path))


@pytest.fixture
def own_record(people):
    return client_of("Inland", "Tri-Valley", counselor=people["anna"])


ACTIONS = ("archive", "counselor", "access")
POSTS = ("star", "files", "restore")


@pytest.mark.parametrize("action", [*ACTIONS, *POSTS])
def test_record_of_other_team_is_not_found(client, people, action):
    foreign = client_of("Bay")
    client.login_as("anna")
    assert client.post(f"/records/{foreign.id}/{action}").status_code == 404
    if action in ACTIONS:
        assert client.get(f"/records/{foreign.id}/{action}").status_code == 404


@pytest.mark.parametrize("action", [*ACTIONS, *POSTS])
def test_guest_must_sign_in_for_record_actions(client, people, own_record, action):
    assert client.post(f"/records/{own_record.id}/{action}").status_code == 401
    assert client.get(f"/records/{own_record.id}/{action}").status_code == (303 if action in ACTIONS else 405)


@pytest.mark.parametrize("action", ["archive", "restore"])
def test_staff_cannot_archive_shared_record(client, people, action):
    shared = organization()
    assert client.login_as("anna").post(f"/records/{shared.id}/{action}", data={"why": "x"}).status_code == 403
    answer = client.login_as("clara").post(
        f"/records/{shared.id}/{action}", data={"why": "x", "version": shared.version}
    )
    assert answer.status_code == 303


@pytest.mark.parametrize("action", ["counselor", "access"])
def test_record_of_colleague_cannot_be_reassigned_or_made_confidential(client, people, own_record, action):
    assert client.login_as("dora").get(f"/records/{own_record.id}/{action}").status_code == 403
    assert client.login_as("clara").get(f"/records/{own_record.id}/{action}").status_code == 200


def test_star_is_added_and_removed(client, people, own_record):
    client.login_as("anna")
    answer = client.post(f"/records/{own_record.id}/star", data={"on": "1", "next": f"/organizations/{own_record.id}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/organizations/{own_record.id}")
    assert db.session.scalars(sa.select(Star.record_id)).all() == [own_record.id]
    client.post(f"/records/{own_record.id}/star", data={"on": "0", "next": "//evil.example"})
    assert db.session.scalars(sa.select(Star.record_id)).all() == []


def test_file_is_stored_and_served(client, people, own_record):
    client.login_as("anna")
    data = {"files": (io.BytesIO(PNG), "名片 <b>.png")}
    assert client.post(f"/records/{own_record.id}/files", data=data).status_code == 303
    stored = db.session.scalars(sa.select(Attachment)).one()
    page = client.get(f"/organizations/{own_record.id}").text
    assert "名片 <b>.png" in visible_text(page)
    answer = client.get(f"/records/files/{stored.id}")
    assert (answer.status_code, answer.data) == (200, PNG)
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert client.login_as("boris").get(f"/records/files/{stored.id}").status_code == 404
    assert client.get("/records/files/99999").status_code == 404


def test_files_submitted_twice_are_stored_once(client, people, own_record, tmp_path):
    page = client.login_as("anna").get(f"/organizations/{own_record.id}").text
    uid = re.search(rf'action="/records/{own_record.id}/files".*?name="uid" value="([^"]+)"', page, re.DOTALL)[1]

    def send(data):
        return client.post(
            f"/records/{own_record.id}/files", data={"uid": uid, "files": (io.BytesIO(data), "card.png")}
        )

    first, second, other = send(PNG), send(PNG), send(PNG + b"other")
    assert [a.status_code for a in (first, second, other)] == [303, 303, 409]
    assert second.headers["Location"] == first.headers["Location"]
    stored = db.session.scalars(sa.select(Attachment)).one()
    assert [f.name for f in tmp_path.rglob("*") if f.is_file()] == [stored.stored_as]


def test_refused_file_stores_nothing_of_the_form(client, people, own_record, tmp_path):
    sent = {"files": [(io.BytesIO(PNG), "card.png"), (io.BytesIO(b"MZ\x90\x00"), "x.exe")]}
    assert client.login_as("anna").post(f"/records/{own_record.id}/files", data=sent).status_code == 422
    assert db.session.scalars(sa.select(Attachment)).all() == []
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == []


def test_archived_record_without_files_has_no_heading_for_them(client, people, own_record):
    page = f"/organizations/{own_record.id}"
    assert "<h2>Files</h2>" in client.login_as("anna").get(page).text
    archived(own_record)
    assert "<h2>Files</h2>" not in client.get(page).text


def test_invalid_file_is_refused_and_nothing_stored(client, people, own_record, tmp_path):
    client.login_as("anna")
    for data, name in ((b"<svg onload=alert(1)>", "x.png"), (b"MZ\x90\x00", "x.exe"), (b"", "x.txt")):
        assert (
            client.post(f"/records/{own_record.id}/files", data={"files": (io.BytesIO(data), name)}).status_code == 422
        )
    headers = {"Referer": f"http://localhost/organizations/{own_record.id}"}
    answer = client.post(f"/records/{own_record.id}/files", data={}, headers=headers)
    assert (answer.status_code, f'href="/organizations/{own_record.id}">Back to form' in answer.text) == (422, True)
    assert db.session.scalars(sa.select(Attachment)).all() == []
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == []


def test_archive_needs_reason_and_hides_record_from_lists(client, people, own_record):
    client.login_as("anna")
    url, version = f"/records/{own_record.id}/archive", own_record.version
    assert client.post(url, data={"why": "  ", "version": version}).status_code == 422
    assert own_record.archived_at is None
    assert client.post(url, data={"why": "Moved to <i>Reno</i>", "version": version}).status_code == 303
    assert own_record.archived_at is not None
    page = client.get(f"/organizations/{own_record.id}").text
    assert "Moved to &lt;i&gt;Reno&lt;/i&gt;" in page
    assert f'action="/records/{own_record.id}/restore"' in page
    assert "Tri-Valley" not in client.get("/organizations/").text.split("<main")[1].split("</main")[0]
    assert client.post(f"/records/{own_record.id}/restore").status_code == 303
    assert (own_record.archived_at, own_record.archived_why) == (None, None)
    assert "Tri-Valley" in client.get("/organizations/").text


def test_archive_button_does_not_look_like_the_main_action(client, people, own_record):
    page = client.login_as("anna").get(f"/records/{own_record.id}/archive").text.split("<main")[1]
    assert ('class="btn btn-bad"' in page, "btn-main" in page) == (True, False)


def test_archived_record_keeps_its_reason(client, people, own_record):
    archived(own_record)
    url, why = f"/records/{own_record.id}/archive", own_record.archived_why
    data = {"why": "Another", "version": own_record.version}
    client.login_as("anna")
    assert (client.get(url).status_code, client.post(url, data=data).status_code) == (303, 303)
    assert own_record.archived_why == why


def test_stale_archive_form_is_a_conflict(client, people, own_record):
    client.login_as("anna")
    old = own_record.version
    own_record.city = "Fresno"
    db.session.flush()
    answer = client.post(f"/records/{own_record.id}/archive", data={"why": "Typed why", "version": old})
    assert answer.status_code == 409
    assert 'value="Typed why"' in answer.text
    assert own_record.archived_at is None


def test_counselor_is_changed_only_to_user_with_access(client, people, own_record):
    client.login_as("anna")
    url = f"/records/{own_record.id}/counselor"
    assert client.post(url, data={"counselor_id": people["boris"].id, "version": own_record.version}).status_code == 422
    assert client.post(url, data={"counselor_id": "99999", "version": own_record.version}).status_code == 422
    assert own_record.counselor_id == people["anna"].id
    assert client.post(url, data={"counselor_id": people["dora"].id, "version": own_record.version}).status_code == 303
    assert own_record.counselor_id == people["dora"].id


def test_products_and_needs_are_reassigned_only_with_what_they_belong_to(client, people, own_record):
    need = save_need(SYSTEM, {"title": "Agents", "organization_id": own_record.id})
    client.login_as("anna")
    for row, path in ((product(own_record), "products"), (need, "projects/needs")):
        assert row.counselor_id == people["anna"].id
        url, data = f"/records/{row.id}/counselor", {"counselor_id": people["dora"].id, "version": row.version}
        assert (client.get(url).status_code, client.post(url, data=data).status_code) == (404, 404)
        page = client.get(f"/{path}/{row.id}").text
        assert ("Archive…" in page, "Reassign…" in page) == (True, False)
    assert "Reassign…" in client.get(f"/organizations/{own_record.id}").text


def test_reassigned_confidential_record_is_hidden_from_former_counselor(client, people, own_record):
    client.login_as("anna")
    answer = client.post(
        f"/records/{own_record.id}/access",
        data={"confidential": "y", "readers": people["boris"].id, "version": own_record.version},
    )
    assert answer.status_code == 303
    assert own_record.reader_ids == {people["boris"].id}
    url = f"/records/{own_record.id}/counselor"
    assert client.post(url, data={"counselor_id": "", "version": own_record.version}).status_code == 422
    answer = client.post(url, data={"counselor_id": people["dora"].id, "version": own_record.version})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    statuses = {name: client.login_as(name).get(f"/organizations/{own_record.id}").status_code for name in people}
    assert statuses == {"anna": 404, "boris": 200, "clara": 200, "shen": 404, "dora": 200, "nora": 404, "admin": 404}


def test_reader_cannot_open_confidential_record(client, people, own_record):
    secret = client_of("Inland", "Secret", counselor=people["anna"], confidential=True, readers=[people["dora"]])
    client.login_as("dora")
    assert client.post(f"/records/{secret.id}/access", data={"version": secret.version}).status_code == 403
    data = {"name": "Secret", "roles": "prime", "version": secret.version}
    answer = client.post(f"/organizations/{secret.id}/edit", data=data)
    assert answer.status_code == 422
    assert (secret.confidential, secret.team_id) == (True, own_record.team_id)


def test_record_redirects_to_its_page(client, people, app):
    client.login_as("anna")
    li = person("Li", "Wei", organization=organization())
    assert client.get(f"/records/{li.id}").headers["Location"] == f"/people/{li.id}"
    archived(li)
    assert client.get(f"/records/{li.id}").status_code == 303
    kinds = {mapper.polymorphic_identity for mapper in Record.__mapper__.self_and_descendants} - {None}
    pages = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {f"desk.{kind}" for kind in kinds if kind not in ("interaction", "show", "opportunity", "followup")} <= pages


def test_reader_that_someone_added_meanwhile_stays(client, people):
    secret = client_of("Inland", "Secret", counselor=people["anna"], confidential=True)
    db.session.commit()
    path, data = f"/records/{secret.id}/access", {"confidential": "y", "version": secret.version}
    dora = people["dora"].id
    assert client.login_as("clara").post(path, data=data | {"readers": [dora]}).status_code == 303
    late = client.login_as("anna").post(path, data=data | {"readers": [people["clara"].id]})
    assert (late.status_code, secret.reader_ids) == (409, frozenset({dora}))
