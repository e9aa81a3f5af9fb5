"""The production application with an additional header: the number of statements of the response."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

from crm.wsgi import app as application

counted: ContextVar[list[int]] = ContextVar("counted")


@event.listens_for(Engine, "before_cursor_execute")
def _count(*_: Any) -> None:
    if tally := counted.get(None):
        tally[0] += 1


def app(environ: dict[str, Any], start_response: Any) -> Any:
    """Serve one request and count its statements, without those executed after the response has started."""
    tally = [1]
    token = counted.set(tally)

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("X-Statements", str(tally[0] - 1))], *rest)

    try:
        return application(environ, start)
    finally:
        counted.reset(token)
