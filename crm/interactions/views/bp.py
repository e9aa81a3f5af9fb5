"""The blueprint of contacts, and where they show in the frame."""

from __future__ import annotations

from crm.core import pages
from crm.core.web import Feature
from crm.core.words import _l

bp = Feature("interactions", __name__)
pages.new("interactions.say", _l("Log in one sentence"), "log", 10)
pages.new("interactions.new", _l("Log a contact"), "log", 12)
pages.new("interactions.inquiry", _l("Inquiry"), "people", 16)
