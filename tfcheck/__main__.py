"""The process: `tfcheck`, and `python -m tfcheck`."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

_INTERRUPTED = 130


def run() -> NoReturn:
    """Runs the command line, and leaves without freeing what it took, which is a sixth of the time of a large plan."""
    # A run is short: looking for cycles costs a third of the time that a large plan takes, and frees nothing.
    gc.disable()
    code: object = 0
    try:
        from tfcheck.cli import main  # noqa: PLC0415 - Ctrl-C may come before it is there

        main()
    except SystemExit as ended:
        code = ended.code
    except KeyboardInterrupt:
        code = _INTERRUPTED
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # one may be closed, or not there
            stream.flush()
    os._exit(code if isinstance(code, int) else code is not None)


if __name__ == "__main__":
    run()
