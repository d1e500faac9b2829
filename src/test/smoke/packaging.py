"""The image as it was built, as it is installed, and what is installed with it. Linux only."""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import programs
import transfer
from processes import LOOPBACK, PATIENCE, ROOT, free_port, run
from stage import TOKEN, Stage, expect, scratch

_IMAGE = programs.TARGET / "image"
_LAUNCHER = _IMAGE / "bin" / "linksocks"
_MOST = 45 << 20  # bytes
_MAVEN_LIMIT = 400  # seconds, in which it may have to fetch its plugins
_EXPOSURE = 2.0  # by systemd's own reckoning: up to this a service is "OK" or better


def _run(*command, seconds=PATIENCE):
    done = run(command, seconds)
    expect(done.returncode == 0, f"{command}: exit code {done.returncode}, {done.stdout} {done.stderr}")
    return done.stdout + done.stderr


def is_small(_):
    size = sum(path.lstat().st_size for path in _IMAGE.rglob("*"))
    expect(size < _MOST, f"{size / (1 << 20):.1f} MiB")


def runs_from_anywhere(_):
    """By links to links, from another folder, with a blank in the path, and without any environment."""
    with scratch() as folder:
        place, first, second = Path(folder, "a place"), Path(folder, "first"), Path(folder, "second")
        _run("cp", "-R", _IMAGE, place)
        first.symlink_to("a place/bin/linksocks")
        second.symlink_to(first)
        for command in f"cd / && exec env -i '{place}/bin/linksocks'", f"cd / && '{second}'", f"cd '{folder}' && ./first", (
                f"cd '{place}/bin' && sh linksocks"), f"cd / && PATH='{folder}':$PATH && second":
            said = _run("sh", "-c", f"{command} version")
            expect(said.startswith("linksocks 0."), f"{command}: {said}")


def passes_options_on(_):
    said = _run("env", "LINKSOCKS_JAVA_OPTS=-XX:+UseG1GC -Xlog:gc", _LAUNCHER, "version")
    expect("Using G1" in said, said)
    said = _run("env", "LINKSOCKS_JAVA_OPTS=-XX:+PrintFlagsFinal", _LAUNCHER, "version")
    expect(re.search(r"ExitOnOutOfMemoryError += true", said), "goes on out of memory")
    done = run([_LAUNCHER, "client", "-t", "two words", "three more words"])
    expect(done.returncode == 2 and "unexpected argument" in done.stderr, f"{done.returncode} {done.stderr}")


def has_its_classes_at_hand(_):
    """Unpacked once for a user; without a place for that, or with an option that they don't fit, it does without."""
    with scratch() as folder:
        cache = f"XDG_CACHE_HOME={folder}/cache"
        expect(_uses_archive(cache), "no class came from the archive")
        unpacked, = Path(folder, "cache", "linksocks").iterdir()
        before = unpacked.stat()
        expect(_uses_archive(cache) and unpacked.stat() == before, "unpacked again")
        if unpacked.suffix == ".aot":
            expect(_maturity(cache) == 2, "C2 starts as early as without profiles")
            expect(_maturity(cache, "-XX:ProfileMaturityPercentage=3") == 3, "the user's option is ignored")
        expect(_maturity("XDG_CACHE_HOME=/dev/null") == 20, "without profiles C2 waits, too")
        expect(not _uses_archive("XDG_CACHE_HOME=/dev/null"), "there was no place for the archive")
        expect(not _uses_archive("XDG_CACHE_HOME="), "there was no name of a place for the archive")
        os.truncate(unpacked, 1 << 20)
        expect(not _uses_archive(cache), "that archive was broken")
        unpacked.unlink()
        said = _version(cache, "-XX:-UseCompressedOops")
        expect(len(said.splitlines()) == 1, said)


def has_them_for_all_who_start_first(_):
    with scratch() as folder, ThreadPoolExecutor() as pool:
        starts = [pool.submit(_uses_archive, f"XDG_CACHE_HOME={folder}/cache") for _ in range(4)]
        without = sum(not start.result() for start in starts)
        expect(not without, f"{without} of {len(starts)} took no class from the archive")


def _uses_archive(environment):
    said = _version(environment, "-Xlog:class+load")
    return bool(re.search(r" io\.linksocks\.cli\.Main source: shared objects file", said))


def _maturity(environment, options=""):
    said = _version(environment, f"{options} -XX:+PrintFlagsFinal")
    return int(re.search(r"ProfileMaturityPercentage += (\d+)", said)[1])


def _version(environment, options):
    said = _run("env", "HOME=", environment, f"LINKSOCKS_JAVA_OPTS={options}", _LAUNCHER, "version")
    expect(re.search("^linksocks 0", said, re.MULTILINE), said)
    return said


def tunnels(stage):
    """The modules and the collector that the image has are enough for 64 MiB."""
    transfer.CHECKS["64 MiB"](Stage(stage.fleet, [_LAUNCHER], stage.targets))


def tunnels_with_tls(stage):
    with scratch() as folder:
        chain, key = f"{folder}/chain.pem", f"{folder}/key.pem"
        _run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", chain)
        image = Stage(stage.fleet, [_LAUNCHER], stage.targets)
        ws, port = free_port(), free_port()
        image.server(ws, "--tls-cert", chain, "--tls-key", key)
        client = stage.fleet.start("client", [_LAUNCHER, "client", "-t", TOKEN, "-u", f"wss://localhost:{ws}", "--ca",
                                              chain, "-p", port])
        client.wait_for_port(port)
        said = _run("curl", "-sS", "--cacert", chain, "-x", f"socks5h://{LOOPBACK}:{port}",
                    f"https://localhost:{ws}/healthz")
        expect(said.strip() == "ok", said)
        _run("env", "LINKSOCKS_MODE=server", f"LINKSOCKS_WEBSOCKET_PORT={ws}", ROOT / "src" / "packaging" / "healthy")


def installs(_):
    """In a folder of its own, then without a trace."""
    with scratch() as folder:
        _make("install", folder)
        prefix = Path(folder, "usr")
        said = _run("env", "-i", prefix / "bin" / "linksocks", "version")
        expect(said.startswith("linksocks 0."), said)
        expect(not [*prefix.rglob("*.gz")], "something is still packed")
        wrong = [path for path in prefix.rglob("*") if not path.is_symlink() and not path.stat().st_mode & 0o444 == 0o444]
        expect(not wrong, f"not everybody may read {wrong}")
        pages = [prefix / "share" / "doc" / "linksocks" / "README.md",
                 *(prefix / "share" / "doc" / "linksocks" / "docs").glob("*.md")]
        missing = [link for page in pages for link in re.findall(r"]\(([^)#]+)", page.read_text())
                   if "://" not in link and not link.startswith("../src/") and not (page.parent / link).exists()]
        expect(len(pages) > 1 and not missing, f"links to what is missing: {missing}")
        _check_unit(prefix)
        _make("uninstall", folder)
        left = [path for path in Path(folder).rglob("*") if not path.is_dir() or "linksocks" in path.name]
        expect(not left, f"left behind: {left}")


def tells_the_next_step(_):
    """On this machine; in DESTDIR it is for another one."""
    with scratch() as folder:
        said = _make("install", "", prefix=folder)
        expect(f"Installed linksocks below {folder}. Next: linksocks demo" in said, said)
        said = _make("install", folder)
        expect("Next:" not in said, said)


def _make(target, folder, prefix="/usr"):
    return _run("make", "-C", ROOT, target, f"DESTDIR={folder}", f"PREFIX={prefix}")


def has_a_command_for_windows(_):
    """As far as that shows without Windows: the form of the file, and its command line with the variables replaced."""
    text = (ROOT / "src" / "packaging" / "linksocks.cmd").read_bytes().decode("ascii")
    expect(text.count("\r\n") == text.count("\n") and text.endswith("\r\n"), "lines end with CR and LF")
    command, = [line for line in text.splitlines() if "-jar" in line]
    for variable, value in (("%JAVA%", str(programs.java())), ("%LINKSOCKS_JAVA_OPTS%", "-Xmx256m"),
                            ("%~dp0", f"{programs.TARGET}/"), ("%*", "version")):
        expect(variable in command, f"{variable} is not in {command}")
        command = command.replace(variable, value)
    expect(_run("sh", "-c", command).startswith("linksocks 0."), command)


def _check_unit(prefix):
    """As systemd reads it, with the program where it would be."""
    unit = prefix / "lib" / "systemd" / "system" / "linksocks@.service"
    text = unit.read_text()
    expect("ExecStart=/usr/bin/linksocks " in text, text)
    unit.write_text(text.replace("ExecStart=/usr", f"ExecStart={prefix}"))
    said = _run("systemd-analyze", "verify", "--man=no", unit)
    expect(not said, said)
    said = _run("systemd-analyze", "security", "--offline=yes", unit)
    exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", said)[1])
    expect(exposure <= _EXPOSURE, said)


def has_a_manual(_):
    page = _IMAGE / "share" / "man" / "man1" / "linksocks.1"
    expect(not (said := _run("groff", "-ww", "-man", "-Tutf8", "-z", page)), said)
    done = run(["mandoc", "-T", "lint", "-W", "warning", page])
    # The same program gives the same page, on any day.
    wrong = [line for line in done.stdout.splitlines() if "missing date" not in line]
    expect(not wrong, "\n".join(wrong))
    shown = _run("groff", "-man", "-Tascii", "-P-cbou", page)
    for option in "--token TOKEN", "--socks-port PORT", "LINKSOCKS_MODE", "[default: 127.0.0.1]":
        expect(option in re.sub(r"\s+", " ", shown), f"{option} is not in\n{shown}")


_PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>user</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>21</maven.compiler.release>
  </properties>
  <dependencies>
{dependency}
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.16.0</version>
      </plugin>
    </plugins>
  </build>
</project>
"""


def is_a_dependency_for_maven(_):
    """Installed as the library page says, in a project that has the page's coordinates and compiles its first program."""
    page = (ROOT / "docs" / "library.md").read_text()
    version, = re.findall(r"<artifactId>linksocks</artifactId>\s*<version>(.*?)</version>", (ROOT / "pom.xml").read_text())
    dependency, = re.findall(r"```xml\n(.*?)```", page, re.DOTALL)
    maven = "mvn" if shutil.which("mvn") else str(ROOT / "mvnw")
    quiet = [maven, "-q", "-B", "-ntp"]
    with scratch() as copy, scratch() as folder:
        # Not in place: other checks run the jar that is there.
        shutil.copy(ROOT / "pom.xml", copy)
        shutil.copytree(ROOT / "src" / "main", Path(copy, "src", "main"))
        _run(*quiet, "-f", str(Path(copy, "pom.xml")), "install", "-Dmaven.test.skip=true", seconds=_MAVEN_LIMIT)
        sources = Path(folder, "src", "main", "java")
        sources.mkdir(parents=True)
        Path(folder, "pom.xml").write_text(_PROJECT.format(dependency=dependency.replace("VERSION", version)))
        shutil.copy(ROOT / "docs" / "examples" / "EmbeddedServer.java", sources)
        _run(*quiet, "-f", str(Path(folder, "pom.xml")), "compile", seconds=_MAVEN_LIMIT)
        expect(Path(folder, "target", "classes", "EmbeddedServer.class").exists(), "not compiled")


CHECKS = {"size": is_small, "from anywhere": runs_from_anywhere, "options": passes_options_on,
          "archive": has_its_classes_at_hand, "archive for all at once": has_them_for_all_who_start_first, "tunnel": tunnels,
          "tunnel with TLS": tunnels_with_tls, "install": installs, "next step": tells_the_next_step,
          "Windows": has_a_command_for_windows, "manual": has_a_manual, "Maven": is_a_dependency_for_maven}
