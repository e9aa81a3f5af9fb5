from __future__ import annotations
import pytest, sqlalchemy as sa, os
from crm.core.db import db

pytestmark = pytest.mark.parametrize("engine", os.environ.get("HENG","sqlite").split(","), indirect=True)

def show(r): 
    import re
    return r.status, r.location, re.findall(r'class="(?:invalid-feedback|error|problem)[^>]*>\s*(.*?)<', r.text)[:4], r.text[:200] if r.status>=500 else ""

def test_views(house):
    pid = house.scene.of("person").id
    with house.put_back():
        r = house.clients["anna"].post("/views", data={"name":"x","address":f"/people/{pid}","shared":"1","csrf_token":house.tokens["anna"]})
        print(r.status_code)
        try:
            print("clara today", house.clients["clara"].get("/").status_code)
        except Exception as e: print("clara", type(e), e)

def test_hidden_by_address(house):
    s = house.scene
    secret = s.of("organization","secret_bay").id
    proj = s.of("project","shared").id
    for path, data in [(f"/projects/needs/new?organization={secret}", {"title":"t","project_id":proj,"state":"open"}),]:
        with house.put_back():
            r = house.clients["anna"].post(path, data=data|{"csrf_token":house.tokens["anna"]})
            print(path, r.status_code, r.headers.get("Location"))
            from crm.projects.models import Need
            print(db.session.execute(sa.select(Need.id, Need.organization_id).order_by(Need.id.desc()).limit(1)).all(), secret)
    show_id = s.show.id
    with house.put_back():
        page = house.clients["anna"].get(f"/shows/{show_id}/meetings/new").get_data(as_text=True)
        from tests.laws.fill import form_of, filled
        f = filled(form_of(page, f"/shows/{show_id}/meetings/new"), s)
        f.pop("host_id",None)
        f["csrf_token"]=house.tokens["anna"]
        print(f)
        r = house.clients["anna"].post(f"/shows/{show_id}/meetings/new?host={secret}&person={s.of('person','secret_bay').id}", data=f)
        print(r.status_code, r.headers.get("Location"))
        from crm.shows.models import ShowMeeting
        print(db.session.execute(sa.select(ShowMeeting.id, ShowMeeting.host_id).order_by(ShowMeeting.id.desc()).limit(1)).all())

def test_hijack(house):
    s = house.scene
    from crm.organizations.models import Organization
    for way, roles in (("shared",["client"]),("inland",["prime"])):
        oid = s.of("organization",way).id
        path=f"/organizations/{oid}/edit"
        with house.put_back():
            from tests.laws.fill import form_of, filled
            f = filled(form_of(house.clients["anna"].get(path).get_data(as_text=True), path), s)
            f["roles"]=roles; f["csrf_token"]=house.tokens["anna"]; f.pop("parent_id",None); f["team_id"]=[""]
            r = house.clients["anna"].post(path, data=f)
            print(way, r.status_code, db.session.execute(sa.select(Organization.team_id, Organization.confidential).where(Organization.id==oid)).all())

def test_counselor(house):
    s = house.scene
    boris = s.users["boris"].id
    with house.put_back():
        path="/followups/new"
        from tests.laws.fill import form_of, filled
        f = filled(form_of(house.clients["anna"].get(path).get_data(as_text=True), path), s)
        f["counselor_id"]=[str(boris)]; f["csrf_token"]=house.tokens["anna"]; f["about"]=[str(s.of("organization").id)]
        r = house.clients["anna"].post(path, data=f)
        from crm.followups.models import FollowUp
        print(r.status_code, r.headers.get("Location"), db.session.execute(sa.select(FollowUp.id, FollowUp.team_id, FollowUp.counselor_id).order_by(FollowUp.id.desc()).limit(1)).all())
        import re
        print(re.findall(r'invalid[^>]*>\s*([^<]*)<', r.get_data(as_text=True))[:5])
    with house.put_back():
        path="/opportunities/new"
        f = filled(form_of(house.clients["anna"].get(path).get_data(as_text=True), path), s)
        f["csrf_token"]=house.tokens["anna"]; f["counselor_id"]=[str(boris)]
        print(f)
        r = house.clients["anna"].post(path, data=f)
        print("opp", r.status_code, r.headers.get("Location"), re.findall(r'invalid[^>]*>\s*([^<]*)<', r.get_data(as_text=True))[:5])
