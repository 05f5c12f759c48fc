"""Where files are: on this machine, or in a store that is named by an address such as ``s3://bucket/folder``.

Knows addresses and what remote stores' libraries raise; reads and writes nothing itself. The libraries are loaded with the first
remote address, and take their credentials and endpoints from the environment, as they do everywhere.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from trans.errors import TransError
from trans.plainly import redacted

if TYPE_CHECKING:
    from typing_extensions import TypeIs
    from upath import UPath

    Location = Path | UPath
else:
    # What typer sees beside a parser; the union would load the library for every --help.
    Location = Path

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)

# The extras of pyproject.toml, by the schemes that need them. Their addresses begin with a bucket, or a container.
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "abfs": "abfs", "abfss": "abfs", "az": "abfs"}

# Packages whose errors are a store's. Most derive from Exception alone.
_LIBRARIES = frozenset(
    {"adlfs", "aiobotocore", "aiohttp", "azure", "botocore", "fsspec", "gcsfs", "google", "requests", "s3fs", "upath"}
)

# Names of their error classes, or of what these derive from: the libraries are not loaded to compare.
_NO_CREDENTIALS = frozenset(
    {
        "ClientAuthenticationError",
        "CredentialRetrievalError",
        "DefaultCredentialsError",
        "NoAuthTokenError",
        "NoCredentialsError",
        "PartialCredentialsError",
        "ProfileNotFound",
        "RefreshError",
        "SSOError",
        "TokenRetrievalError",
    }
)
_NO_ANSWER = frozenset(
    {
        "ClientConnectionError",
        "ConnectionError",
        "HTTPClientError",
        "ServiceRequestError",
        "ServiceResponseError",
        "TransportError",
    }
)

_QUERY = re.compile(r"\?[^\s\"']*")

_CHECK_CREDENTIALS = (
    "Give the store's credentials as its own tools take them: for S3 by AWS_ACCESS_KEY_ID or AWS_PROFILE."
)
_CHECK_NETWORK = "Check the network and the store's endpoint (for S3: AWS_ENDPOINT_URL), and run again."
_CHECK_SETTINGS = "Check the address and the store's settings."


class RemoteError(OSError):
    """What a remote store's library raised that is no ``OSError``. ``strerror`` says what is wrong, ``hint`` what to do."""

    def __init__(self, number: int, what: str, hint: str) -> None:
        super().__init__(number, what)
        self.hint = hint

    def __reduce__(self) -> tuple[type["RemoteError"], tuple[int | None, str | None, str]]:
        return type(self), (self.errno, self.strerror, self.hint)  # OSError's own leaves the hint out


def location(text: str | Location) -> Location:
    """Return the place that ``text`` names: a ``UPath`` for a remote address, a plain path for anything else and ``file://``.

    Raises ``TransError`` for an address that makes no sense, and for a store whose library is not installed.
    """
    if not isinstance(text, str):
        return text
    found = _SCHEME.match(text)
    if found is None:
        return Path(text)
    scheme, rest = found[1].lower(), text[found.end() :]
    if scheme in ("file", "local"):
        return _local(text)
    user, at, _ = rest.partition("/")[0].rpartition("@")
    if at and ":" in user:
        # It would stand in the manifest, in logs and in messages.
        raise TransError(
            f"'{redacted(text)}' has a password in it", "Leave it out; the store's own settings may hold it."
        )
    if {".", ".."} & set(rest.split("/")):
        raise TransError(f"'{text}' has a '.' or '..' in it", "Give the whole address: stores don't go back along one.")
    if "::" in rest:
        raise TransError(f"'{text}' has a '::' in it", "Give the address of one store; such names can't be given.")
    if scheme in _EXTRAS and not rest.partition("/")[0]:
        raise TransError(f"'{text}' names no bucket", f"Give {scheme}://BUCKET/FOLDER.")
    return _remote(scheme, rest.rstrip("/"))


parse_location = location
"""For typer's ``parser``, which otherwise makes a ``Path`` of an address, and ``s3:/`` of its ``s3://``."""


def is_remote(place: Location) -> "TypeIs[UPath]":
    """Say whether a place is in a store that is reached through a library."""
    return not isinstance(place, PurePath)


def _local(text: str) -> Path:
    url = urlsplit(text)
    if url.netloc not in ("", "localhost"):
        raise TransError(f"'{text}' is on another machine", "Give a path, or file:///PATH with three slashes.")
    return Path(unquote(url.path))


def _remote(scheme: str, rest: str) -> "UPath":
    from fsspec import get_filesystem_class
    from upath import UPath

    address = f"{scheme}://{rest}"
    try:
        get_filesystem_class(scheme)
    except ValueError as error:
        known = "Give a path, or an address that starts with s3://, gs:// or abfs://."
        raise TransError(f"'{address}' is in no kind of store that is known here", known) from error
    except ImportError as error:
        extra = _EXTRAS.get(scheme)
        hint = f"pip install 'trans-briefs[{extra}]'" if extra else f"{error}."
        raise TransError(f"A library is missing for {scheme}:// addresses", hint) from error
    try:
        with remote_errors():
            # What another machine has just written must be seen: no listing is remembered.
            place = UPath(address, use_listings_cache=False)
            place.fs  # noqa: B018  (some libraries look for credentials when the store is first named)
    except OSError as error:
        what, hint = what_and_hint(error, _CHECK_SETTINGS)
        raise TransError(f"'{address}' can't be reached: {what}", hint) from error
    return place


@contextmanager
def remote_errors() -> Iterator[None]:
    """Make an ``OSError`` of whatever else the libraries of remote stores raise. What is no store's fault goes through."""
    try:
        yield
    except OSError as error:
        if isinstance(error, TimeoutError) and not error.strerror:
            raise RemoteError(errno.ETIMEDOUT, "no answer in time", _CHECK_NETWORK) from error
        raise
    except Exception as error:
        if not _is_of_store(error):
            raise
        names = {kind.__name__ for kind in type(error).__mro__}
        what = redacted(_QUERY.sub("", " ".join(str(error).split()))) or type(error).__name__
        if names & _NO_CREDENTIALS:
            raise RemoteError(errno.EACCES, what, _CHECK_CREDENTIALS) from error
        if names & _NO_ANSWER:
            raise RemoteError(errno.EHOSTUNREACH, what, _CHECK_NETWORK) from error
        raise RemoteError(errno.EIO, what, _CHECK_SETTINGS) from error


def what_and_hint(error: OSError, otherwise: str) -> tuple[str, str]:
    """Return what is wrong and what to do, a line each; ``otherwise`` is to be done where nothing better is known."""
    what = redacted(error.strerror or " ".join(str(error).split())) or type(error).__name__
    if isinstance(error, RemoteError):
        return what, error.hint
    if isinstance(error, PermissionError):
        denied = "permission denied"
        return denied if what.lower() == denied else f"{denied} ({what})", "Give yourself the right to it."
    return what, otherwise


def _is_of_store(error: Exception) -> bool:
    """Say whether a store's library made the error: its class, or a ``ValueError`` for a setting that it can't take."""
    if type(error).__module__.partition(".")[0] in _LIBRARIES:
        return True
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__", "") if trace is not None else ""
    return isinstance(error, ValueError) and module.partition(".")[0] in _LIBRARIES
