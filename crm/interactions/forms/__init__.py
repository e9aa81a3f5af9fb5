"""Forms: log form (`log`), its fields (`fields`), inquiry, rescheduling, quick log and pasted email (`short`)."""

from .inquiry import InquiryForm
from .log import InteractionForm
from .short import PasteForm, RescheduleForm, SentenceForm
