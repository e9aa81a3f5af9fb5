"""Texts for recipients, in their language: the foot of a mailing and the page that unsubscribes.

They aren't in the translation catalogs, because their language is that of the recipient, not that of a user.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReaderTexts:
    """The texts in one language; `%(center)s` and `%(address)s` are values."""

    code: str
    tag: str
    name: str
    why: str
    unsubscribe: str
    ask: str
    ask_text: str
    confirm: str
    done: str
    done_text: str
    undo: str
    undo_title: str
    undo_text: str
    unknown: str
    unknown_text: str


ENGLISH = ReaderTexts(
    code="en",
    tag="en",
    name="English",
    why="You received this email because you are in touch with %(center)s.",
    unsubscribe="Unsubscribe",
    ask="Unsubscribe from these emails?",
    ask_text="%(center)s will not email %(address)s again.",
    confirm="Unsubscribe",
    done="You are unsubscribed",
    done_text="%(center)s will not email %(address)s again.",
    undo="Undo",
    undo_title="You are subscribed again",
    undo_text="%(center)s can email %(address)s again.",
    unknown="This link isn't valid",
    unknown_text="Check that you copied the whole link, or reply to the email and we will take you off the list.",
)
SIMPLIFIED = ReaderTexts(
    code="zh_Hans",
    tag="zh-Hans",
    name="简体中文",
    why="您收到本邮件，是因为您与 %(center)s 有业务联系。",
    unsubscribe="退订",
    ask="确定退订吗？",
    ask_text="%(center)s 将不再向 %(address)s 发送邮件。",
    confirm="退订",
    done="退订成功",
    done_text="%(center)s 将不再向 %(address)s 发送邮件。",
    undo="撤销",
    undo_title="已恢复订阅",
    undo_text="%(center)s可以再次向 %(address)s 发送邮件。",
    unknown="链接无效",
    unknown_text="请检查链接是否复制完整，或直接回复邮件，我们会将您移出名单。",
)
TRADITIONAL = ReaderTexts(
    code="zh_Hant",
    tag="zh-Hant",
    name="繁體中文",
    why="您收到本郵件，是因為您與 %(center)s 有業務聯繫。",
    unsubscribe="取消訂閱",
    ask="確定取消訂閱嗎？",
    ask_text="%(center)s將不再向 %(address)s 寄送郵件。",
    confirm="取消訂閱",
    done="已取消訂閱",
    done_text="%(center)s將不再向 %(address)s 寄送郵件。",
    undo="復原",
    undo_title="已恢復訂閱",
    undo_text="%(center)s可以再次向 %(address)s 寄送郵件。",
    unknown="連結無效",
    unknown_text="請檢查連結是否複製完整，或直接回覆郵件，我們會將您移出名單。",
)
SPANISH = ReaderTexts(
    code="es",
    tag="es",
    name="Español",
    why="Recibe este correo porque está en contacto con %(center)s.",
    unsubscribe="Darse de baja",
    ask="¿Darse de baja de estos correos?",
    ask_text="%(center)s no volverá a escribir a %(address)s.",
    confirm="Darse de baja",
    done="Se ha dado de baja",
    done_text="%(center)s no volverá a escribir a %(address)s.",
    undo="Deshacer",
    undo_title="Suscripción restablecida",
    undo_text="%(center)s puede volver a escribir a %(address)s.",
    unknown="Este enlace no es válido",
    unknown_text="Compruebe que copió el enlace completo o responda al correo: le quitaremos de la lista.",
)
TEXTS = {texts.code: texts for texts in (ENGLISH, SIMPLIFIED, TRADITIONAL, SPANISH)}


def find_texts(language: str | None) -> ReaderTexts:
    """Return the texts in a language, else in English."""
    return TEXTS.get(language or "", ENGLISH)
