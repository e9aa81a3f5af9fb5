"""Who gets reminders, what was sent, and the lines that Today and the digest share."""

from .items import DigestItem
from .readers import Reader, load_settings, readers
from .sent import is_valid_reminder, list_withdrawn_mails, occurrence_of
from .separate_emails import list_separately_sent

__all__ = [
    "DigestItem",
    "Reader",
    "is_valid_reminder",
    "list_separately_sent",
    "list_withdrawn_mails",
    "load_settings",
    "occurrence_of",
    "readers",
]
