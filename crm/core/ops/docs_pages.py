"""Pages of docs/ that are made from the program: rights and settings.

`python -m crm.core.ops.docs_pages` writes them.
"""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
from dataclasses import replace
from pathlib import Path

from config import ROOT, Config
from crm.core.policy import RULES, Actor, Limit, Right, Role

GENERATED_NOTE = "This page is made by `python -m crm.core.ops.docs_pages`; change the program, not the page.\n"

FILES = """
Settings with secrets can come from a file instead: `CRM_SECRET_KEY_FILE`, `CRM_DATABASE_URL_FILE` and
`CRM_SMTP_URL_FILE` hold its path. So they can be kept in a store for secrets, such as systemd's `LoadCredential`, a
vault's agent or a container's secrets.
"""


def rights_page() -> str:
    """Every right: who holds it for some record at all, and what it is for."""
    staff = Actor(id=1, team_ids=frozenset({1}), first_team_id=1)
    people = [(role.value.replace("_", " "), replace(staff, role=role)) for role in Role]
    people.append(("+ compliance", replace(staff, rights=frozenset({Right.compliance}))))
    people.append(("+ china desk", replace(staff, limits=frozenset({Limit.china_desk}))))
    head = ["right", *(name for name, _actor in people), "for"]
    lines = [
        [f"`{right}`", *("yes" if rule.held(actor) else "-" for _n, actor in people), str(rule.words)]
        for right, rule in sorted(RULES.items())
    ]
    return (
        "# Rights\n\n"
        + GENERATED_NOTE
        + "\nWho holds a right for any record at all; whether for *this* record says its rule in"
        " the feature's `policy.py`. The last two columns are staff with that right or limit.\n\n" + _table(head, lines)
    )


def settings_page() -> str:
    """Every setting: type, default, and the comment beside it."""
    source = inspect.getsource(Config)
    comments = _comments(source)
    lines = []
    for node in ast.parse(source).body[0].body:  # type: ignore[attr-defined]
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            default = ast.literal_eval(node.value)
            value_text = f"`{default}`" if default not in ("", False) else "off" if default is False else "-"
            lines.append(
                [f"`{node.target.id}`", ast.unparse(node.annotation), value_text, _comment_beside(node, comments)]
            )
    table = _table(["name", "type", "default", "what"], lines)
    return "# Settings\n\n" + GENERATED_NOTE + "\nAll are variables of the environment.\n\n" + table + FILES


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _comment_beside(node: ast.AnnAssign, comments: dict[int, str]) -> str:
    """The comment on any line of a setting: a long one stands in brackets of its own."""
    return " ".join(
        comments[line] for line in range(node.lineno, (node.end_lineno or node.lineno) + 1) if line in comments
    )


def _table(head: list[str], lines: list[list[str]]) -> str:
    rows = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in line] for line in lines)]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


PAGES = {"rights.md": rights_page, "settings.md": settings_page}


def write(folder: Path) -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    from crm.features import load_modules

    load_modules("policy")
    write(ROOT / "docs")
