"""Pages of interactions: list and log form (`log`), quick log and pasted email (`sentence`), plans, inquiries."""

from . import inquiries, log, plans, sentence
from .bp import bp

__all__ = ["bp", "inquiries", "log", "plans", "sentence"]
