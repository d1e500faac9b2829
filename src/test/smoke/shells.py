"""Completion in real shells: what is typed, then a tab, and what the program would be given."""

import os
import pty
import re
import select
import signal
import time
from pathlib import Path

import programs
from processes import PATIENCE, Failure, run
from stage import expect, scratch

_SHARE = programs.TARGET / "image" / "share"
_FILE = "chain-of-trust.pem"
_TYPED = {
    "prov": "provider",
    "--ver": "--version",
    "server --tls-c": "server --tls-cert",
    f"server --tls-cert {_FILE[:5]}": f"server --tls-cert {_FILE}",
    "client --log-format te": "client --log-format text",
    "client --log-format=te": "client --log-format=text",
    "connector -t secret --socks-us": "connector -t secret --socks-username",
    f"run {_FILE[:5]}": f"run {_FILE}",
    "help conn": "help connector",
    "completion fi": "completion fish",
}


class _Terminal:
    """An interactive shell in which linksocks is a function that prints what it is given."""

    def __init__(self, command, setup, folder):
        self._pid, self._terminal = pty.fork()
        if not self._pid:
            os.chdir(folder)
            os.execvpe(command[0], command, os.environ | {"TERM": "dumb", "HOME": folder})
        self._type(setup + "; linksocks() { printf '<%s>' \"$*\"; echo; }; linksocks ready\r")
        self._printed()

    def complete(self, typed):
        self._type(f"linksocks {typed}\t\r")
        return self._printed()

    def _type(self, text):
        os.write(self._terminal, text.encode())

    def _printed(self):
        output, end = "", time.monotonic() + PATIENCE
        while not (found := re.search(r"^<(.*)>\r?$", output, re.MULTILINE)):
            ready, _, _ = select.select([self._terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise Failure(f"the shell only said {output!r}")
            output += os.read(self._terminal, 1 << 16).decode(errors="replace")
        return found[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)


def bash(_):
    script = _SHARE / "bash-completion" / "completions" / "linksocks"
    _check_at_terminal(["bash", "--norc", "--noprofile", "-i"], f"PS1='> '; source '{script}'")


def zsh(_):
    functions = _SHARE / "zsh" / "site-functions"
    _check_at_terminal(["zsh", "-f", "-i"], f"PS1='> '; fpath+=('{functions}'); autoload -U compinit; compinit -u -D")


def zsh_sourced(_):
    script = _SHARE / "zsh" / "site-functions" / "_linksocks"
    _check_at_terminal(["zsh", "-f", "-i"], f"PS1='> '; autoload -U compinit; compinit -u -D; source '{script}'")


def fish(_):
    """Fish tells what it would offer, without a terminal."""
    script = _SHARE / "fish" / "vendor_completions.d" / "linksocks.fish"
    with scratch() as folder:
        Path(folder, _FILE).touch()
        for typed, wanted in _TYPED.items():
            done = run(["env", f"HOME={folder}", "fish", "-c",
                        f"cd '{folder}'; source '{script}'; complete -C 'linksocks {typed}'"])
            offered = [line.split("\t")[0] for line in done.stdout.splitlines()]
            expect(offered == wanted.split()[-1:], f"{typed}: {offered} {done.stderr}")


def _check_at_terminal(command, setup):
    with scratch() as folder:
        Path(folder, _FILE).touch()
        with _Terminal(command, setup, folder) as shell:
            for typed, wanted in _TYPED.items():
                given = shell.complete(typed).rstrip(" =")  # zsh offers the sign as well
                expect(given == wanted, f"{typed}: {given}")


CHECKS = {"bash": bash, "zsh": zsh, "zsh, sourced": zsh_sourced, "fish": fish}
