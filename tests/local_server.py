"""A web server on this machine for the tests of the loaders: it misbehaves on request.

``serve({"/file": whole(data)})`` answers on a free port of 127.0.0.1 until the ``with`` block
ends. What stands behind a path is a function of the request handler; below are those that the
tests need. ``offer`` writes a list of downloads that points to such a server.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from utils.data._download import Download

Reply = Callable[[BaseHTTPRequestHandler], None]


class LocalServer(ThreadingHTTPServer):
    """Serves ``replies`` by path; ``seen`` lists the paths asked for, in order."""

    daemon_threads = True

    def __init__(self, replies: dict[str, Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = replies
        self.seen: list[str] = []
        self.closing = threading.Event()  # set at the end: nothing waits longer than the test
        self.url = f"http://127.0.0.1:{self.server_port}"


@contextlib.contextmanager
def serve(replies: dict[str, Reply]) -> Iterator[LocalServer]:
    """Run a server in a thread for as long as the ``with`` block lasts."""
    server = LocalServer(replies)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def whole(data: bytes) -> Reply:
    """The file as it is."""
    return lambda handler: _send(handler, data, len(data))


def truncated(data: bytes) -> Reply:
    """The length of the whole file, then half of it."""
    return lambda handler: _send(handler, data[: len(data) // 2], len(data))


def unannounced(data: bytes) -> Reply:
    """The bytes without a length, so that only their content tells whether they are all."""
    return lambda handler: _send(handler, data, None)


def failing(times: int, data: bytes) -> Reply:
    """An error of the server so many times, then the file."""
    errors = iter(range(times))

    def reply(handler: BaseHTTPRequestHandler) -> None:
        if next(errors, None) is None:
            _send(handler, data, len(data))
        else:
            handler.send_error(503)

    return reply


def stalled(data: bytes, started: threading.Event) -> Reply:
    """Half of the file, then nothing more until the server closes; says when it began."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        _send(handler, data[: len(data) // 2], len(data))
        started.set()
        handler.server.closing.wait(30)

    return reply


def together(parties: int, data: bytes) -> Reply:
    """The file, once so many requests have come: proves that they ran at the same time."""
    barrier = threading.Barrier(parties)

    def reply(handler: BaseHTTPRequestHandler) -> None:
        barrier.wait(30)
        _send(handler, data, len(data))

    return reply


def offer(registry: Path, name: str, url: str, data: bytes) -> Path:
    """Write a list of downloads with one file, of which ``data`` is the right content."""
    row = Download(
        name=name,
        url=url,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        licence="none: made for a test",
        source="this test",
        what="made for a test",
    )
    with open(registry, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, Download._fields)
        writer.writeheader()
        writer.writerow(row._asdict())
    return registry


def _send(handler: BaseHTTPRequestHandler, body: bytes, length: int | None) -> None:
    handler.send_response(200)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()
    handler.wfile.write(body)
    handler.wfile.flush()


class _Handler(BaseHTTPRequestHandler):
    server: LocalServer

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        reply = self.server.replies.get(self.path)
        if reply is None:
            self.send_error(404)
            return
        with contextlib.suppress(ConnectionError):  # the client gave up, as some tests want
            reply(self)

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""
