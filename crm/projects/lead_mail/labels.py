"""The labels of lines that name a fact: "Bid deadline: ...", 总投资：..."""

from __future__ import annotations

from .word_lists import load_word_lists

FIELDS: dict[str, str] = {label: field for field, labels in load_word_lists("lead_labels").items() for label in labels}
"""Label in lower case and simplified characters -> the fact that its line names."""
