"""Forms of contacts: the log form (`log`), its fields (`fields`), an inquiry, moving a plan, a mail to paste."""

from .inquiry import InquiryForm
from .log import InteractionForm
from .short import PasteForm, RescheduleForm, SentenceForm

__all__ = ["InquiryForm", "InteractionForm", "PasteForm", "RescheduleForm", "SentenceForm"]
