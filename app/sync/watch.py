"""Looks for something new: at once, when it is told to, and every so often in case it was not told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from app.sync.crm import CrmBusy, CrmError
from app.sync.patience import Patience

_STOP_SECONDS = 2.0

_log = logging.getLogger("cuecard.watch")


class Watch:
    """Calls `look` in a thread of its own, never twice at a time.

    `spread` seconds: after `poke` it waits at random for at most so long, so that ten thousand desktops that were told
    of something do not all fetch it at once. What fails is tried again with full jitter.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], None],
        *,
        every: float,
        spread: float,
        random: Callable[[], float],
    ) -> None:
        self._look = look
        self._every = every
        self._spread = spread
        self._random = random
        self._patience = Patience(random)
        self._poked = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Looks at once, and from then on."""
        self._thread.start()

    def poke(self) -> None:
        """There may be something new; from any thread."""
        self._poked.set()

    def stop(self) -> None:
        """Looks no more; one look that is under way may still end."""
        self._stopping.set()
        self._poked.set()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._poked.clear()
            if self._poked.wait(self._look_once()):
                self._stopping.wait(self._random() * self._spread)

    def _look_once(self) -> float:
        """How many seconds until the next look, unless somebody pokes."""
        try:
            self._look()
        except CrmBusy as busy:
            return self._patience.failed(busy.retry_after)
        except CrmError:
            return self._patience.failed()
        except Exception as error:
            # Whatever is wrong with what came, the next may be better, and nobody else would look for it.
            _log.error("Looking for something new failed: %s", type(error).__name__)
        self._patience.succeeded()
        return self._every
