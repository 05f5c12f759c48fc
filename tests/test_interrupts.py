"""Signals to the process: none is forgotten, and none changes how a command ends that has ended."""

import subprocess
import sys

import pytest

FORGETS = """
class Interrupting:
    def __del__(self):
        signal.raise_signal(signal.{name})
"""
# A test run that is itself a shell's background job ignores SIGINT, and so would its children.
PROLOGUE = """
import signal, sys, threading
from trans import interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)
"""


def python(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PROLOGUE + script], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_that_python_forgets_is_asked_for_again(name: str) -> None:
    done = python(
        FORGETS.format(name=name)
        + """
interrupts.heed()
Interrupting()
print("forgotten", flush=True)
try:
    threading.Event().wait(30)
except KeyboardInterrupt:
    print("interrupted")
"""
    )
    assert (done.stdout, done.stderr, done.returncode) == ("forgotten\ninterrupted\n", "", 0)


def test_one_that_was_forgotten_before_a_command_had_its_own_handler_reaches_that() -> None:
    done = python(
        FORGETS.format(name="SIGTERM")
        + """
interrupts.heed()
Interrupting()
asked = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: asked.set())
print(asked.wait(30))
"""
    )
    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", 0)


def test_what_else_goes_wrong_in_a_callback_is_shown_as_ever() -> None:
    done = python("""
class Broken:
    def __del__(self):
        raise ValueError("broken")

interrupts.heed()
Broken()
""")
    assert "ValueError: broken" in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_command_that_knows_how_it_ends_ends_so(name: str) -> None:
    done = python(f"""
import atexit, os
# Called after all that was registered since, and after Python gave the signals back: as late as a script can be.
atexit.register(lambda: os.kill(os.getpid(), signal.{name}))
interrupts.heed()
interrupts.settle()
signal.raise_signal(signal.{name})
print("told", flush=True)
sys.exit(3)
""")
    assert (done.stdout, done.stderr, done.returncode) == ("told\n", "", 3)


def test_a_job_that_was_started_to_ignore_ctrl_c_does() -> None:
    done = python("""
signal.signal(signal.SIGINT, signal.SIG_IGN)
interrupts.heed()
signal.raise_signal(signal.SIGINT)
print("goes on")
""")
    assert (done.stdout, done.returncode) == ("goes on\n", 0)
