"""A large download as a user would do it."""

from processes import LOOPBACK, PATIENCE, run
from stage import expect
from targets import sha256


def downloads_through_curl(stage):
    *_, port = stage.tunnel()
    curl = ["curl", "-sS", "--fail", "--max-time", PATIENCE, "--socks5-hostname", f"{LOOPBACK}:{port}",
            f"http://localhost:{stage.targets.web}/"]
    done = run(["sh", "-c", '"$@" | sha256sum', "sh", *curl])
    expect(done.stdout.startswith(sha256(stage.targets.data).hex()), f"{done.stdout} {done.stderr}")


CHECKS = {"64 MiB": downloads_through_curl}
