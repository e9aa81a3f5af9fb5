"""A mail server that accepts every email and stores none, as quickly as asyncio can."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Sink:
    """The number of received emails, when the first and the latest came (monotonic), and the server's port."""

    def __init__(self) -> None:
        self.received = 0
        self.first_at = self.latest_at = 0.0
        self.port = 0

    def count_email(self) -> None:
        """Count one email and its time."""
        self.received += 1
        self.latest_at = time.monotonic()
        self.first_at = self.first_at or self.latest_at

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak enough SMTP for one connection."""
        writer.write(b"220 sink ESMTP\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                await writer.drain()
                while await reader.readline() not in (b".\r\n", b""):
                    pass
                self.count_email()
                writer.write(b"250 taken\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250-sink\r\n250 8BITMIME\r\n" if word == b"EHLO" else b"250 ok\r\n")
            await writer.drain()
        writer.close()


@contextmanager
def sink() -> Iterator[Sink]:
    """Run the server in a separate thread."""
    collector, loop, up = Sink(), asyncio.new_event_loop(), threading.Event()

    async def begin() -> None:
        server = await asyncio.start_server(collector.talk, "127.0.0.1", 0)
        collector.port = server.sockets[0].getsockname()[1]
        up.set()

    def run() -> None:
        loop.run_until_complete(begin())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    up.wait()
    yield collector
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=5)
