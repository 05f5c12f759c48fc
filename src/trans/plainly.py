"""What articles, file names and libraries say, as it may stand on a terminal and in a log: nothing is obeyed, no secret is shown.

Knows characters, and what secrets look like and where they are kept; no message and no place to write to.
"""

import os
import re
import unicodedata
from functools import lru_cache

# Marks of direction and joiners: Arabic names have them, and they reach no further than their neighbours (UAX 9).
_HARMLESS = frozenset("\u200c\u200d\u200e\u200f\u061c")

# Where the libraries that are used here look for secrets: huggingface_hub, boto, adlfs, gcsfs.
_SECRETS = (
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_CLIENT_SECRET",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_CONNECTION_STRING",
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
)
# What is shorter is a word ('test'), which would vanish from lines that have nothing to do with it.
_SHORTEST = 8

# Beyond what JSON itself escapes: DEL, C1 (of it NEL ends a line), Unicode's line ends, and what turns the text around.
_JSON_ESCAPES = {
    code: f"\\u{code:04x}"
    for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}

_HIDDEN = "***"
# An address as far as it may reach: to white space, a quote, or what JSON has for them.
_ADDRESS = re.compile(r"(?<=://)(?:[^\s\"\\]|\\(?![\"nrtux]))++")
_NO_USER = re.compile(r"[/?#:]")
_PATH = re.compile(r"[/?#]")
# Signed addresses of S3, Google and Azure, and the usual names.
_PARAMETER = re.compile(
    r"(?<=[?&])((?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|GoogleAccessId|Signature|sig"
    r"|(?:access_|api_|auth_)?(?:key|token)|password|secret)=)[^&\s'\"#\\)>]++",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"\bhf_[A-Za-z0-9]{16,}+|\bA(?:KIA|SIA)[A-Z0-9]{16}\b|(?<=\bBearer )[\w.~+/=-]{8,}+|(?<=\bBasic )[A-Za-z0-9+/]{8,}+={1,2}"
)
# Settings and headers, as libraries' errors, connection strings and Python's dictionaries have them. A name in quotes must have a
# value in quotes: JSON's numbers stay numbers.
_NAMED = re.compile(
    r"((?:account_?key|shared_?access_?(?:key|signature)|secret_?access_?key|aws_session_token|client_?secret|hf_token)"
    r"(?:\\?['\"]\s{0,2}:\s{0,2}\\?['\"]|\s{0,2}[=:]\s{0,2}(?:\\?['\"])?)"
    r"|\bauthorization(?:\\?['\"])?\s{0,2}[=:]\s{0,2}(?:\\?['\"])?(?:basic|bearer|digest|token|sharedkey) )"
    r"[^\s'\";,&\\)]++",
    re.IGNORECASE,
)


def printable(text: str) -> str:
    r"""Return ``text`` with its line ends, and with what a terminal would obey or hide spelt out: '\x1b', '\u202e'."""
    return text if text.isprintable() else "".join(map(_shown, text))


def one_line(text: str) -> str:
    r"""Return ``text`` as ``printable``, in one line: a line end is spelt out too, as '\n'."""
    return printable(text).replace("\n", "\\n")


def redacted(text: str) -> str:
    """Return ``text`` without passwords and signatures in addresses, tokens, and the secrets that the environment holds."""
    if "://" in text:
        text = _ADDRESS.sub(_without_user, text)
    if "=" in text:
        text = _PARAMETER.sub(rf"\1{_HIDDEN}", text)
    text = _TOKEN.sub(_HIDDEN, _NAMED.sub(rf"\1{_HIDDEN}", text))
    for name in _SECRETS:
        secret = os.environ.get(name, "")
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, _HIDDEN)
    return text


def _without_user(found: re.Match[str]) -> str:
    """Hide 'KEY:SECRET@' of any address and 'TOKEN@' of the web's; the account of 'abfs://container@account' is no secret.

    A secret may have '@' and '/' in it that should be spelt '%40' and '%2F'. So all up to the last '@' is hidden, which may hide
    a host and a path too.
    """
    address, last, begin, shown = found[0], found[0].rfind("@"), 0, 0
    parts: list[str] = []
    before = found.string[max(0, found.start() - len("https://")) : found.start()]
    while begin <= last:  # an address may hold another
        end = _NO_USER.search(address, begin)
        if end and end[0] == ":" and end.start() < last:
            parts += [address[shown:begin], _HIDDEN]
            shown = last
            break
        path = _PATH.search(address, begin)
        at = address.rfind("@", begin, path.start() if path else len(address))
        if at >= 0 and before.lower().endswith(("http://", "https://")):
            parts += [address[shown:begin], _HIDDEN]
            shown = at
        following = address.find("://", begin)
        if following < 0:
            break
        begin = following + len("://")
        before = address[max(0, following - len("https")) : begin]
    return "".join(parts) + address[shown:]


def json_line(text: str) -> str:
    """Return JSON without secrets, and with what else than LF ends lines or is obeyed as JSON's own escapes."""
    return json_escaped(redacted(text))


def json_escaped(text: str) -> str:
    """Return JSON with what else than LF ends lines or is obeyed as JSON's own escapes: it says the same."""
    return text.translate(_JSON_ESCAPES)


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if (
        character.isprintable()
        or character in "\n\t"
        or character in _HARMLESS
        or unicodedata.category(character) == "Zs"
    ):
        return character
    return character.encode("unicode_escape").decode()
