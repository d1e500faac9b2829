"""A server that is replaced by another under running streams."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pace
import socks
import targets
from processes import LOOPBACK, PATIENCE, free_port, wait_until
from relay import Relay
from stage import expect, scratch

_STREAMS = 4  # each way, of 64 MiB
_PIECE = 1 << 16
_PAUSE = 0.08  # seconds between pieces, so that streams flow on during the exchanges
_LAST = 1 << 20  # bytes that each holds back until it may end
_EXCHANGES, _CUTS, _CONNECTIONS = 5, 10, 1000
GAP = 1.0
_LAST_CHANNEL = 2.0  # seconds from the last channel to the end of its process
_STREAM_LIMIT = 300


class Streams:
    """Paced streams both ways, which run at full speed in the end."""

    def __init__(self, port, stage, pool):
        self.hurry = threading.Event()
        self.longest_gap = 0.0
        self._stage = stage
        self._port = port
        self._results = [pool.submit(way) for way in (self._down, self._up) for _ in range(_STREAMS)]

    def _open(self, command):
        sock = socks.connect(self._port, (LOOPBACK, self._stage.targets.bulk), timeout=_STREAM_LIMIT)
        sock.sendall(command)
        return sock

    def _down(self):
        data = self._stage.targets.data
        with self._open(targets.download_command(len(data))) as sock:
            position = 0
            while position < len(data):
                began = time.monotonic()
                piece = sock.recv(_PIECE)
                expect(piece and piece == data[position:position + len(piece)], f"other data at {position} of a download")
                position += len(piece)
                self.longest_gap = max(self.longest_gap, time.monotonic() - began)
                self._pause(position, len(piece))

    def _up(self):
        data = self._stage.targets.data
        with self._open(targets.upload_command(len(data))) as sock:
            for position in range(0, len(data), _PIECE):
                sock.sendall(data[position:position + _PIECE])
                self._pause(position + _PIECE, _PIECE)
            expect(socks.receive_exactly(sock, 32) == targets.sha256(data), "an upload arrived with other data")

    def _pause(self, position, size):
        """The end waits for the exchanges, however long they take."""
        at_end = position >= len(self._stage.targets.data) - _LAST
        self.hurry.wait(_STREAM_LIMIT if at_end else _PAUSE * size / _PIECE)

    def finish(self):
        self.hurry.set()
        for result in self._results:
            result.result(_STREAM_LIMIT)

    def running(self):
        return not any(result.done() for result in self._results)


def connect_often(port, stage, done):
    refused = 0
    for _ in range(_CONNECTIONS):
        refused += not socks.echoes(port, (LOOPBACK, stage.targets.echo), PATIENCE)
        if not done.is_set():
            time.sleep(0.005)
    return refused


def exchanges_the_server_under_load(stage):
    port, proxy = free_port(), free_port()
    with scratch() as folder, ThreadPoolExecutor(2 * _STREAMS + 1) as pool:
        relay = Relay(port)
        flags = "--drain", "10m", "--node-dir", folder
        servers = [stage.server(port, *flags)]
        stage.client(relay.port, proxy, "--reconnect-delay", "100ms")
        streams = Streams(proxy, stage, pool)
        done, began = threading.Event(), time.monotonic()
        refused = pool.submit(connect_often, proxy, stage, done)
        for _ in range(_EXCHANGES):
            successor = stage.server(port, *flags)
            successor.wait_for_output("WebSocket port open")
            servers[-1].send(signal.SIGTERM)
            successor.wait_for_output("client .* connected")
            servers.append(successor)
        done.set()
        expect(refused.result() == 0, f"{refused.result()} of {_CONNECTIONS} new connections refused")
        pace.expect_within(GAP, streams.longest_gap, began, "a stream stood still")
        first = servers[0]
        for number in range(1, _CUTS + 1):
            relay.cut()
            wait_until(lambda: first.output().count(" resumed") >= number, f"cut {number} should be survived")
        expect(streams.running(), "the streams ended before the cuts did")
        streams.finish()
        ended = time.monotonic()
        expect(first.wait_for_exit() == 0, "the first server ended with an error")
        pace.expect_within(_LAST_CHANNEL, time.monotonic() - ended, ended, "the first server ended after its last channel")


CHECKS = {"exchange": exchanges_the_server_under_load}
