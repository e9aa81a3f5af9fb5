"""Pages of contacts: list and log form (`log`), one sentence and pasted mail (`said`), plans (`plans`), inquiries."""

from . import inquiries, log, plans, said
from .bp import bp

__all__ = ["bp", "inquiries", "log", "plans", "said"]
