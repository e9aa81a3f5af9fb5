"""The mistakes that `make mutants` makes: operators of cosmic-ray, and two of our own with the same interface.

Those of cosmic-ray change a comparison, a number, a boolean or an operator. Ours remove code, as most real mistakes
do: a condition of a query, a side of `and` or `or`, a call, an assignment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

Node = Any
Position = tuple[tuple[int, int], tuple[int, int]]
COMPARISONS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Is_IsNot", "IsNot_Is")
BINARY = ("Add_Sub", "Sub_Add", "BitOr_BitAnd", "BitAnd_BitOr")
OTHERS = (
    "AddNot",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "NumberReplacer",
    "ZeroIterationForLoop",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
)
CONDITIONS = ("where", "filter", "and_", "or_")
"""Calls whose arguments are conditions."""
HARMLESS = ("db.session.flush()", "log.")
"""Calls that may be removed: the session flushes before each query, and the log is for reading."""

WITHOUT_EFFECT = ("frozen=True", "expanding=True")
"""Arguments that change nothing: no code assigns to a frozen class, and `in_` expands its parameter by itself."""


class DropStatement(Operator):
    """Remove a call, or an assignment to an attribute or an item."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Return the position of a statement that can be removed."""
        if node.type != "simple_stmt":
            return
        first = node.children[0]
        is_call = first.type in ("atom_expr", "power") and first.children[-1].get_code().startswith("(")
        is_assignment = first.type == "expr_stmt" and first.children[0].type == "atom_expr"
        if is_assignment or (is_call and not first.get_code(include_prefix=False).startswith(HARMLESS)):
            yield first.start_pos, first.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Write `pass` in its place."""
        return parso.parse(f"{node.get_first_leaf().prefix}pass\n")

    @classmethod
    def examples(cls) -> Iterable[Example]:
        """Show what the operator does."""
        return (
            Example("def f():\n    recall(row)\n", "def f():\n    pass\n"),
            Example("row.zone = zone\n", "pass\n"),
        )


class DropCondition(Operator):
    """Remove one condition of a query, or one side of `and` and `or`."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Return the position of each condition."""
        for part in _conditions(node):
            yield part.start_pos, part.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Remove it, with the comma or operator beside it."""
        position = node.children.index(list(_conditions(node))[index])
        if node.type == "trailer":
            del node.children[position]
        else:
            del node.children[max(0, position - 1) : position + 1 if position else 2]
        return node

    @classmethod
    def examples(cls) -> Iterable[Example]:
        """Show what the operator does."""
        return (
            Example("stmt.where(a == 1, b)", "stmt.where( b)"),
            Example("stmt.where(a == 1, b)", "stmt.where(a == 1)", 1),
            Example("stmt.where(a)", "stmt.where()"),
            Example("x = a and b", "x = b"),
            Example("x = a and b", "x = a", 1),
        )


def _conditions(node: Node) -> list[Node]:
    if node.type in ("and_test", "or_test"):
        return node.children[::2]
    call = node.parent if node.type == "arglist" else node
    if call is None or call.type != "trailer" or call.children[0] != "(" or len(call.children) < 3:
        return []
    name = call.get_previous_sibling().get_last_leaf().value
    if name not in CONDITIONS:
        return []
    if node.type == "arglist":
        return [child for child in node.children if child != ","]
    return [node.children[1]] if node.children[1].type != "arglist" and name == "where" else []


def operators() -> dict[str, Operator]:
    """Return the operators by name."""
    names = [f"ReplaceComparisonOperator_{name}" for name in COMPARISONS]
    names += [f"ReplaceBinaryOperator_{name}" for name in BINARY]
    operators = {name: get_operator(f"core/{name}")() for name in (*names, *OTHERS)}
    return operators | {"DropStatement": DropStatement(), "DropCondition": DropCondition()}


OPERATORS = operators()


class Mutation(NamedTuple):
    """One mistake: its line, the operator, and the occurrence of the operator in the file."""

    line: int
    operator: str
    occurrence: int


def find_mutations(source: str) -> list[Mutation]:
    """List every mistake that can be made in the source, in order; code for types only is skipped."""
    mutations = []
    nodes = list(ast_nodes(get_ast(source)))
    for name, operator in OPERATORS.items():
        places = [(node, place) for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, (node, (start, _end)) in enumerate(places):
            if not _is_for_types(node):
                mutations.append(Mutation(start[0], name, occurrence))
    return sorted(mutations)


def is_sound(source: str, mutation: Mutation) -> bool:
    """Return whether the source with the mistake is still valid Python: tests can't run code that doesn't compile."""
    try:
        compile(apply(source, mutation), "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _is_for_types(node: Node) -> bool:
    """Return whether the node only serves the type checker, or is an argument WITHOUT_EFFECT."""
    if node.type == "if_stmt" and node.children[1].get_code(include_prefix=False) == "TYPE_CHECKING":
        return True
    if node.type == "keyword" and node.parent.get_code(include_prefix=False) in WITHOUT_EFFECT:
        return True
    while node is not None and node.parent is not None:
        parent = node.parent
        if parent.type == "tfpdef" or (parent.type == "annassign" and node is parent.children[1]):
            return True
        if parent.type == "funcdef" and node is parent.annotation:
            return True
        node = parent
    return False


def apply(source: str, mutation: Mutation) -> str:
    """Return the source with the mistake in it."""
    changed = mutate_code(source, OPERATORS[mutation.operator], mutation.occurrence)
    if changed is None or changed == source:
        raise ValueError(f"{mutation} changes nothing")
    return changed
