"""Messages of fields, in place of those of the form library."""

from __future__ import annotations

from crm.core.words import Lazy, _l

TOO_LARGE = _l("Enter a smaller number.")
UNSUPPORTED_YEAR = _l("Enter a year between 1900 and 2100.")
CHOOSE_ONE = _l("Choose one from the list.")
INVALID_DATE = _l("Enter a valid date. Use the format 12/08/2026.")
INVALID_TIME = _l("Enter a valid time, such as 5:00 PM.")
FORM_TRANSLATIONS: dict[str, Lazy] = {
    "This field is required.": _l("This field is required."),
    "Field must be at least %(min)d character long.": _l("Enter at least %(min)d characters."),
    "Field cannot be longer than %(max)d character.": _l("Enter at most %(max)d characters."),
    "Field must be exactly %(max)d character long.": _l("Enter exactly %(max)d characters."),
    "Field must be between %(min)d and %(max)d characters long.": _l("Enter %(min)d to %(max)d characters."),
    "Number must be at least %(min)s.": _l("Enter a number of at least %(min)s."),
    "Number must be at most %(max)s.": _l("Enter a number of at most %(max)s."),
    "Number must be between %(min)s and %(max)s.": _l("Enter a number from %(min)s to %(max)s."),
    "Not a valid choice.": CHOOSE_ONE,
    "Invalid Choice: could not coerce.": CHOOSE_ONE,
    "Invalid choice(s): one or more data inputs could not be coerced.": CHOOSE_ONE,
    "'%(value)s' is not a valid choice for this field.": CHOOSE_ONE,
    "Not a valid date value.": INVALID_DATE,
    "Not a valid time value.": INVALID_TIME,
    "Not a valid integer value.": _l("Enter a whole number, such as 15."),
    "Not a valid decimal value.": _l("Enter a number, such as 12.50."),
}
"""Messages of the form library -> our messages."""


class FormTranslations:
    """The translations for the form library's own messages."""

    def gettext(self, text: str) -> str:
        """Return the message in the reader's language; a text that is not the library's is returned unchanged."""
        return str(FORM_TRANSLATIONS.get(text, text))

    def ngettext(self, one: str, many: str, n: int) -> str:  # noqa: ARG002
        """Return the same text for all numbers."""
        return self.gettext(one)
