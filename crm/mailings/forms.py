"""The forms of a template, of an email to one person, and of a mailing to a selection."""

from __future__ import annotations

from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.i18n.translations import LANGUAGES
from crm.core.words import _, _l, _p
from crm.people.send_times import OPTION, SendTime

from .fields import FIELDS
from .models import EmailTemplate
from .policy import BODY_CHARS, SUBJECT_CHARS
from .recipients import EmailText, MailCandidate

TOO_LONG = _l("Enter at most %(max)d characters.")


def _subject(*validators: Any) -> w.StringField:
    return w.StringField(
        _l("Subject"), [*validators, v.Length(max=SUBJECT_CHARS, message=TOO_LONG)], filters=[strip_text]
    )


def _body(*validators: Any) -> w.TextAreaField:
    return w.TextAreaField(
        _l("Text"),
        [*validators, v.Length(max=BODY_CHARS, message=TOO_LONG)],
        filters=[strip_text],
        render_kw={"rows": 10, "class": "tall"},
    )


class EmailTemplateForm(Form):
    """The name of a template, who may use it, and its texts."""

    name = of(EmailTemplate.name)
    is_shared = w.BooleanField(_l("Everyone on my team can use it"), default=True)
    subject_en = _subject()
    body_en = _body()
    subject_zh_Hans = _subject()  # noqa: N815 - the code of the language
    body_zh_Hans = _body()  # noqa: N815
    subject_zh_Hant = _subject()  # noqa: N815
    body_zh_Hant = _body()  # noqa: N815
    subject_es = _subject()
    body_es = _body()

    def texts(self) -> dict[str, EmailText]:
        """Return the texts that were entered, also incomplete ones, by language."""
        texts = {
            code: EmailText(self[f"subject_{code}"].data or "", self[f"body_{code}"].data or "") for code in LANGUAGES
        }
        return {code: text for code, text in texts.items() if text.subject or text.body}


def flatten(texts: dict[str, EmailText]) -> dict[str, str]:
    """Return the texts of a template as the values of its form."""
    return {f"subject_{code}": text.subject for code, text in texts.items()} | {
        f"body_{code}": text.body for code, text in texts.items()
    }


class PersonEmailForm(Form):
    address = w.SelectField(_p("email", "To"))
    subject = _subject(v.DataRequired(_l("Enter a subject.")))
    body = _body(v.DataRequired(_l("Enter the text of the email.")))
    on_workday = w.BooleanField(OPTION)
    language = w.HiddenField()

    def __init__(self, candidate: MailCandidate, send_time: SendTime, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.on_workday.description = _("If selected, sent %(time)s", time=send_time.text)
        self.address.choices = [w.SelectChoice(address, address) for address in candidate.addresses]
        if self.language.data not in LANGUAGES:
            self.language.data = candidate.language


class MailingForm(Form):
    """What was previewed: the template, and a digest of its texts and of the recipients."""

    template_id = w.HiddenField()
    checked = w.HiddenField()


FIELD_NAMES = tuple((f"{{{name}}}", label) for name, label in FIELDS.items())
"""The fields as they are typed, with what they insert."""
