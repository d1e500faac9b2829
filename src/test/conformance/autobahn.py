"""The Autobahn test suite for WebSockets, from PyPI, in the Python 2.7 that it is written for."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import programs
from processes import LOOPBACK, Failure, run

_PACKAGE = "autobahntestsuite==25.10.1"
_GOOD = {"OK", "NON-STRICT", "INFORMATIONAL"}
_LIMIT = 600  # seconds for one run of the whole suite
# Seconds: its own limits are those of a machine with nothing else to do.
_TIMES = {"openHandshakeTimeout": 60, "closeHandshakeTimeout": 30}


def _python_2():
    """A Python 2.7 in PATH, or one of pyenv's."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [shutil.which("python2.7"), *sorted(versions.glob("2.7*/bin/python"))]
    for candidate in filter(None, candidates):
        if subprocess.run([str(candidate), "-c", "import ssl, pip"], capture_output=True, check=False).returncode == 0:
            return candidate
    sys.exit("the Autobahn test suite needs Python 2.7 with pip: install it, for example with pyenv install 2.7.18")


class Suite:
    """Runs cases and reads the report: case -> behavior."""

    def __init__(self, folder):
        self._folder = folder
        self._python = _python_2()
        self._environment = programs.TARGET / "python" / "autobahn"
        self._install()

    def _install(self):
        stamp = self._environment / "installed"
        if stamp.exists() and stamp.read_text() == _PACKAGE:
            return
        shutil.rmtree(self._environment, ignore_errors=True)
        programs.install(
            self._python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--user", "--ignore-installed",
            "--no-warn-script-location", _PACKAGE, variables=os.environ | {"PYTHONUSERBASE": str(self._environment)})
        stamp.write_text(_PACKAGE)

    def _command(self, mode, specification):
        file = self._folder / f"{mode}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(specification))
        return ["env", f"PYTHONUSERBASE={self._environment}", self._python, Path(__file__).with_name("wstest.py"),
                "-m", mode, "-s", file]

    def against_server(self, port, cases):
        """Plays a client to the server on this port."""
        reports = self._folder / "server"
        command = self._command("fuzzingclient", {
            "outdir": str(reports), "cases": cases, "exclude-cases": [], "exclude-agent-cases": {},
            "options": {"serverConnectionDropTimeout": 30, **_TIMES},
            "servers": [{"agent": "LinkSocks", "url": f"ws://{LOOPBACK}:{port}"}]})
        done = run(command, _LIMIT)
        if done.returncode:
            raise Failure(f"wstest ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return _read(reports)

    def against_client(self, fleet, port, cases, client):
        """Plays a server on this port to the client, a command that takes every case once and then ends."""
        reports = self._folder / "client"
        server = fleet.start("autobahn", self._command("fuzzingserver", {
            "outdir": str(reports), "cases": cases, "exclude-cases": [], "exclude-agent-cases": {}, "webport": 0,
            "url": f"ws://{LOOPBACK}:{port}", "options": {"failByDrop": False, **_TIMES}}))
        server.wait_for_port(port)
        if code := fleet.start("client", client).wait_for_exit(_LIMIT):
            raise Failure(f"the client ended with {code}")
        return _read(reports)


def _read(reports):
    [cases] = json.loads((reports / "index.json").read_text()).values()
    return {case: _verdict(result["behavior"], result["behaviorClose"]) for case, result in cases.items()}


def _verdict(behavior, closing):
    """The worse of the two: what was answered, and how the connection ended."""
    return behavior if behavior not in _GOOD or closing in _GOOD else f"{closing} AT CLOSE"
