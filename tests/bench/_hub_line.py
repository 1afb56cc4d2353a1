"""The line between a desktop and its hub, as a program of its own: `_hub_line.py HOST PORT`.

Says its own port, then obeys lines on standard input: "cut" breaks what is open and takes nothing more, "join" lets
everything through again. Ends with its input.
"""

from __future__ import annotations

import asyncio
import sys
import threading

_PIECE = 64 * 1024


class Line:
    """Bytes there and back. All of it belongs to the event loop's thread."""

    def __init__(self, host: str, port: int) -> None:
        self._hub = host, port
        self._open: set[asyncio.StreamWriter] = set()
        self._is_cut = False

    def obey(self, word: str) -> None:
        """Takes one order."""
        self._is_cut = word == "cut"
        if self._is_cut:
            for writer in list(self._open):
                writer.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        if self._is_cut:
            writer.transport.abort()
            return
        hub_reader, hub_writer = await asyncio.open_connection(*self._hub)
        self._open |= {writer, hub_writer}
        try:
            await asyncio.gather(self._pass_on(reader, hub_writer), self._pass_on(hub_reader, writer))
        except asyncio.CancelledError:
            pass  # the program ends
        finally:
            self._open -= {writer, hub_writer}

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(_PIECE):
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


async def main() -> None:
    """Runs until standard input ends."""
    line, loop, ended = Line(sys.argv[1], int(sys.argv[2])), asyncio.get_running_loop(), asyncio.Event()
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)

    def read() -> None:
        for word in sys.stdin:
            loop.call_soon_threadsafe(line.obey, word.strip())
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=read, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
