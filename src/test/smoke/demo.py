"""The first thing that a stranger tries, word for word."""

from processes import run
from stage import expect

_CURL = r"^\s*(curl .*)$"


def demo_curl_works(stage):
    _try_curl_line(stage.fleet.start("demo", [*stage.program, "demo"]))


def make_run_curl_works(stage):
    _try_curl_line(stage.fleet.start("make-run", ["make", "run"]), seconds=60)


def _try_curl_line(demo, seconds=20):
    line = demo.wait_for_output(_CURL, seconds).group(1)
    done = run(["sh", "-c", line], 20)
    expect(done.returncode == 0 and done.stdout.strip(), f"{line}: exit code {done.returncode}, {done.stderr}")


CHECKS = {"demo": demo_curl_works, "make run": make_run_curl_works}
