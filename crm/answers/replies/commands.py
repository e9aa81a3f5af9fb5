"""The words with which the entries of a reply begin."""

from __future__ import annotations

import re

from crm.answers.policy import AnswerAction

# Possessive quantifiers (++) prevent backtracking: long runs of spaces are scanned once.
_DONE = r"done|finished|completed?|已?完成了?|搞定了?|办好了?|已办|收到了?|做完了?|辦好了?"
_DONE_ALONE = r"(?:closed?|received|got it|ok(?:ay)?|好的?)(?=[\s.!。！]*+$)"
"""Words that answer only without others after them: “3 ok” may be a count."""
_NO_ANSWER = (
    r"no(?:[- ]?answer| reply| replies| response)(?!\s+(?:is\s+)?(?:needed|necessary|required|expected)\b)"
    r"|not reached|unreachable|[没沒未]接(?:通|(?![受到触觸洽手单單]))|没人接|无人接听|没打通|無人接聽"
)
_YES = (
    r"yes|took place|happened(?!\s+to\b)|held(?!\s+(?:up|off|back)\b|\s+on\s+(?:to|hold)\b)"
    r"|是[的啊呀]|是(?=(?:按[时時]|准[时時]|準時|如期)?[开開见見][了的])|是(?![一-鿿])|开了|见了|發生了"
)
_NO_SHOW = r"no[- ]?show|didn['’]?t come|did not come|爽约了?|爽約了?|[没沒][来來](?!得及|[电電信函])"
_CANCELED = r"cancel(?:l?ed)?|取消了?"
_TOOK_PLACE = r"(?:举行|舉行|进行|進行|发生|發生|参加|參加|去)"
_NO = (
    # “No” alone or before a pronoun: other words may follow with which it is no answer, as in “no objection”.
    r"no(?!-\w)(?=\s*(?:$|[,，.。:：;；!！\-–—])|\s+(?:he|she|they|it|we|i)\b)"
    r"|didn['’]?t happen|did not happen|[没沒]有?(?:[开開](?![发發票具])|[见見])"
    rf"|[没沒]有(?:{_TOOK_PLACE}?[了啊呢]?(?=\s*(?:$|[,，.。:：;；!！\-–—(（]))|(?=\s+(?:改到|[没沒][开開见見])))"
)
_GIVE = r"(?:give(?:\s+to)?|reassign(?:\s+to)?|assign(?:\s+to)?|pass(?:\s+to)?|转给|交给|轉給|交給|给|給)"
_LATER = r"later|postponed?|snooze|moved?|推迟到?|推遲到?|延到?|以后|改到?"
_DAYS = r"mon|tue|wed|thu|fri|sat|sun|tomorrow|周[一二三四五六日天]|明天|后天"
END = r"(?=$|[\s,，.。:：;；!！\-–—])"
COMMANDS = tuple(
    (action, re.compile(rf"(?:{words})(?:{END}|(?<=[一-鿿]))", re.IGNORECASE))
    for action, words in (
        (AnswerAction.no_answer, _NO_ANSWER),
        (AnswerAction.done, f"{_DONE}|{_DONE_ALONE}"),
        (AnswerAction.no_show, _NO_SHOW),
        (AnswerAction.canceled, _CANCELED),
        (AnswerAction.not_held, _NO),
        (AnswerAction.held, _YES),
    )
)
OTHER_MEANING = re.compile(
    # The opposite: 完成不了, 完成了没, 没开始, 没见过他; the degree: 完成度80%.
    r"不(?:了|成|下|掉|起[来來])|[没沒]有?(?:$|[?？])|[度率](?!假)|(?<=[开開])始|(?<=[见見开開消])[过過]|[过過](?:$|[吗嗎?？])"
    # Conditions: 完成后告诉你, 完成前先问一下, 取消的话告诉我, 收到货款后发货.
    r"|(?<![接通来來])[之以]?[后後](?![续續期来來已勤台端])|[之以]?前(?![期两兩几幾一二三四五六七八九十\d项項台端])"
    r"|的[话話]|[与與]否"
    r"|(?<=收到|完成|做完|搞定|办好|辦好)\w{1,12}?(?<![售最然今前背先落])[之以]?[后後](?![续續期来來已勤台端面天])"
    # A part: 完成60% (收到30%定金 is whole), 完成大半, 完成部分, completed half; not yet: 完成还需要两周, 完成中.
    r"|(?<!收到)(?<!收到了)\s*+(?:大[概约約]|差不多|[约約近])?(?!100\s*[%％])\d{1,3}(?:\.\d+)?\s*[%％]"
    r"|(?:大[概约約]|差不多|[约約近])?(?:一?[一大多小]半|一?大?部[分份])|\s++(?:half(?![\s-]+(?:an\s+)?hour)|partly|partially)\b"
    r"|[还還]?需要(?!的)|[还還]差|中(?![一-鿿])",
    re.IGNORECASE,
)
"""Text after a command that changes its meaning."""
QUESTION = re.compile(r"\s*+(?![,，.。:：;；!！\-–—])[^,，.。:：;；!！]*[?？吗嗎么麼]$")
"""Text after a command that makes it a question: “done yet?”."""
SHORT_QUESTION = re.compile(
    r"(?:^|[,，.。:：;；!！\-–—])\s*+"
    r"(?:(?:ok(?:ay)?|right|yes|correct)\s*[?？]|(?:好|可以|行|对|對|是)的?(?:[吗嗎么麼]\s*[?？]?|吧?\s*[?？]))$",
    re.IGNORECASE,
)
"""The end of a note that makes a question of the command before it: “cancel, ok?”."""
_ANY_COMMAND = f"{_DONE}|{_DONE_ALONE}|{_NO_ANSWER}|{_YES}|{_NO_SHOW}|{_CANCELED}|{_NO}|{_GIVE}|{_LATER}|{_DAYS}"
ANOTHER_ANSWER = re.compile(
    rf"(?<![^\s,，])\d{{1,2}}[.:：)）]?\s?(?:{_ANY_COMMAND})(?:{END}|(?<=[一-鿿]))", re.IGNORECASE
)
"""Another answer inside of a note: “done 6 done”."""
GIVE_COMMAND = re.compile(rf"{_GIVE}\s*", re.IGNORECASE)
LATER_COMMAND = re.compile(rf"(?:{_LATER})\s*(?:(?:to|until|till|by)\s+)?", re.IGNORECASE)
