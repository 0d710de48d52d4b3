"""What is being done, on a terminal, if it takes long: one line, which is gone when it is done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tfcheck.messages import clean, inert

if TYPE_CHECKING:
    import threading

SECONDS = 2.0
_CLEAR = "\r\x1b[K"
_WIDTH = 78


class Progress:
    """Tells on standard error, if that is a terminal, what takes more than two seconds; else it does nothing."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None
        self._told = ""

    def step(self, label: str) -> None:
        """From now on this is being done, until the next step or the end."""
        self.end()
        if sys.stderr is None or not sys.stderr.isatty():
            return
        import threading  # noqa: PLC0415 - in CI there is no terminal

        self._timer = threading.Timer(SECONDS, self._tell, (inert(clean(f"tfcheck: {label}"))[:_WIDTH],))
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        """Nothing is being done; what was told is cleared."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer.join(SECONDS)  # it may be about to tell
        self._timer = None
        if self._told:
            _write(_CLEAR)
        self._told = ""

    def _tell(self, label: str) -> None:
        self._told = label
        _write(label)


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass
