"""Expected rights, from the architecture's table: independent data, so that the program isn't compared with itself.

A record is in one of ACCESS_CASES, a person is one of PEOPLE; `expected_result` is the result of a request.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.laws.viewers import PEOPLE, AccessCase, Expected, Viewer, may_see


def _is_member(viewer: Viewer, access_case: AccessCase) -> bool:
    """Return whether the row "in a team" applies to this person; for a confidential record, to its readers."""
    return (
        access_case.confidential
        or access_case.team is None
        or viewer.role == "network_manager"
        or access_case.team in viewer.teams
    )


def _may_archive(viewer: Viewer, access_case: AccessCase) -> bool:
    """Rows "archive, restore, merge shared records" and "... in a team"."""
    return _is_member(viewer, access_case) if access_case.team else viewer.role != "staff"


def _may_reassign(viewer: Viewer, access_case: AccessCase) -> bool:
    """Row "change the counselor": staff their own records, others those of the team."""
    return viewer.name == access_case.counselor if viewer.role == "staff" else _is_member(viewer, access_case)


def _may_make_confidential(viewer: Viewer, access_case: AccessCase) -> bool:
    """Row "make a record confidential, name readers": its counselor, a manager of the same team."""
    return viewer.name == access_case.counselor or (viewer.role == "manager" and access_case.team in viewer.teams)


def _may_move(viewer: Viewer, access_case: AccessCase) -> bool:
    """Moving is editing; compliance alone also lifts the hold of opportunities of other teams."""
    return _is_member(viewer, access_case) or (viewer.compliance and access_case.hold)


ACTIONS = {
    "see": may_see,
    "edit": _is_member,
    "archive": _may_archive,
    "reassign": _may_reassign,
    "make_confidential": _may_make_confidential,
    "move": _may_move,
}
# What a view does with its record follows from its name, not from the right that it requires.
NAMED_ENDPOINTS = {
    "archive": "archive",
    "restore": "archive",
    "merge": "archive",
    "counselor": "reassign",
    "followups.reassign": "reassign",
    "funding.intake": "reassign",
    "access": "make_confidential",
    "star": "see",
    "show": "see",
    "history": "see",
    "index": "see",
    "duplicates.different": "see",
    "duplicates.reopen": "see",
    "opportunities.move": "move",
    "opportunities.exit_test": "move",
    "compliance.approve": "see",
    "compliance.reject": "see",
    "shows.meeting": "see",
    "records.file": "see",
}


def action_for(endpoint: str, methods: frozenset[str]) -> str:
    """Return the row of the table for a route."""
    action = NAMED_ENDPOINTS.get(endpoint) or NAMED_ENDPOINTS.get(endpoint.rsplit(".", maxsplit=1)[-1])
    return action or ("edit" if "POST" in methods else "see")


MANAGERS = ("manager", "administrator")
RESTRICTED_RIGHTS = {
    "accounts.users": MANAGERS,
    "accounts.user": MANAGERS,
    "accounts.new": MANAGERS,
    "accounts.invite": MANAGERS,
    "accounts.edit": ("administrator",),
    "accounts.disable": MANAGERS,
    "accounts.reassign": MANAGERS,
    "accounts.enable": ("administrator",),
    "accounts.reset_second_factor": ("administrator",),
    "accounts.resume_email": ("administrator",),
    "accounts.sign_out": ("administrator",),
    "accounts.teams": ("administrator",),
    "accounts.team": ("administrator",),
    "accounts.new_team": ("administrator",),
    "accounts.security_log": ("administrator",),
    "accounts.exports": ("manager", "network_manager", "administrator"),
    "bulk.tag": ("manager", "network_manager", "administrator"),
    "bulk.tag_merge": ("manager", "network_manager", "administrator"),
    "bulk.tag_remove": ("manager", "network_manager", "administrator"),
    "compliance.approve": ("manager", "network_manager"),
    "compliance.reject": ("manager", "network_manager"),
    "mail.pause": ("administrator",),
    "mail.resume": ("administrator",),
    "mail.retry_all": ("administrator",),
    "funding.award_new": ("manager", "network_manager", "administrator"),
    "funding.award_edit": ("manager", "network_manager", "administrator"),
    "funding.award_file": ("manager", "network_manager", "administrator"),
    "funding.filed": ("manager", "network_manager", "administrator"),
    "funding.filed_xml": ("manager", "network_manager", "administrator"),
    "funding.filed_xlsx": ("manager", "network_manager", "administrator"),
    "funding.funder_rules": ("manager", "network_manager", "administrator"),
    "reference.find_codes": ("staff", "manager", "network_manager", "administrator"),
    "reference.*": ("administrator",),
    "reports.review_new": ("manager", "network_manager"),
    **dict.fromkeys(
        ("opportunities.rates", "opportunities.own_rates", "opportunities.standard_rates"),
        ("manager", "network_manager"),
    ),
    "reports.target_new": ("manager", "network_manager"),
    "reports.target_edit": ("manager", "network_manager"),
    "reports.target_delete": ("manager", "network_manager"),
    "tariffs.archive": ("manager", "network_manager", "administrator"),
    "tariffs.restore": ("manager", "network_manager", "administrator"),
}
"""Rows "users, teams, lists, settings..." and "cancel / resume the channel": endpoint -> roles; else all."""
COMPLIANCE_RIGHTS = ("compliance.approve", "compliance.reject")
"""What the right compliance allows, whatever the role."""
HIDDEN_FROM_CHINA_DESK = (
    "funding.awards",
    "funding.award",
    "funding.client_report",
    "funding.counted_clients",
    "funding.counted_sessions",
    "funding.assistance",
    "funding.assistance_new",
    "funding.assistance_edit",
    "funding.assistance_remove",
    "funding.intake",
    "organizations.owner",
    "organizations.owner_remove",
    "impact.survey_accept",
)
PUBLIC = (
    "static",
    "healthz",
    "accounts.login",
    "accounts.logout",
    "accounts.reset_request",
    "accounts.reset_sent",
    "desk.help_page",
    "accounts.reset",
    "accounts.invitation",
    "impact.answer",
    "accounts.second_step",
    "accounts.second_step_passkey",
    "feeds.feed",
    "answers.show",
    "answers.undo",
    "checkins.answer",
    "checkins.stop_link",
    "checkins.one_click",
    "mailings.unsubscribe",
    "mailings.one_click",
)
FOR_TEAMS = ("mailings.new", "mailings.new_to_organizations", "mailings.new_to_participants", "mailings.person")
"""Routes for members of a team only: their emails are sent for it."""
AUTHORIZED_BY_LINK = (
    "impact.answer",
    "checkins.answer",
    "checkins.stop_link",
    "checkins.one_click",
    "mailings.unsubscribe",
    "mailings.one_click",
)
"""Public routes that accept forms without a token of a session: the secret in their address is the authority."""


def has_right(viewer: Viewer, endpoint: str) -> bool:
    """Return whether the route is allowed for this person on any record at all."""
    if viewer.china_desk and endpoint in HIDDEN_FROM_CHINA_DESK:
        return False
    if viewer.compliance and endpoint in COMPLIANCE_RIGHTS:
        return True
    if endpoint in FOR_TEAMS and not viewer.teams:
        return False
    feature = endpoint.partition(".")[0]
    return viewer.role in (RESTRICTED_RIGHTS.get(endpoint) or RESTRICTED_RIGHTS.get(f"{feature}.*") or (viewer.role,))


def expected_result(viewer: Viewer, endpoint: str, methods: frozenset[str], access_case: AccessCase | None) -> Expected:
    """Return the expected result of a request; `access_case` None is a route without a record."""
    if not has_right(viewer, endpoint):
        return Expected.no_right
    if access_case is None:
        return Expected.done
    if not may_see(viewer, access_case):
        return Expected.hidden
    return Expected.done if ACTIONS[action_for(endpoint, methods)](viewer, access_case) else Expected.refused


@dataclass(frozen=True)
class OwnedRow:
    """A row that is not a record: an email, an import, a saved view, a session, an account."""

    kind: str
    owner: str
    team: str | None = None


LEAVING = ("accounts.disable", "accounts.reassign")


def _expected_for_leaver(viewer: Viewer, leaver: Viewer) -> Expected:
    """Managers deactivate staff whose teams are all theirs, without the compliance right."""
    is_own_staff = leaver.role == "staff" and leaver.teams <= viewer.teams and not leaver.compliance
    return Expected.done if is_own_staff else Expected.refused


def _expected_for_merge(viewer: Viewer, method: str, owned_row: OwnedRow) -> Expected:
    """Row "undo an import or a merge": staff their own, the others those of the team."""
    if viewer.role != "network_manager" and owned_row.team not in viewer.teams:
        return Expected.hidden
    own = owned_row.owner == viewer.name
    return Expected.done if own or method == "GET" or viewer.role != "staff" else Expected.refused


def expected_for_owned_row(viewer: Viewer, endpoint: str, method: str, owned_row: OwnedRow) -> Expected:
    """Rows *Mail* page, resend, imports, and own rows."""
    if not has_right(viewer, endpoint):
        return Expected.no_right
    own, managed = owned_row.owner == viewer.name, viewer.role == "manager" and owned_row.team in viewer.teams
    if owned_row.kind == "mail":
        may_know = own or managed or viewer.role == "administrator"
        answers = endpoint == "mail.show" or own or managed
        return (Expected.done if answers else Expected.refused) if may_know else Expected.hidden
    if owned_row.kind in ("run", "mailing"):
        may_know = own or managed or viewer.role == "network_manager"
        # Managers undo imports; the rows of a preview are for the user who uploaded the file. Senders cancel emails.
        answers = own or method == "GET" or endpoint == "imports.undo"
        return (Expected.done if answers else Expected.refused) if may_know else Expected.hidden
    if owned_row.kind == "merge":
        return _expected_for_merge(viewer, method, owned_row)
    if endpoint in LEAVING and viewer.role == "manager":
        return _expected_for_leaver(viewer, PEOPLE[owned_row.owner]) if managed else Expected.hidden
    is_of_team = viewer.role == "network_manager" or owned_row.team in viewer.teams
    everybodys = (
        (owned_row.kind in ("review", "filed", "target") and is_of_team)
        or owned_row.kind in ("team", "list", "tag", "tariff_note", "award", "funder")
        or (owned_row.kind == "user" and (viewer.role == "administrator" or managed))
    )
    return Expected.done if own or everybodys else Expected.hidden
