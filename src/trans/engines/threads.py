"""Whether this process may start threads, asked before a library starts its own. Knows no library."""

import threading

from trans.errors import shortage


def require(count: int) -> None:
    """Raise ``TransError`` where ``count`` threads can't be started at once.

    CTranslate2 starts its workers in C++, where one that can't be started ends the process without a word.
    """
    enough = threading.Event()
    started: list[threading.Thread] = []
    try:
        for _ in range(count):
            thread = threading.Thread(target=enough.wait, daemon=True)
            thread.start()
            started.append(thread)
    except RuntimeError as error:
        lacking = shortage(error)
        raise lacking or error from error
    finally:
        enough.set()
        for thread in started:
            thread.join()
