"""Request boundaries are unambiguous: the web server refuses what a proxy might parse differently."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from crm.core.ops.serve import web_command

ROOT = Path(__file__).parents[2]
HEAD = "POST /login HTTP/1.1\r\nHost: localhost\r\n"
HIDDEN = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send(port: int, text: str) -> str:
    """Send bytes, and return all that is received until the server disconnects or stops sending."""
    with socket.create_connection(("127.0.0.1", port), 5) as wire:
        wire.settimeout(2)
        wire.sendall(text.encode())
        wire.shutdown(socket.SHUT_WR)
        parts = []
        try:
            while part := wire.recv(65536):
                parts.append(part)
        except TimeoutError:
            pass
    return b"".join(parts).decode("latin-1")


@pytest.fixture(scope="module")
def port():
    """Run the web server as `make run` does, with an application that responds with the path of the request."""
    port = free_port()
    command = [*web_command(port)[:-1], "tests.security.test_one_request:answer"]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)
    for _wait in range(200):
        try:
            if send(port, "GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):
                break
        except OSError:
            time.sleep(0.1)
    yield port
    server.terminate()
    server.wait(30)


def answer(environ, start_response):
    """Respond with the path."""
    environ["wsgi.input"].read()
    body = f"path={environ['PATH_INFO']}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def test_well_formed_request_is_accepted(port):
    assert "path=/login" in send(port, f"{HEAD}Content-Length: 3\r\nConnection: close\r\n\r\na=b")
    chunked = f"{HEAD}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\na=b\r\n0\r\n\r\n"
    assert "path=/login" in send(port, chunked)


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 3\r\nContent-Length: 40\r\n\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: +3\r\n\r\n",
        "Content-Length: 3\r\n Folded: x\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x3\r\na=b\r\n0\r\n\r\n",
    ],
)
def test_ambiguous_request_length_is_refused_and_smuggles_nothing(port, lines):
    replies = send(port, HEAD + lines + HIDDEN)
    assert "path=/hidden" not in replies
    assert "path=/login" not in replies
    assert " 400 " in replies.split("\r\n")[0] or " 501 " in replies.split("\r\n")[0]
