"""A real browser, without a window."""


from processes import run
from stage import expect, scratch

_HEADLESS = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
             "--virtual-time-budget=5000", "--dump-dom"]


def page(*arguments):
    """What is shown in the end at the address that is the last argument; without an answer, that is a page of an error."""
    with scratch() as profile:
        done = run([*_HEADLESS, f"--user-data-dir={profile}", *arguments])
    expect(done.returncode == 0, f"chromium {arguments}: exit code {done.returncode}, {done.stderr[-2000:]}")
    return done.stdout
