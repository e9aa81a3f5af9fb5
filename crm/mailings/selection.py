"""The people selected in their list, and what a mailing to them would be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import current_app
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from crm.bulk.queries import find_listing, list_selected
from crm.core.errors import Invalid
from crm.core.lists import ListState, parse
from crm.core.policy import Actor

from .recipients import EmailText, MailCandidate, Sender, load_candidates

LISTING = "people"
OWN_PARAMS = ("template", "at", "uid")


@dataclass(frozen=True)
class PeopleSelection:
    """The selected people."""

    state: ListState
    ids: Sequence[int]

    @property
    def return_url(self) -> str:
        """The list as it was, without the selection."""
        return replace(self.state, ids=()).url()


@dataclass(frozen=True)
class MailMerge:
    """A mailing before it is sent: who gets it, and who is left out and why."""

    included: Sequence[MailCandidate]
    excluded: Sequence[MailCandidate]
    digest: str


def read_selection(actor: Actor, args: MultiDict[str, str]) -> PeopleSelection:
    """Return the people that a URL selects. Raises Invalid for more than CRM_MAILING_SIZE, BadRequest."""
    params = MultiDict([(name, value) for name, value in args.items(multi=True) if name not in OWN_PARAMS])
    state = parse(find_listing(LISTING), params, actor)
    ids = list_selected(actor, state, is_all=bool(params.get("all")))
    most = int(current_app.config["CRM_MAILING_SIZE"])
    if len(ids) > most:
        raise Invalid(ngettext("Select at most %(num)d person.", "Select at most %(num)d people.", most))
    return PeopleSelection(state, ids)


def build_merge(actor: Actor, sender: Sender, ids: Sequence[int], texts: Mapping[str, EmailText]) -> MailMerge:
    """Return what a mailing with these texts to these people would be; its digest changes with any of it."""
    candidates = load_candidates(actor, sender, ids, texts, is_bulk=True)
    included = [candidate for candidate in candidates if candidate.reason is None]
    excluded = [candidate for candidate in candidates if candidate.reason is not None]
    content = repr((sorted(texts.items(), key=lambda item: item[0]), [(c.person_id, c.address) for c in included]))
    return MailMerge(included, excluded, hashlib.sha256(content.encode()).hexdigest())
