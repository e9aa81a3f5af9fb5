"""Who gets reminders, what was sent, and the lines that Today and the digest share."""

from .readers import Reader, load_settings, readers
from .sent import list_withdrawn_mails
from .separate_emails import list_separately_sent
