"""The console script with secrets in its environment and hostile names in its folder: no secret is shown, no terminal obeys."""

import json
import os
import re
from pathlib import Path

import pytest
from console_script import trans
from hostile import SECRET, STORY
from sampling import sample

from trans.plainly import json_line, redacted

# Where libraries look for them; the second part of each is what must not be seen.
ENVIRONMENT = {
    "HF_TOKEN": f"hf_{SECRET}",
    "AWS_ACCESS_KEY_ID": f"AKIA{SECRET}",
    "AWS_SECRET_ACCESS_KEY": f"{SECRET}-key",
    "AWS_SESSION_TOKEN": f"{SECRET}-session",
    "AZURE_STORAGE_CONNECTION_STRING": f"AccountKey={SECRET}",
}
# Nobody listens there.
NOWHERE = "127.0.0.1:9"

CASES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "doctor": (("doctor",), {}),
    "models list": (("models", "list"), {}),
    "a run without its models": (("run", "in", "-v"), {}),
    "pull from nowhere": (
        ("models", "pull", "news"),
        {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": f"http://user:{SECRET}@{NOWHERE}"},
    ),
    "run from nowhere": (
        ("run", "in", "-v"),
        {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": f"http://{SECRET}@{NOWHERE}"},
    ),
    "a store that is away": (
        ("run", "s3://bucket/in", "--profile", "tiny", "-v"),
        {"AWS_ENDPOINT_URL": f"http://{NOWHERE}", "AWS_MAX_ATTEMPTS": "1", "AWS_DEFAULT_REGION": "us-east-1"},
    ),
    "a store's endpoint with a password": (
        ("run", "s3://bucket/in", "--profile", "tiny", "-v"),
        {
            "AWS_ENDPOINT_URL": f"http://user:{SECRET}@{NOWHERE}",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_DEFAULT_REGION": "us-east-1",
        },
    ),
    "an address with a password": (("run", f"s3://key:{SECRET}@bucket/in", "--profile", "tiny"), {}),
    "an output with a password": (("run", "in", "--out", f"s3://key:{SECRET}@bucket/out", "--profile", "tiny"), {}),
    "a signed address": (("run", f"https://{NOWHERE}/in.txt?X-Amz-Signature={SECRET}", "--profile", "tiny", "-v"), {}),
    "a config that is none": (("run", "in", "--config", "models.yaml"), {}),
}


@pytest.mark.parametrize("name", sample(list(CASES), 2))
def test_no_secret_is_shown(name: str, tmp_path: Path) -> None:
    arguments, environment = CASES[name]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "models.yaml").write_text("profiles: [", encoding="utf-8")
    if name != "a config that is none":
        (tmp_path / "models.yaml").unlink()
    result = trans(*arguments, cwd=tmp_path, **ENVIRONMENT, **environment)
    assert SECRET not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert SECRET not in written(tmp_path)


def written(folder: Path) -> str:
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in sorted(folder.rglob("*")) if path.is_file())


# Names that a file system bears and that a terminal would obey.
NAMES = (
    "\x1b[31mred\x1b]0;title\x07.txt",
    "good.txt\ntrans: all is well\n.txt",
    "a\rb\x9b2J\u202etxt.exe.txt",
    "[red]x[link=https:!!evil.example].txt",
)


def test_a_run_over_hostile_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(STORY, encoding="utf-8")
        (folder / f"{name}.docx").write_bytes(b"no archive")
        (folder / f"{name}.pdf").write_bytes(b"skipped")
    result = trans("run", "in", "--profile", "tiny", "--log-json", "log.jsonl", "-v", cwd=tmp_path, **ENVIRONMENT)
    assert result.returncode == 1, result.stderr
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", result.stdout + result.stderr)
    assert not [line for line in result.stderr.splitlines() if line.startswith("trans: all is well")]
    events = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {event["id"] for event in events if event["event"] == "written"} == set(NAMES)
    assert {event["id"] for event in events if event["event"] == "failed"} == {f"{name}.docx" for name in NAMES}
    assert sorted(os.listdir(tmp_path)) == ["in", "log.jsonl", "outputs"]  # noqa: PTH208
    made = written(tmp_path)
    assert SECRET not in made


def test_the_memory_of_decodes_is_for_its_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trans.memory import SqliteMemory, default_path
    from trans.translation import Decoding, Hypothesis, Translation

    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    memory = SqliteMemory(default_path(), 10**9)
    decoding = Decoding(max_tokens=4)
    memory.put("translate", "f", decoding, {"خبر": Translation((Hypothesis("news", -0.5, 1, True),), "", decoding)})
    files = sorted((tmp_path / "cache").iterdir())
    assert [path.name for path in files] == ["memory.sqlite", "memory.sqlite-shm", "memory.sqlite-wal"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    memory.close()


# What ends up in messages and logs, and what is left of it.
TEXTS = {
    f"https://u:p@{SECRET}@host/a": "https://***@host/a",
    f"https://user:p@ss/{SECRET}@host": "https://***@host",
    f"https://me@mail.example:{SECRET}@host": "https://***@host",
    f"https://tok@{SECRET}@host/a": "https://***@host/a",
    f"https://u:p#?/{SECRET}@host": "https://***@host",
    f"https://u:p\\{SECRET}@host": "https://***@host",
    f"https://u:{SECRET * 40}@host": "https://***@host",
    f"s3://AKIA:sec/{SECRET}@bucket": "s3://***@bucket",
    f"ftp://me@mail.example:{SECRET}@host": "ftp://***@host",
    f"https://proxy.example/?to=https://{SECRET}@host": "https://proxy.example/?to=https://***@host",
    f"https://{SECRET}@proxy.example/?to=s3://key:{SECRET}@host": "https://***@proxy.example/?to=s3://***@host",
    f"Authorization: Basic {SECRET}": "Authorization: Basic ***",
    f"{{'authorization': 'Basic {SECRET}'}}": "{'authorization': 'Basic ***'}",
    "Basic dXNlcjpwYXNzd29yZA== was refused": "Basic *** was refused",
    f"AccountName=a;AccountKey={SECRET}/+==;EndpointSuffix=b": "AccountName=a;AccountKey=***;EndpointSuffix=b",
    f"aws_secret_access_key={SECRET}": "aws_secret_access_key=***",
    f"aws_secret_access_key = {SECRET}/+, region": "aws_secret_access_key = ***, region",
    f"{{'AWS_SECRET_ACCESS_KEY': '{SECRET}'}}": "{'AWS_SECRET_ACCESS_KEY': '***'}",
    f"HF_TOKEN={SECRET} trans run": "HF_TOKEN=*** trans run",
}
INNOCENT = (
    "https://medium.example/@someone/story",
    "https://host.example:8080/a/b",
    "https://example.org/a:b, written by someone@example.org",
    "abfs://container@account.dfs.core.windows.net/a",
    "Basic information about the authorization: the ministry said",
    '{"hf_token": 5, "account_key": null}',
)


@pytest.mark.parametrize("text", TEXTS)
def test_no_part_of_a_secret_is_left(text: str) -> None:
    assert redacted(f"({text}) x@y") == f"({TEXTS[text]}) x@y"
    assert redacted(TEXTS[text]) == TEXTS[text]
    assert SECRET not in json.dumps(json.loads(json_line(json.dumps({"said": f'"{text}"', "a": 1}))))


@pytest.mark.parametrize("text", INNOCENT)
def test_what_holds_no_secret_is_shown_whole(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "part", ["://", "https://", "a://b@", "a:", "@", "authorization: ", "account_key = ", "Basic a", "sig=", "&sig=a"]
)
def test_long_lines_take_no_time(part: str) -> None:
    tries = "" if "@" in part else "@"
    for text in (part * (100_000 // len(part)), f"https://{part * (100_000 // len(part))}{tries}"):
        redacted(text)
