"""The desk's socket and its server: bound before anything is told, limits on what strangers may hold open, an end that finishes
what is being written.

Knows waitress; no page and no brief.
"""

import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waitress.server import BaseWSGIServer, create_server

from trans.desk.asked import MAX_BODY_BYTES
from trans.errors import ExitCode, TransError

if TYPE_CHECKING:
    from flask import Flask

# One request at a time reads or writes; the others wait for it without keeping anybody's connection from being read.
_THREADS = 4
# Bytes of a request's line and headers: a cookie and an address.
_MAX_HEADER_BYTES = 32_768
# A few browsers, with a few tabs each. A thread is only taken when a request is there as a whole: whoever sends it slowly holds a
# connection, and no more.
_CONNECTIONS = 200
# Without a byte for so long a connection is closed.
_SILENT_S = 60


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens at ``host`` and ``port``, 0 for a free one. Raises ``TransError``."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=_CONNECTIONS)
    except (OSError, UnicodeError, OverflowError) as error:
        what = getattr(error, "strerror", None) or str(error)
        raise TransError(
            f"The desk can't listen at {host}, port {port}: {what}",
            "Give another --port, or 0 for any.",
            ExitCode.USAGE,
        ) from error


def server_of(app: "Flask", listening: socket.socket) -> BaseWSGIServer:
    """Return a server at ``listening`` that answers as ``app`` does once it runs."""
    # It warns whenever two requests come at once, and of those that its end leaves without an answer.
    for name in ("waitress", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.ERROR)
    settings: dict[str, Any] = {
        "sockets": [listening],
        "threads": _THREADS,
        "max_request_body_size": MAX_BODY_BYTES,
        "max_request_header_size": _MAX_HEADER_BYTES,
        "connection_limit": _CONNECTIONS,
        "channel_timeout": _SILENT_S,
        "ident": None,  # strangers needn't know what answers
    }
    return create_server(app, **settings)


def serve(app: "Flask", listening: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM. ``ready`` is called when the first one would be answered.

    What is being answered then has five seconds to come to its end.
    """
    server = server_of(app, listening)
    try:
        ready()
        server.run()  # ends without an error when it is interrupted
    finally:
        server.close()
