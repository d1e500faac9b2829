"""A TCP relay that fails as networks do. All relays share one event loop on a thread of its own."""

import asyncio
import contextlib
import socket
import struct
import threading
import time

from processes import LOOPBACK, free_port

_LOOP = asyncio.new_event_loop()
threading.Thread(target=_LOOP.run_forever, name="relays", daemon=True).start()
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Line:
    """One connection through the relay."""

    def __init__(self, *writers):
        self._writers = writers
        self.deaf = False  # takes everything and passes nothing on

    def reset(self):
        for writer in self._writers:
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    def close(self):
        for writer in self._writers:
            writer.close()


class Relay:
    """Leads from a port of its own to another one."""

    def __init__(self, target):
        self.port, self._target = free_port(), target
        self._lines, self._flowing = set(), asyncio.Event()
        self._since, self._troubles = None, []
        self._run(self._start())

    @staticmethod
    def _run(work):
        return asyncio.run_coroutine_threadsafe(work, _LOOP).result()

    async def _start(self):
        self._flowing.set()
        await asyncio.start_server(self._serve, LOOPBACK, self.port)

    # --- trouble ---------------------------------------------------------------------------------------------------

    def cut(self):
        """A middlebox has forgotten the connections: both ends get a reset."""
        self._run(self._each(_Line.reset))

    def hang_up(self):
        """Both ends get an end of input in the middle of whatever it was."""
        self._run(self._each(_Line.close))

    async def _each(self, action):
        self._begin()
        for line in self._lines:
            action(line)
        self._settle()

    def stall(self, seconds):
        """Nothing moves for a while, and nothing is lost."""
        self._run(self._stall(seconds))

    async def _stall(self, seconds):
        self._begin()
        self._flowing.clear()
        _LOOP.call_later(seconds, self._resume)

    def _resume(self):
        self._flowing.set()
        self._settle()

    def swallow(self):
        """A black hole: what the present connections carry vanishes until both ends have given up."""
        self._run(self._swallow())

    async def _swallow(self):
        self._begin()
        for line in self._lines:
            line.deaf = True
        self._settle()

    def in_trouble(self):
        return self._since is not None

    def troubled(self, began, ended):
        """Whether there was trouble at any moment between the two."""
        since = self._since
        return (since is not None and since <= ended) or any(
            began <= last and first <= ended for first, last in list(self._troubles))

    def _begin(self):
        self._since = self._since or time.monotonic()

    def _settle(self):
        if self._since and self._flowing.is_set() and not any(line.deaf for line in self._lines):
            self._troubles.append((self._since, time.monotonic()))
            self._since = None

    # --- traffic ---------------------------------------------------------------------------------------------------

    async def _serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            writer.close()
            return
        line = _Line(writer, far_writer)
        self._lines.add(line)
        pumps = [asyncio.create_task(self._pump(line, *way)) for way in ((reader, far_writer), (far_reader, writer))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        if line.deaf:
            await asyncio.wait(pumps)
        line.close()
        self._lines.discard(line)
        self._settle()

    async def _pump(self, line, reader, writer):
        """A WebSocket never half-closes, so the first direction to end ends the line, unless that is a black hole."""
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                await self._flowing.wait()
                if not line.deaf:
                    writer.write(data)
                    await writer.drain()
