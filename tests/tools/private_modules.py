"""A kind of import contract: some modules of a feature are private to it."""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PrivateModules(Contract):
    """No feature imports another one's `modules`; only `importers`, which register all of them, may."""

    modules = fields.ListField(subfield=fields.StringField())
    importers = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - set by the library
        broken = sorted(
            (importer, imported)
            for imported in graph.modules
            if _module_role(imported) in set(self.modules)  # type: ignore[call-overload]
            for importer in graph.find_modules_that_directly_import(imported)
            if _feature(importer) != _feature(imported) and importer not in (self.importers or ())
        )
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} imports {imported}")


def _feature(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _module_role(module: str) -> Any:
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[1] != "core" else None
