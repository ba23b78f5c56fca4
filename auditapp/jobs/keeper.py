"""Keeping a scheduler alive beside the server that started it: where it dies, another one is started."""

import logging
import os
import signal
import subprocess  # nosec B404
import time
from collections.abc import Sequence
from types import FrameType

log = logging.getLogger("auditapp.scheduler")

LOOKS_EVERY = 0.5
# Seconds before it is started again: soon at first, then ever later, lest a mistake of ours fill the log.
GAPS = (1, 2, 4, 8, 16, 32, 60)
# What ran for so long did its work: what ended it then is a new trouble.
STEADY = 120.0


class Keeper:
    """Runs a command for as long as the process lives that started this one, and starts it again whenever it dies."""

    def __init__(self, command: Sequence[str], *, parent: int) -> None:
        self._command, self._parent = command, parent
        self._is_told_to_end = False

    def run(self) -> None:
        """Keep it running until the parent is gone, this process is told to end, or it ends by itself and well."""
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        deaths = 0
        while self._goes_on():
            began = time.monotonic()
            # Fixed words and no shell: nothing that somebody typed is run.
            process = subprocess.Popen(self._command)  # noqa: S603  # nosec B603
            code = self._wait_for(process)
            if code == 0 or not self._goes_on():
                return
            deaths = 0 if time.monotonic() - began > STEADY else deaths
            gap = GAPS[min(deaths, len(GAPS) - 1)]
            log.error("the scheduler ended with %s; another one is started in %s s", code, gap)
            deaths += 1
            self._rest(gap)

    def _wait_for(self, process: "subprocess.Popen[bytes]") -> int:
        while (code := process.poll()) is None:
            if not self._goes_on():
                process.terminate()
                return process.wait()
            time.sleep(LOOKS_EVERY)
        return code

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._goes_on() and time.monotonic() < until:
            time.sleep(LOOKS_EVERY)

    def _goes_on(self) -> bool:
        return not self._is_told_to_end and (not self._parent or os.getppid() == self._parent)

    def _end(self, _: int, __: FrameType | None) -> None:
        self._is_told_to_end = True
