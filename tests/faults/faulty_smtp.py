"""A mail server that fails at one step: for one recipient, or for everybody, until it is repaired."""

from __future__ import annotations

import re
import socketserver
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

STALL, DROP = "stall", "drop"
GREETING = "220 smtp.test"
FEATURES = "250-smtp.test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME"
GOOD = {"connect": GREETING, "ehlo": FEATURES, "auth": "235 welcome", "mail": "250 OK", "rcpt": "250 OK"}
GOOD |= {"data": "354 go ahead", "dot": "250 queued"}
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")


@dataclass(frozen=True)
class Fault:
    """What fails at a step: the reply, STALL (no reply) or DROP (connection closed). `victim` None means everybody."""

    step: str
    reply: str
    victim: str | None = None


@dataclass
class FaultyServer:
    """`received` counts the messages that arrived by Message-ID, `accepted` those for which the server replied 250."""

    fault: Fault | None = None
    accepted: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    repaired: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Start to listen on a free port of this machine."""
        state = self

        class Handler(_Conversation):
            server_state = state

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Release the stalled connections and stop."""
        self.repair()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Return host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def repair(self) -> None:
        """End the fault."""
        self.fault = None
        self.repaired.set()


class _Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    server_state: FaultyServer
    recipient = ""

    def handle(self) -> None:
        if not self.reply("connect"):
            return
        for line in iter(self.rfile.readline, b""):
            command = line[:4].decode("ascii", "replace").lower()
            if command == "quit":
                self.write("221 bye")
                return
            if command == "rset":
                self.write("250 OK")
                continue
            step = {"helo": "ehlo"}.get(command, command)
            if step == "rcpt":
                self.recipient = line.decode().partition("<")[2].partition(">")[0]
            if not self.reply(step):
                return
            if step == "data" and self.is_going_on and not self.read_message():
                return

    def read_message(self) -> bool:
        """Read to the final dot; return whether the connection goes on."""
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            if not line:
                return False
            lines.append(line)
        match = _MESSAGE_ID.search(b"".join(lines))
        message_id = match[1].decode() if match else ""
        self.server_state.received[message_id] += 1
        goes_on = self.reply("dot")
        if goes_on and self.is_going_on:
            self.server_state.accepted[message_id] += 1
        return goes_on

    def reply(self, step: str) -> bool:
        """Reply to a step as planned; return whether the connection goes on."""
        state, good = self.server_state, GOOD.get(step, "502 not implemented")
        fault = state.fault
        is_hit = fault is not None and fault.step == step and fault.victim in (None, self.recipient)
        text = fault.reply if fault is not None and is_hit else good
        if text == STALL:
            state.repaired.wait(60)
            return False
        if text == DROP:
            return False
        self.is_going_on = text == good
        self.write(text)
        return not text.startswith("421")

    def write(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
