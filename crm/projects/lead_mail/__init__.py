"""Read the facts of a lead from the email of a consulate, in English or Chinese (simplified or traditional).

Pure: no database. What an email doesn't say stays empty. Takes time linear in the length of the text, of which only the
first MAX_CHARS characters are read.
"""

from .facts import LeadContact, LeadFacts
from .read import read_lead
