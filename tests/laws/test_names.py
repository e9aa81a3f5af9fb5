"""Names in the code say what they are: no vague or literary words, and a class name occurs once."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
BANNED = frozenset(
    """
    alarm alarms alive among anew anybody anyone anything apart asked asking at beside bustle but called carrier
    case_of cases_of cast circle crowd crumbs done doubted either everybody everyone everything fair fairs firm
    firms forget forget_new forgive forgotten found give give_all give_to give_up given given_by gives_up giving
    guarded hand_over handbook handover hanging hasty heard heir heirs held here hers his holds hop house human
    in_sight in_vain is_led keep kept kept_rows known known_by last_word last_words lasting led ledger left left_out
    linger listed lived_in looked luck made may_seclude mend met mine named narrowed naught nobody nobodys note_made
    noted nothing oracle others ours passed passing pile play promise promises put_back put_in put_off rail reach
    relieve remember remembered room rooms said said_of say says_now scene seclude secluded seen sees sent_by settle
    settled shelf shelved shelves shown sift sight slept some somebody someone something still stock strangers
    suspects taken tell telling tend theirs them themselves there told told_of touched trouble unguarded unsay
    untold untried wanted wants ware way way_out ways ways_to what who whoever whom whose withdrawn worded_anew
    words_of yours Asked Found Handed Held Kept Known Looked Named Noted Overheard Said Seen Sight Told Under Wanted
    Way Who Word Kind Side Medium Via Reached ContactOutcome BulkInserter loser
    """.split()  # noqa: SIM905 - a text is more readable than a list of words
)
"""Participles, pronouns, adverbs and private words: they don't say what a value is."""
STORED = frozenset({"asked", "at", "done", "firm", "held", "kept", "left", "met", "shown", "withdrawn"})
"""Banned words that are columns, stored codes or arguments of a library: allowed as fields and keywords only."""


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield path and syntax tree of every Python file."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def fields_of(tree: ast.Module) -> set[int]:
    """Return the ids of the nodes that name a field of a class: columns, members of an enum, fields of a row."""
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    statements = [statement for node in classes for statement in node.body]
    annotated = {id(x.target) for x in statements if isinstance(x, ast.AnnAssign)}
    return annotated | {id(target) for x in statements if isinstance(x, ast.Assign) for target in x.targets}


def names_in(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Yield line, name and whether it is a field or keyword, for every name that a file defines."""
    fields = fields_of(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id, id(node) in fields
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr, True
            case ast.arg():
                yield node.lineno, node.arg, False
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name, True
            case ast.FunctionDef() | ast.ClassDef():
                yield node.lineno, node.name, False
            case ast.ExceptHandler(name=str(name)):
                yield node.lineno, name, False
            case ast.alias(asname=str(name)):
                yield node.lineno, name, False


def banned_in(path: str, tree: ast.Module) -> list[str]:
    """Return where a file uses a banned name."""
    return [
        f"{path}:{line} {name}"
        for line, name, is_field in names_in(tree)
        if (bare := name.strip("_")) in BANNED and not (is_field and bare in STORED)
    ]


def test_code_uses_no_banned_name():
    assert [place for path, tree in sources("crm", "tests") for place in banned_in(path, tree)] == []


def test_banned_names_are_detected():
    tree = ast.parse("def told(who):\n    class Row:\n        held: int\n    for kept in who: f(met=1, heir=2)")
    assert banned_in("x.py", tree) == ["x.py:1 told", "x.py:1 who", "x.py:4 kept", "x.py:4 heir"]


BANNED_VERBS = frozenset({"drop", "forget", "give", "keep", "say", "seclude", "settle", "sight", "tell"})
"""Verbs of routes and rights that are not those of the screens: cancel, delete, reassign, save, log."""


def vague_parts(name: str) -> set[str]:
    """Return the parts of the name of a route or a right that don't say what it does."""
    return set(re.split(r"[.:_]", name)) & (BANNED | BANNED_VERBS)


def routes_and_rights(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of each view of a module, and of the right that it requires."""
    for node in ast.walk(tree):
        for call in getattr(node, "decorator_list", ()):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "route":
                options = {k.arg: k.value.value for k in call.keywords if isinstance(k.value, ast.Constant)}
                yield call.lineno, options.get("endpoint", node.name)
                yield call.lineno, options.get("may", "")


def test_routes_and_rights_use_no_banned_name():
    names = [(path, *name) for path, tree in sources("crm") for name in routes_and_rights(tree)]
    assert len(names) > 150
    assert [f"{path}:{line} {name}" for path, line, name in names if vague_parts(name)] == []


def test_banned_names_of_routes_and_rights_are_detected():
    assert [vague_parts(name) for name in ("interactions.say", "record:seclude", "followups.reassign")] == [
        {"say"},
        {"seclude"},
        set(),
    ]


VAGUE_FUNCTIONS = frozenset(
    """
    about abouts again around attended before began beginning between blocked by changed changing checked chosen closed
    coded composed confirmed conflicting counted created credited derived differs different each ending ends escaped
    even expected explained filled folded for grouped hidden in introduced joined last later latest lost lowered many me
    meant merged most moved near newest normalized numbered one only opening ordered padded past planned postponed
    priced promised reached refreshed refused remaining scanned sent served shared shortened signed similar since
    slipped spelled spent spoken started stopped stored together toneless typed unanswered unclear unconfirmed undone
    unknown unmatched usual vacant waiting waits watched when whole with without written wrote
    """.split()  # noqa: SIM905 - a text is more readable than a list of words
)
"""Words that don't say what a private function does or returns."""


def vague_functions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of the private functions and methods with a vague name; properties are values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("_"):
            is_value = any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
            if node.name.strip("_") in VAGUE_FUNCTIONS and not is_value:
                yield node.lineno, node.name


def test_private_functions_have_no_vague_names():
    lines = [f"{p}:{line} {name}" for p, tree in sources("crm") for line, name in vague_functions(tree)]
    assert lines == []


def test_vague_functions_are_detected():
    tree = ast.parse("def _about(): ...\ndef _load_newest(): ...\nclass A:\n    @property\n    def _last(self): ...")
    assert [name for _line, name in vague_functions(tree)] == ["_about"]


def test_class_names_are_unique():
    places = defaultdict(list)
    for path, tree in sources("crm"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name != "Meta":
                places[node.name].append(f"{path}:{node.lineno}")
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
