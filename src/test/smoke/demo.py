"""The first thing that a stranger tries, word for word."""

import contextlib
import socket

from processes import LOOPBACK, run
from stage import expect

_USUAL_PORT = 9870
_CURL = r"^\s*(curl .*)$"


def demo_curl_works(stage):
    _try_curl_line(stage.fleet.start("demo", [*stage.program, "demo"]))


def demo_takes_another_port(stage):
    """The usual SOCKS port is taken: by this check, or by something that is there already."""
    with contextlib.ExitStack() as taken:
        with contextlib.suppress(OSError):
            taken.enter_context(socket.create_server((LOOPBACK, _USUAL_PORT)))
        demo_curl_works(stage)


def _try_curl_line(demo):
    line = demo.wait_for_output(_CURL).group(1)
    done = run(["sh", "-c", line])
    expect(done.returncode == 0 and done.stdout.strip(), f"{line}: exit code {done.returncode}, {done.stderr}")


CHECKS = {"demo": demo_curl_works, "demo, port taken": demo_takes_another_port}
