"""Whether an email of a sentence was received: the other side wrote it."""

from __future__ import annotations

import re

_RECEIVED = re.compile(
    r"(?<!no )(?<!waiting for )(?<!wait for )(?<!an )(?<!the )\be-?mails?\s+(?:back\s+)?from\b"
    r"|(?:^|[,;.]\s*)(?:an|the)\s+e-?mail\s+from\b"
    r"|\b(?:got|received|had)\s+(?:an?\s+|the\s+|another\s+|his\s+|her\s+|their\s+|[\w-]+['’]s\s+)?(?:\w+\s+)?e-?mails?\b"
    r"(?!\s+address)"
    r"|收到了?[^，。；,;]{0,12}[邮郵]件|[发發]来的?(?:电子|電子)?[邮郵]件|来[邮郵]件",
    re.IGNORECASE,
)


def is_received(text: str) -> bool:
    """Whether a text says that an email came from the other side: "email from Zhou", 收到周立民的邮件."""
    return _RECEIVED.search(text) is not None
