"""Introduction paths in words: whom to ask, and what is known of each link."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from crm.core.i18n import formats
from crm.core.words import _, ngettext
from crm.introductions.paths import Link, Node, organization_node
from crm.introductions.policy import (
    FREQUENCY,
    HALF_LIFE_DAYS,
    REACHED,
    RECENCY,
    TWO_WAY,
    USUAL_COUNT,
    YEARS,
    LinkKind,
    band_of,
)
from crm.introductions.queries import Introduction


class Wording(NamedTuple):
    """A path in words: the sentence, the evidence of its links, and how strong it is."""

    sentence: str
    evidence: tuple[str, ...]
    strength: str


def describe(introduction: Introduction, actor_id: int | None) -> Wording:
    """Return a path in words, for the user with whom it begins."""
    path = introduction.path
    evidence = [text for link in path.links if (text := describe_link(introduction, link, actor_id))]
    strength = _(
        "%(band)s, %(percent)s", band=band_of(path.strength), percent=formats.percent(round(path.strength * 100))
    )
    return Wording(describe_request(introduction), tuple(evidence), strength)


def describe_request(introduction: Introduction) -> str:
    """Return whom the user should ask: "Ask Shen to ask Director Wang (王主任)"."""
    people, contact = introduction.people, introduction.contact
    name = introduction.name
    if not people:
        return _("Contact %(contact)s", contact=name(contact))
    if len(people) > 1:
        return _(
            "Ask %(first)s to ask %(second)s for an introduction to %(contact)s",
            first=name(people[0]),
            second=name(people[1]),
            contact=name(contact),
        )
    if people[0].kind == "user":
        return _("Ask %(first)s to ask %(contact)s", first=name(people[0]), contact=name(contact))
    return _("Ask %(first)s for an introduction to %(contact)s", first=name(people[0]), contact=name(contact))


def describe_task(introduction: Introduction) -> str:
    """Return the title of the follow-up of the colleague, or else the user, who asks the first person."""
    people = [node for node in introduction.people if node.kind == "person"]
    contact, target = (introduction.names[node].text for node in (introduction.contact, introduction.target))
    to = contact if contact == target else _("%(person)s at %(organization)s", person=contact, organization=target)
    if not people:
        return _("Contact %(contact)s", contact=to)
    names = [introduction.name(node) for node in people]
    if len(names) == 1:
        return _("Ask %(first)s for an introduction to %(contact)s", first=names[0], contact=to)
    return _(
        "Ask %(first)s to ask %(second)s for an introduction to %(contact)s",
        first=names[0],
        second=names[1],
        contact=to,
    )


def describe_parts() -> list[str]:
    """Return the four parts of the strength of a link by interactions, each with its share."""
    shares = [formats.percent(round(share * 100)) for share in (RECENCY, FREQUENCY, REACHED, TWO_WAY)]
    return [
        _(
            "%(share)s recency: full for an interaction today, half after %(days)s days",
            share=shares[0],
            days=HALF_LIFE_DAYS,
        ),
        _(
            "%(share)s frequency: half for %(num)s interactions in %(years)s years, and more for each further one",
            share=shares[1],
            num=USUAL_COUNT,
            years=YEARS,
        ),
        _(
            "%(share)s reached: the share of interactions in which the person got our message or talked with us",
            share=shares[2],
        ),
        _("%(share)s two-way: the share of interactions in which both sides talked", share=shares[3]),
    ]


def describe_briefly(link: Link) -> str:
    """Return a link in a few words, for the arrow between two people."""
    if link.kind.is_by_interactions and link.last_on:
        times = ngettext("met once", "met %(num)s times", link.count)
        return f"{times}, {formats.day(link.last_on)}"
    return link.relation[0] or str(link.kind)


def describe_link(introduction: Introduction, link: Link, actor_id: int | None) -> str:
    """Return the evidence of a link as a sentence; empty for a colleague."""
    if link.kind is LinkKind.colleague:
        return ""
    # "Wang Wei of Delta works at Delta" would say it twice.
    first = introduction.names[link.source].text if link.kind is LinkKind.works_at else introduction.name(link.source)
    second = introduction.name(link.target)
    if link.kind is LinkKind.met and link.source == Node("user", actor_id or 0):
        first = _("You")
    if link.relation[0]:
        return _relation(link, first, second)
    place = introduction.names.get(organization_node(link.organization_id or 0))
    return _SENTENCES[link.kind](link, first, second, place.label or place.native_label if place else "")


def _relation(link: Link, first: str, second: str) -> str:
    text = _("%(first)s: %(relation)s %(second)s", first=first, relation=link.relation[0], second=second)
    since = _("since %(day)s", day=formats.day(link.from_on)) if link.from_on else ""
    return ", ".join(part for part in (text, since, link.text) if part)


def _met_times(link: Link, first: str, second: str, _place: str) -> str:
    text: str = ngettext(
        "%(first)s and %(second)s met once, on %(day)s",
        "%(first)s and %(second)s met %(num)s times, last on %(day)s",
        link.count,
        first=first,
        second=second,
        day=formats.day(link.last_on),
    )
    return text


def _describe_shared_interaction(link: Link, first: str, second: str, _place: str) -> str:
    text: str = ngettext(
        "%(first)s and %(second)s attended the same meeting on %(day)s",
        "%(first)s and %(second)s attended %(num)s of the same meetings, the last on %(day)s",
        link.count,
        first=first,
        second=second,
        day=formats.day(link.last_on),
    )
    return text


def _represents(link: Link, _first: str, second: str, place: str) -> str:
    text = _("%(person)s is the China rep of %(client)s", person=second, client=place)
    if not link.from_on:
        return text
    since = _("since %(day)s", day=formats.day(link.from_on))
    return f"{text}, {since}"


def _works_at(link: Link, first: str, second: str, _place: str) -> str:
    text = _("%(person)s works at %(organization)s", person=first, organization=second)
    if not link.text:
        return text
    rank = _("rank: %(rank)s", rank=link.text)
    return f"{text} ({rank})"


def _worked_at(link: Link, first: str, second: str, _place: str) -> str:
    return _(
        "%(person)s worked at %(organization)s until %(day)s",
        person=first,
        organization=second,
        day=formats.day(link.until_on),
    )


def _same_employer(_link: Link, first: str, second: str, place: str) -> str:
    return _("%(first)s and %(second)s work at %(organization)s", first=first, second=second, organization=place)


def _former_employer(link: Link, first: str, second: str, place: str) -> str:
    return _(
        "%(first)s and %(second)s were both at %(organization)s until %(day)s",
        first=first,
        second=second,
        organization=place,
        day=formats.day(link.until_on),
    )


def _source(link: Link, first: str, _second: str, place: str) -> str:
    text = (
        _("%(organization)s, where %(person)s works, reported this lead", organization=place, person=first)
        if place
        else _("%(person)s reported this lead", person=first)
    )
    return f"{text}, {formats.day(link.last_on)}" if link.last_on else text


def _same_project(_link: Link, first: str, _second: str, place: str) -> str:
    if not place:
        return _("%(person)s takes part in the same project", person=first)
    return _("%(person)s works at %(organization)s, in the same project", person=first, organization=place)


_SENTENCES: dict[LinkKind, Callable[[Link, str, str, str], str]] = {
    LinkKind.met: _met_times,
    LinkKind.met_together: _describe_shared_interaction,
    LinkKind.represents: _represents,
    LinkKind.works_at: _works_at,
    LinkKind.worked_at: _worked_at,
    LinkKind.same_employer: _same_employer,
    LinkKind.former_employer: _former_employer,
    LinkKind.source: _source,
    LinkKind.same_project: _same_project,
}
