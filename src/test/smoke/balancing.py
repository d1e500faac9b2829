"""Providers that die and providers that only seem to live, while connections are opened through them."""

import itertools
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pace
import socks
from processes import LOOPBACK, Failure, free_port
from stage import expect

_CONNECTIONS = 300
_WORKERS = 8
_LONGEST = 8.0  # seconds for one connection: less than any time-out that would hide a lost one
_ANSWER_PATIENCE = 10
_CONNECTOR_TOKEN = "smoke-connector"


def loses_no_connection(stage):
    """One of three providers is killed, later another is stopped: whatever had not begun goes to those that are left.

    What had begun, at most one connection of each worker, may break with them.
    """
    ws, port = free_port(), free_port()
    stage.server(ws, "-r", "-c", _CONNECTOR_TOKEN, "-p", free_port())
    providers = [stage.peer("provider", ws) for _ in range(3)]
    for provider in providers:
        provider.wait_for_output("connected to ")
    stage.peer("connector", ws, "-p", port, token=_CONNECTOR_TOKEN).wait_for_port(port)
    start, times, begun = time.monotonic(), [], itertools.count(1)
    strikes = {_CONNECTIONS // 3: (providers[0], signal.SIGKILL), 2 * _CONNECTIONS // 3: (providers[1], signal.SIGSTOP)}

    def one(_):
        strike = strikes.get(next(begun))
        if strike:
            strike[0].send(strike[1])
        began = time.monotonic()
        with socks.connect(port, (LOOPBACK, stage.targets.echo)) as sock:
            times.append(time.monotonic() - began)
            return _answers(sock)

    with ThreadPoolExecutor(_WORKERS) as workers:
        answered = sum(workers.map(one, range(_CONNECTIONS)))
    broken = _CONNECTIONS - answered
    pace.expect_within(_LONGEST, max(times), start, "a connection took")
    expect(broken <= len(strikes) * _WORKERS, f"{broken} of {_CONNECTIONS} connections broke")


def _answers(sock):
    sock.settimeout(_ANSWER_PATIENCE)
    try:
        socks.check_echo(sock)
        return True
    except (Failure, OSError):
        return False


CHECKS = {"provider killed, provider stopped": loses_no_connection}
