"""What the program says when it is asked, and when it is asked wrongly."""

import re
import socket
from pathlib import Path

import programs
from processes import LOOPBACK, ROOT, free_port, run
from stage import TOKEN, expect


def shows_help(stage):
    for arguments in (["--help"], ["help"], *([command, "--help"] for command in
                      ("server", "client", "provider", "connector"))):
        done = stage.run(*arguments)
        expect(done.returncode == 0 and not done.stderr, f"{arguments}: {done.returncode} {done.stderr}")
        expect("linksocks" in done.stdout and len(done.stdout.splitlines()) > 5, f"{arguments}: {done.stdout}")


def shows_version(stage):
    for arguments in ["--version"], ["version"]:
        done = stage.run(*arguments)
        expect(done.returncode == 0 and re.search(r" \d+\.\d+\.\d+", done.stdout), f"{arguments}: {done.returncode} {done.stdout}")


def refuses_unknown_flag(stage):
    done = stage.run("client", "--tokn", "x")
    expect(done.returncode == 2, f"exit code {done.returncode}")
    lines = (done.stdout + done.stderr).splitlines()
    expect(len(lines) == 1 and "--tokn" in lines[0] and "--token" in lines[0].replace("--tokn", ""), f"{lines}")


def tells_an_old_java(_):
    """Where this machine has one."""
    for java in Path("/usr/lib/jvm").glob("*/bin/java"):
        found = re.search(r'version "(?:1\.)?(\d+)', run([java, "-version"]).stderr)
        if found and int(found[1]) < 21:
            done = run([java, "-jar", programs.JAR, "version"])
            expect(done.returncode == 1 and not done.stdout and len(done.stderr.splitlines()) == 1
                   and "Java 21 or later is needed" in done.stderr, f"{java}: {done}")


def runs_maven_on_the_right_java(_):
    """Through with-jdk, which says in two lines that there is none; Maven takes ten, and names another cure."""
    said = run(["make", "-C", ROOT, "-nB", "jar", "test", "docs", "fuzz", "conformance", "bench", "bench-check"]).stdout
    lines = [line for line in said.splitlines() if re.search(r"\bmvnw? ", line)]
    expect(len(lines) >= 7 and all(re.search(r"\.ci/with-jdk \S*mvnw? ", line) for line in lines), f"{lines}")


def names_wrong_token(stage):
    port = free_port()
    stage.server(port)
    done = stage.run("client", "-t", "wrong-secret", "-u", f"ws://{LOOPBACK}:{port}", "-p", str(free_port()))
    said = done.stdout + done.stderr
    expect(done.returncode == 1, f"exit code {done.returncode}: {said}")
    expect("-t" in said and "LINKSOCKS_TOKEN" in said, f"no cure named: {said}")
    expect("wrong-secret" not in said and "Exception" not in said, f"says too much: {said}")


def prints_the_command_for_the_other_end(stage):
    """As the program itself was started, here with the jar."""
    port, socks = free_port(), free_port()
    server = stage.fleet.start("server", [*stage.program, "server", "-H", LOOPBACK, "-P", port])
    said = server.wait_for_output(r"Client: java (-jar \S+ client -t [0-9a-f]+ -u ws://\S+)").group(1)
    expect(said.startswith(f"-jar {programs.JAR} client"), said)
    client = stage.fleet.start("client", [stage.program[0], *said.split(), "-p", socks])
    client.wait_for_port(socks)


def names_port_in_use(stage):
    """The server's WebSocket port, and the client's SOCKS port."""
    ws = free_port()
    stage.server(ws)
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = str(taken.getsockname()[1])
        server = stage.run("server", "-t", TOKEN, "-H", LOOPBACK, "-P", port)
        client = stage.run("client", "-t", TOKEN, "-u", f"ws://{LOOPBACK}:{ws}", "-p", port)
    for done, flag in (server, "-P"), (client, "-p"):
        said = done.stdout + done.stderr
        expect(done.returncode == 1 and port in said and flag in said and "Exception" not in said,
               f"exit code {done.returncode}: {said}")


CHECKS = {
    "help": shows_help, "version": shows_version, "unknown flag": refuses_unknown_flag,
    "old Java": tells_an_old_java, "Java of Maven": runs_maven_on_the_right_java, "wrong token": names_wrong_token,
    "command for the other end": prints_the_command_for_the_other_end, "port in use": names_port_in_use,
}
