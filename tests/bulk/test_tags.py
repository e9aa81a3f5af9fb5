"""Tags: filter, column, search and links; renaming, merging and removal by managers."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.records.models import Tag
from crm.records.queries import tags_of
from crm.records.services import set_tags
from tests.factories import client_of, make_confidential, organization, person
from tests.tools.pages import visible_text


@pytest.fixture
def tagged(people):
    """Return an organization and a person with the tag "steel", and two rows without it."""
    rows = [organization("Steel Mill"), person("Zhou", "Limin")]
    for row in rows:
        set_tags(row, "Steel, port")
    set_tags(organization("Port Beta"), "port")
    person("Gao", "Lei")
    return rows


def tag_id(name: str) -> int:
    return db.session.scalars(sa.select(Tag.id).where(Tag.name == name)).one()


def test_tag_filters_lists_and_is_a_column_of_files(client, tagged):
    anna = client.login_as("anna")
    page = anna.get("/organizations/?tag=STEEL&columns=name,tags").text
    assert "Steel Mill" in page
    assert "Port Beta" not in page
    assert '<a class="chip" href="/organizations/?tag=port">port</a>' in page
    assert '"port; Steel"' in anna.get("/people/?tag=steel&as=csv").text.replace('"Steel; port"', '"port; Steel"')
    assert "Gao" not in visible_text(anna.get("/people/?tag=steel").text)


def test_record_page_and_search_link_to_the_records_with_a_tag(client, tagged):
    anna = client.login_as("anna")
    assert 'href="/organizations/?tag=Steel"' in anna.get(f"/organizations/{tagged[0].id}").text
    groups = anna.get("/search?q=stee", headers={"Accept": "application/json"}).json["groups"]
    hits = next(group["hits"] for group in groups if group["label"] == "Tags")
    assert [(hit["url"], hit["hint"]) for hit in hits] == [
        ("/organizations/?tag=Steel", "Organizations: 1"),
        ("/people/?tag=Steel", "People: 1"),
    ]


def test_tags_of_hidden_records_are_not_shown(client, people):
    set_tags(client_of("Bay", "Bay Mill", counselor=people["boris"]), "bay secret")
    secret = client_of("Inland", "Mill", counselor=people["dora"])
    make_confidential(secret)
    set_tags(secret, "inland secret")
    anna = client.login_as("anna")
    assert "secret" not in anna.get("/tags/").text
    assert client.login_as("admin").post(f"/tags/{tag_id('bay secret')}/remove").status_code == 404


def test_manager_renames_a_tag_in_all_records(client, tagged):
    clara = client.login_as("clara")
    assert clara.post(f"/tags/{tag_id('Steel')}", data={"name": "Metals"}).status_code == 303
    assert tags_of([tagged[0].id])[tagged[0].id] == ["Metals", "port"]
    refused = clara.post(f"/tags/{tag_id('Metals')}", data={"name": "PORT"})
    assert refused.status_code == 422
    assert "Merge the tags instead." in refused.text


def test_names_of_tags_that_a_manager_cannot_see_are_free(client, tagged, people):
    secret = client_of("Bay", "Bay Mill", counselor=people["boris"])
    set_tags(secret, "METALS")
    clara, ids = client.login_as("clara"), [row.id for row in tagged]
    assert clara.post(f"/tags/{tag_id('Steel')}", data={"name": "Metals"}).status_code == 303
    assert list(tags_of([*ids, secret.id]).values()) == [["Metals", "port"], ["Metals", "port"], ["Metals"]]
    clara.post(f"/tags/{tag_id('Metals')}/merge", data={"target_id": tag_id("port")})
    assert clara.post(f"/tags/{tag_id('port')}", data={"name": "Steel"}).status_code == 303
    assert list(tags_of(ids).values()) == [["Steel"], ["Steel"]]


def test_tag_is_merged_only_into_a_chosen_one(client, tagged):
    clara = client.login_as("clara")
    address = f"/tags/{tag_id('Steel')}/merge"
    assert re.search(r'<select[^>]*name="target_id".*?<option[^>]*>', clara.get(address).text, re.DOTALL)[0].endswith(
        'value="">'
    )
    refused = clara.post(address, data={"target_id": ""})
    assert (refused.status_code, "Choose a tag." in refused.text) == (422, True)
    assert tags_of([tagged[0].id])[tagged[0].id] == ["port", "Steel"]


def test_manager_merges_and_removes_tags_with_undo(client, tagged):
    clara = client.login_as("clara")
    ids = [row.id for row in tagged]
    clara.post(f"/tags/{tag_id('Steel')}/merge", data={"target_id": tag_id("port")})
    assert list(tags_of(ids).values()) == [["port"], ["port"]]
    page = clara.get("/tags/").text
    assert "Tag merged in 2 records." in page
    clara.post(re.search(r"/records/changes/\d+/undo", page)[0])
    assert list(tags_of(ids).values()) == [["port", "Steel"], ["port", "Steel"]]
    clara.post(f"/tags/{tag_id('port')}/remove")
    assert list(tags_of(ids).values()) == [["Steel"], ["Steel"]]
    set_tags(tagged[0], "")
    assert [tags_of(ids).get(i, []) for i in ids] == [[], ["Steel"]]


@pytest.mark.parametrize("step", ["remove", "merge"])
def test_hidden_records_with_a_tag_are_changed_but_not_counted(client, tagged, people, step):
    secret = client_of("Inland", "Mill", counselor=people["dora"], confidential=True)
    set_tags(secret, "Steel")
    nora = client.login_as("nora")
    nora.post(f"/tags/{tag_id('Steel')}/{step}", data={"target_id": tag_id("port")} if step == "merge" else {})
    message = {"remove": "Tag removed from 2 records.", "merge": "Tag merged in 2 records."}[step]
    assert message in nora.get("/tags/").text
    assert tags_of([secret.id])[secret.id] == ([] if step == "remove" else ["port"])


def test_counselor_may_not_change_tags(client, tagged):
    anna = client.login_as("anna")
    assert "Steel" in anna.get("/tags/").text
    assert anna.get(f"/tags/{tag_id('Steel')}").status_code == 403


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        (" , ，", "Enter a tag."),
        (",".join(f"tag {n}" for n in range(21)), "Enter at most 20 tags."),
    ],
)
def test_tags_that_no_record_can_have_are_refused_before_the_job(client, tagged, monkeypatch, tags, message):
    monkeypatch.setattr("crm.bulk.services.runs.MAX_IMMEDIATE_ROWS", 0)
    answer = client.login_as("anna").post(f"/bulk/organizations?do=tag&ids={tagged[0].id}", data={"tags": tags})
    assert answer.status_code == 422
    assert message in answer.text
    assert tags_of([tagged[0].id]) == {tagged[0].id: ["port", "Steel"]}
