"""Texts of the survey for clients, in English and Chinese.

They aren't in the translation catalogs, because their language is that of the client, not that of a user.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClientTexts:
    """The texts of the email and the page in one language; `%(name)s` are values."""

    code: str
    tag: str
    name: str
    subject: str
    greeting: str
    intro: str
    about: str
    ask: str
    button: str
    email_foot: str
    title: str
    period: str
    optional: str
    sales: str
    sales_hint: str
    currency: str
    sale_countries: str
    countries_hint: str
    new_countries: str
    jobs: str
    publish: str
    with_name: str
    without_name: str
    refused: str
    comment: str
    answered_by: str
    send: str
    correct: str
    foot: str
    thanks: str
    thanks_text: str
    change: str
    done_text: str
    ended: str
    ended_text: str
    busy: str
    problems: str
    errors: dict[str, str]


ENGLISH = ClientTexts(
    code="en",
    tag="en",
    name="English",
    subject="%(center)s: your results, %(period)s",
    greeting="Hello %(name)s,",
    intro="%(center)s would like to know about the results of our work with %(client)s (%(period)s).",
    about="This is about: %(title)s.",
    ask="Please answer a few questions. It takes about two minutes, and you don't need to sign in.",
    button="Answer the questions",
    email_foot="The link is for you only and expires on %(day)s. If you have questions, reply to this email.",
    title="Your results",
    period="Period: %(period)s",
    optional="Leave a question blank if it doesn't apply.",
    sales="Export sales that our work helped you make",
    sales_hint="Total for this period, for example 120000.",
    currency="Currency",
    sale_countries="Countries of these sales",
    countries_hint="For example: China, Vietnam",
    new_countries="Countries you sold to for the first time",
    jobs="Jobs created or retained as a result",
    publish="May we publish your results as a success story?",
    with_name="Yes, with the company's name",
    without_name="Yes, without the name",
    refused="No",
    comment="Comment",
    answered_by="Your name",
    send="Send answer",
    correct="Send corrected answer",
    foot="The link expires on %(day)s. You can correct your answer until we have recorded it.",
    thanks="Thank you",
    thanks_text="We received your answer. You can correct it with the same link until we have recorded it.",
    change="Correct your answer",
    done_text="Your answer has been recorded. If anything has changed, please contact your counselor.",
    ended="This link can't be used",
    ended_text="The link has expired or was replaced by a new one. Please ask your counselor for a new link.",
    busy="There were too many attempts. Please wait a few minutes, then send your answer again.",
    problems="Please check your answer",
    errors={
        "number": "Enter a number, for example 120000.",
        "whole": "Enter a whole number, for example 2.",
        "large": "Enter a smaller number.",
        "name": "Enter your name.",
        "long": "Enter a shorter text.",
        "choice": "Choose one from the list.",
        "empty": "Answer at least one question, or say in the comment that there were no results.",
        "stale": "Open the link in the email again, then send your answer again.",
    },
)

CHINESE = ClientTexts(
    code="zh_Hans",
    tag="zh-Hans",
    name="简体中文",
    subject="%(center)s：贵公司的成效，%(period)s",
    greeting="%(name)s，您好：",
    intro="%(center)s 想了解%(period)s期间我们与 %(client)s 的合作取得了哪些成效。",
    about="相关事项：%(title)s。",
    ask="请回答几个问题，大约需要两分钟，无需登录。",
    button="填写问卷",
    email_foot="此链接仅供您本人使用，有效期至%(day)s。如有疑问，请直接回复本邮件。",
    title="贵公司的成效",
    period="期间：%(period)s",
    optional="不适用的问题可以留空。",
    sales="在我们协助下实现的出口销售额",
    sales_hint="本期合计，例如 120000。",
    currency="币种",
    sale_countries="销往的国家或地区",
    countries_hint="例如：中国、越南",
    new_countries="首次销往的国家或地区",
    jobs="因此新增或保留的岗位数",
    publish="我们可以将贵公司的成效作为成功案例发布吗？",
    with_name="可以，注明公司名称",
    without_name="可以，不注明公司名称",
    refused="不可以",
    comment="备注",
    answered_by="您的姓名",
    send="提交",
    correct="提交更正",
    foot="此链接有效期至%(day)s。在我们登记之前，您可以更正答复。",
    thanks="谢谢",
    thanks_text="我们已收到您的答复。在我们登记之前，您可以通过同一链接更正。",
    change="更正答复",
    done_text="您的答复已登记。如有变化，请联系您的顾问。",
    ended="此链接无法使用",
    ended_text="链接已过期或已被新的链接取代。请向您的顾问索取新的链接。",
    busy="提交次数过多，请几分钟后再试。",
    problems="请检查您的答复",
    errors={
        "number": "请输入数字，例如 120000。",
        "whole": "请输入整数，例如 2。",
        "large": "数字过大，请输入较小的数字。",
        "name": "请输入您的姓名。",
        "long": "内容过长，请缩短。",
        "choice": "请从列表中选择。",
        "empty": "请至少回答一个问题，或在备注中说明没有成效。",
        "stale": "请重新打开邮件中的链接，然后再次提交。",
    },
)

TEXTS = {texts.code: texts for texts in (ENGLISH, CHINESE)}
