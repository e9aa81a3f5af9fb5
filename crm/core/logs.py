"""Logs: one line of JSON on stderr for each request, job and error, without personal data."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
QUIET = frozenset({"static", "healthz"})
"""Endpoints that are logged only for debugging, because they are requested too often."""
# Database errors quote the rejected row; the sentence before it is enough.
QUOTED = re.compile(r"\n?(DETAIL:|CONTEXT:|\[parameters:|\[SQL:)[^\n]*", re.IGNORECASE)
LONG_PART = re.compile(r"[^/]{20,}")

log = structlog.get_logger()


def without_rows(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Remove quoted rows of database errors from all texts."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = QUOTED.sub("", value)
    return event


BEFORE: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_rows,
]


class _Stderr(logging.Handler):
    """Log lines of libraries, in the same format. Looks up stderr each time, because it may be replaced."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")


def configure(level: str) -> None:
    """Set up the logs of this process; a second call changes only the level."""
    structlog.configure(
        processors=[*BEFORE, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _Stderr) for handler in root.handlers):
        handler = _Stderr(logging.WARNING)
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[structlog.stdlib.add_logger_name, *BEFORE[:-2]],
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    without_rows,
                    structlog.processors.JSONRenderer(),
                ],
            )
        )
        root.addHandler(handler)


def loggable_path() -> str:
    """Return the path of the request.

    Texts in it, such as the secret of a link, are replaced by their parameter names, and long ones in an address that
    doesn't exist, such as that of a link with a slash at its end, by dots.
    """
    path = LONG_PART.sub("...", request.path) if request.url_rule is None else request.path
    for name, value in (request.view_args or {}).items():
        if isinstance(value, str):
            path = path.replace(value, f"<{name}>")
    return path[:200]


def _start_timer() -> None:
    g.began = time.perf_counter()


def _request_line(response: Response) -> Response:
    actor = g.get("actor")
    write = log.debug if request.endpoint in QUIET else log.info
    spent = time.perf_counter() - g.get("began", time.perf_counter())
    write(
        "request",
        method=request.method,
        path=loggable_path(),
        status=response.status_code,
        ms=round(spent * 1000, 1),
        user=actor.id if actor else None,
    )
    return response


def init_logs(app: Flask) -> None:
    """Log each request. Registered before all others, so that its clock starts first and its line comes last."""
    configure(app.config["CRM_LOG_LEVEL"])
    app.before_request(_start_timer)
    app.after_request(_request_line)


def warn_of_unknown_settings(names: Mapping[str, str]) -> None:
    """Log variables that aren't settings, each with the one that was probably meant: a misspelled one has no effect."""
    for name, similar in names.items():
        log.warning("unknown setting", name=name, similar=similar)
