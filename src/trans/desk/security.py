"""Who may ask the desk anything: a browser that was given this start's token, for the address it is bound to, from its own pages.

Looks at a request's method, headers, cookie and nothing else; knows no brief and no page.
"""

import ipaddress
import secrets
import socket
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

HEADER = "X-Trans-Desk"
"""A page of another origin can send no header of its own without being allowed to, which nobody is."""

# 256 bits: nothing to guess, and no count of wrong ones to keep.
_TOKEN_BYTES = 32

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer to what must not be answered: its status, what is wrong, what to do."""

    status: HTTPStatus
    message: str
    hint: str


_STRANGER = Refusal(
    HTTPStatus.FORBIDDEN,
    "This is not for anybody who comes by.",
    "Open the address that 'trans desk' printed when it was started; each start has its own. If you just did, load it again.",
)
_EARLIER = Refusal(
    HTTPStatus.FORBIDDEN,
    "This address is of an earlier start of the desk.",
    "Take the one that it shows now.",
)
_WRONG_HOST = Refusal(
    HTTPStatus.MISDIRECTED_REQUEST,
    "The desk is not called that.",
    "Open the address that 'trans desk' printed, with the same host.",
)
_OTHER_ORIGIN = Refusal(
    HTTPStatus.FORBIDDEN,
    "Another page may not do that.",
    "Open the desk in a tab of its own.",
)
_METHOD = Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The desk knows no such method.", "Use its pages.")


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets in whom ``trans desk`` gave its address to. ``host`` is as it was given to bind to, without brackets."""

    host: str
    port: int
    token: str

    @classmethod
    def of(cls, host: str, port: int) -> "Gate":
        return cls(host, port, secrets.token_urlsafe(_TOKEN_BYTES))

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the desk; of all of a machine's addresses the one for itself."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  (only looked up here)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    @property
    def cookie(self) -> str:
        """Its name has the port: browsers keep one jar for all ports of a host."""
        return f"trans-desk-{self.port}"

    def is_token(self, given: str | None) -> bool:
        return given is not None and secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def is_entered(self, request: "Request") -> bool:
        """Say whether this is somebody's first visit, with the token in the address."""
        is_us = self._is_us(request.headers.get("Host", ""))
        return is_us and request.method == "GET" and self.is_token(request.args.get("token"))

    def refusal(self, request: "Request") -> Refusal | None:
        """Return why this must not be answered, or None. A token in the address lets nobody in here."""
        if not self._is_us(request.headers.get("Host", "")):
            return _WRONG_HOST
        if request.method not in ("GET", "HEAD", "POST"):
            return _METHOD
        if not self.is_token(request.cookies.get(self.cookie)):
            return _EARLIER if self.cookie in request.cookies or "token" in request.args else _STRANGER
        # A server on another port is of the same site: browsers send it along the cookie even if SameSite is Strict.
        site, mode = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Sec-Fetch-Mode", "")
        if site not in ("", "none", "same-origin") and mode != "navigate":
            return _OTHER_ORIGIN
        if request.method == "POST" and (
            request.headers.get("Origin") != f"http://{request.headers['Host']}" or request.headers.get(HEADER) != "1"
        ):
            return _OTHER_ORIGIN
        return None

    def let_in(self, response: "Response") -> None:
        """Give a browser that knew the token what it is known by from now on."""
        response.set_cookie(self.cookie, self.token, httponly=True, samesite="Strict", path="/")

    def _is_us(self, given: str) -> bool:
        """Say whether a Host header is of the address that the desk is bound to.

        A name that somebody else's server of names leads here (DNS rebinding) is not; a number, or this machine's own name, can't
        be led anywhere.
        """
        host, port = _split(given)
        if port != self.port:
            return False
        if host == self.host.lower():
            return True
        if self.host in _LOOPBACK_NAMES:
            return host in _LOOPBACK_NAMES
        if self.host in ("0.0.0.0", "::"):  # noqa: S104
            return host in _LOOPBACK_NAMES or host == socket.gethostname().lower() or _is_number(host)
        return False


def secured(response: "Response", policy: str) -> "Response":
    """Give an answer the headers that every one has; ``policy`` is a page's own, empty for what is no page."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    own = policy or "default-src 'none'; base-uri 'none'; form-action 'none'; sandbox"
    response.headers["Content-Security-Policy"] = f"{own}; frame-ancestors 'none'"
    return response


def is_loopback(host: str) -> bool:
    return host in _LOOPBACK_NAMES or (_is_number(host) and ipaddress.ip_address(host).is_loopback)


def _split(given: str) -> tuple[str, int | None]:
    """Return host and port of a Host header, in lower case and without brackets; no port for what is no such header."""
    host, colon, port = given.strip().lower().rpartition(":")
    if not colon or (":" in host and not (host.startswith("[") and host.endswith("]"))) or given.endswith("]"):
        host, port = given.strip().lower(), "80"
    if not (port.isascii() and port.isdigit() and len(port) <= len("65535")):
        return host, None
    return host.removeprefix("[").removesuffix("]"), int(port)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
