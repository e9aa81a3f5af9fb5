"""Pages of emails to people: templates, one person, a selection, mailings, and the public page that unsubscribes."""

from . import mailings, person, public, selection, templates
from .bp import bp

__all__ = ["bp", "mailings", "person", "public", "selection", "templates"]
