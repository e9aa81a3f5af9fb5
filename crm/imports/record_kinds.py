"""Kinds of rows that are read by the columns of a model: what each column and each link to another record is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.columns import labeled_column, own_columns
from crm.core.data.record import Record
from crm.core.words import Lazy, _l
from crm.opportunities.models import Opportunity
from crm.people.models import Representation
from crm.products.models import Product
from crm.projects.models import Need, Project
from crm.shows.models import Show

from .policy import ImportKind


class RecordLink(NamedTuple):
    """A column that refers to another record, which a row names: its heading, and the kinds of records to search."""

    column: str
    name: str
    label: Lazy
    kinds: tuple[str, ...]
    headings: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class RecordKind:
    """A kind of row. Its fields are the labeled columns of the model, without `skipped`, and the links.

    headings: further headings of a column, separated by "|". key: columns of which a visible record with the same
    values is the same record; the first one is searched. required: columns of which each needs a value. users: columns
    that refer to a user, who is named or by email address. has_sectors: rows have a list of sectors.
    """

    kind: ImportKind
    entity: type[Record]
    key: tuple[str, ...]
    links: tuple[RecordLink, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    skipped: frozenset[str] = frozenset()
    users: tuple[RecordLink, ...] = ()
    has_sectors: bool = False

    @cached_property
    def columns(self) -> dict[str, sa.Column[Any]]:
        """The columns that rows have, by name."""
        attributes = [a for a in own_columns(self.entity) if a.key not in self.skipped]
        return {attribute.key: labeled_column(attribute) for attribute in attributes}

    @cached_property
    def labels(self) -> dict[str, Lazy]:
        """The labels of all fields by name."""
        columns = {name: column.info["label"] for name, column in self.columns.items()}
        links = {link.name: link.label for link in (*self.links, *self.users)}
        sectors = {"sectors": _l("Sectors")} if self.has_sectors else {}
        return columns | links | sectors | {"uid": _l("Identifier")}

    @cached_property
    def all_headings(self) -> dict[str, str]:
        """The headings of all fields by name: the name, the label and what is declared."""
        links = {link.name: link.headings for link in (*self.links, *self.users)}
        declared = {"sectors": SECTORS, **PLACES, **self.headings, **links}
        return {
            name: "|".join(filter(None, (name, label.text, declared.get(name, ""))))
            for name, label in self.labels.items()
        }


CLIENT = RecordLink(
    "client_id",
    "client",
    _l("Client"),
    ("organization",),
    "company|company name|account name|associated company|associated company (primary)|客户|客户名称|公司|公司名称|"
    "企业名称|单位名称",
    is_required=True,
)
PROJECT = RecordLink("project_id", "project", _l("Project"), ("project",), "project name|项目|项目名称")
NAMES = {
    "name": (
        "title|product|product name|show name|project name|event|event name|名称|英文名称|产品|产品名称|项目|项目名称|"
        "展会|展会名称"
    )
}
NATIVE = {"native_name": "native name|chinese name|中文名|中文名称"}
PLACES = {
    "country": "country/region|国家|国家/地区|所在国家",
    "city": "town|城市|所在城市",
    "venue": "location|place|场馆|展馆|地点",
    "currency": "deal currency|opportunity currency|币种|货币",
}
SECTORS = "sector|industry|industries|行业|所属行业"
DESCRIPTION = "details|product description|project description|描述|产品描述|产品介绍|项目描述|项目简介|说明|简介"
NOTES = "notes|comments|remarks|description|deal description|备注|说明"
HS_CODE = "hs|hs code|hs6|海关编码|hs编码|税号"
CERTIFICATES = "certificate|certifications|证书|认证"

RECORD_KINDS = {
    spec.kind: spec
    for spec in (
        RecordKind(
            ImportKind.products,
            Product,
            key=("client_id", "name"),
            links=(CLIENT,),
            headings=NAMES
            | NATIVE
            | {"offer": "kind", "hs6": HS_CODE, "usml_category": "usml", "ip_note": "ip"}
            | {"certificates": CERTIFICATES, "capacity": "产能|年产能", "description": DESCRIPTION},
            required=("name",),
        ),
        RecordKind(
            ImportKind.representations,
            Representation,
            key=("client_id", "person_id", "organization_id"),
            links=(
                CLIENT,
                RecordLink("person_id", "person", _l("Person"), ("person",), "name|representative|代表|姓名|联系人"),
                RecordLink(
                    "organization_id",
                    "organization",
                    _l("Organization"),
                    ("organization",),
                    "firm|agent|distributor|代理商|代理|代理公司|经销商",
                ),
            ),
            headings={
                "rep_kind": "kind",
                "territory": "region|area|区域|地区|代理区域|范围",
                "exclusive": "exclusivity|独家|是否独家",
                "from_on": "from|start|start date|开始|开始日期",
                "to_on": "to|end|ends|end date|结束|结束日期",
                "mark_owner": "mark",
                "note": NOTES,
            },
        ),
        RecordKind(
            ImportKind.projects,
            Project,
            key=("name",),
            headings=NAMES
            | NATIVE
            | {"lead_stage": "stage", "heard_on": "heard|heard on", "source_kind": "source", "description": DESCRIPTION}
            | {"bid_wall": "bid|bid deadline, local time|tender deadline|投标截止|投标截止时间|投标截止日期|截标时间"}
            | {"value": "project value|金额|投资额|总投资", "funding": "financing|资金来源"},
            required=("name",),
            has_sectors=True,
        ),
        RecordKind(
            ImportKind.needs,
            Need,
            key=("title", "project_id", "organization_id"),
            links=(
                PROJECT,
                RecordLink(
                    "organization_id", "organization", _l("Organization"), ("organization",), "prime|buyer|host|公司"
                ),
            ),
            headings={
                "title": "name|need|需求|需求名称",
                "type": "kind",
                "native_title": "native name",
                "spec": "specifications|requirements|规格|技术要求|要求|description|描述",
                "needed_by": "by|deadline|delivery date|交货期|需要日期|截止日期",
                "quantity": "qty|数量",
                "hs6": HS_CODE,
                "certificates": CERTIFICATES,
            },
            required=("title",),
        ),
        RecordKind(
            ImportKind.opportunities,
            Opportunity,
            key=("client_id", "title"),
            links=(
                CLIENT,
                PROJECT,
                RecordLink("buyer_id", "buyer", _l("Buyer or prime"), ("organization",), "prime|buyer|买方"),
                RecordLink("product_id", "product", _l("Product"), ("product",), "产品"),
            ),
            headings={
                "title": "name|opportunity|opportunity name|deal name|商机|商机名称",
                "stage": "deal stage|阶段|商机阶段",
                "amount": "value|金额|预计金额",
                "probability": "chance|deal probability|概率|成交概率",
                "close_on": "close|close date|expected close date|预计成交日期|预计签约日期",
                "waiting_for": "waiting",
                "license_gate": "license",
                "note": NOTES,
            },
            users=(
                RecordLink(
                    "counselor_id",
                    "counselor",
                    _l("Counselor"),
                    (),
                    "owner|deal owner|opportunity owner|account manager|负责人|顾问",
                ),
                RecordLink("second_counselor_id", "second_counselor", _l("Second counselor"), ()),
            ),
            skipped=frozenset({"lost_reason_id", "end_why", "wakes_on", "second_counselor_id"}),
        ),
        RecordKind(
            ImportKind.shows,
            Show,
            key=("name", "starts_on"),
            links=(
                RecordLink("organizer_id", "organizer", _l("Organizer"), ("organization",), "host|主办方|主办单位"),
            ),
            headings=NAMES
            | NATIVE
            | {
                "type": "kind",
                "starts_on": "days|start|start date|from|开始日期|开幕日期",
                "halls": "hall",
                "ends_on": "last|end|end date|to|结束日期|闭幕日期",
                "note": NOTES,
            },
            required=("name", "starts_on"),
        ),
    )
}
"""By kind."""
