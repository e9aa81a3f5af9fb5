"""What pages and panels show of introduction paths."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.core.words import _
from crm.introductions import queries
from crm.introductions.paths import Node
from crm.introductions.policy import MAX_PATHS, LinkKind
from crm.introductions.queries import Goal, Introduction
from crm.introductions.texts import Wording, describe, describe_briefly, describe_request, describe_task


@dataclass(frozen=True)
class PathStep:
    """A box of a drawn path, and the words on the arrow to it."""

    label: str
    native_label: str
    workplace: str
    url: str
    link_text: str
    css: str


@dataclass(frozen=True)
class PathRow:
    """A path in words and as boxes, and the form of the follow-up for the person who asks first.

    follow_up_url: empty for an archived record, about which nothing is added.
    """

    wording: Wording
    steps: tuple[PathStep, ...]
    follow_up_url: str
    assignee: str


def build_rows(actor: Actor, record: Record, goal: Goal, limit: int = MAX_PATHS) -> list[PathRow]:
    """Return the best introduction paths of a record, strongest first."""
    return [
        PathRow(
            wording=describe(introduction, actor.id),
            steps=_steps(introduction),
            follow_up_url="" if record.archived_at else _follow_up_url(record, introduction),
            assignee=_assignee_name(record, introduction),
        )
        for introduction in queries.find_introductions(actor, goal, limit)
    ]


def _steps(introduction: Introduction) -> tuple[PathStep, ...]:
    """Return the boxes of a path; one through a colleague begins with the colleague, so that it stays short."""
    first, *links = introduction.path.links
    if first.kind is LinkKind.colleague:
        name = introduction.names[first.target]
        boxes = [PathStep(name.label, name.native_label, describe_briefly(first), "", "", "node-me")]
    else:
        boxes = [PathStep(_("You"), "", "", "", "", "node-me")]
        links = [first, *links]
    for link in links:
        css = "node-goal" if link is links[-1] else ""
        boxes.append(PathStep(*introduction.names[link.target], _url(link.target), describe_briefly(link), css))
    return tuple(boxes)


def _url(node: Node) -> str:
    return "" if node.kind == "user" else url_for(f"desk.{node.kind}", id=node.id)


def _assignee(record: Record, introduction: Introduction) -> Node | None:
    """Return the colleague on the path who may see the record; None: the user asks."""
    first = introduction.path.links[0].target
    return first if first.kind == "user" and introduction.may_see(first.id, record) else None


def _assignee_name(record: Record, introduction: Introduction) -> str:
    assignee = _assignee(record, introduction)
    return introduction.name(assignee) if assignee else ""


def _follow_up_url(record: Record, introduction: Introduction) -> str:
    """Return the form of a follow-up: of the colleague who asks, about the record and the first person.

    Its title names the path, so it is also about the confidential records there, and as confidential as they are.
    """
    assignee = _assignee(record, introduction)
    person = next(link.target for link in introduction.path.links if link.target.kind == "person")
    is_asked_directly = assignee is not None or not introduction.has_colleague
    title = describe_task(introduction) if is_asked_directly else describe_request(introduction)
    return url_for(
        "followups.new",
        title=title[:200],
        about=list(dict.fromkeys([record.id, person.id, *introduction.confidential_ids])),
        counselor=assignee.id if assignee else None,
    )
