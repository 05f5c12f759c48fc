"""Tells systemd how the service is doing: a datagram to the socket that it names, where it has started the process.

The protocol (sd_notify(3)) is lines of ``NAME=value`` in one datagram. The library for it, sdnotify, has had no release since
2017, and does no more than this. Knows nothing of what the service does; a message that can't be sent is passed over.
"""

import contextlib
import os
import socket
from collections.abc import Mapping

VARIABLE = "NOTIFY_SOCKET"


class Notifier:
    """Sends states such as ``READY=1``. ``address`` is a path, or ``@NAME`` in Linux's abstract names; empty tells nobody."""

    def __init__(self, address: str = "") -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Notifier":
        """Return the notifier of the service manager that started this process, if one did."""
        return cls(environment.get(VARIABLE, ""))

    def __call__(self, **states: str | int) -> None:
        """Send ``states``, each ``NAME=value``, together."""
        if not self._address:
            return
        # A value with a line end, as a file's name may have, would be a state of its own.
        lines = (f"{name}={' '.join(str(value).split())}" for name, value in states.items())
        message = "\n".join(lines).encode("utf-8", "replace")
        # Without waiting: a manager that doesn't read is no reason to stop the work.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.setblocking(False)
            channel.connect(self._address)
            channel.send(message)
