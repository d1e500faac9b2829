"""The commands of README and guide, word for word: every block with our program in it, from its first line to its last.

Programs that stay are started and waited for, the others must succeed. A comment below a command is what it must print,
or how that must begin when the comment ends with three dots. A block waits until its ports are free. Chromium has no
window here, and is sent to a page that it must show.
"""

import re
import shlex
from pathlib import Path

import chromium
from processes import ROOT, free_port, listening, run, wait_until
from stage import expect, scratch

_PROGRAM = "java -jar target/linksocks.jar "
_DEMO = "make run"
_BROWSER = "chromium "
_PROXY_PORT, _PROXY_USER, _PROXY_PASSWORD = 1080, "bob", "swordfish"  # as in the guide
_SECTIONS = {"Quick start", "Forward", "Reverse", "Agent", "Autonomy", "Browsers and other programs", "Port forwards",
             "Through another proxy", "Behind a proxy", "TLS", "Access rules", "Several tunnels in one process",
             "HTTP API and dashboard", "Watch", "When it does not work", "When the connection breaks"}
_CURL_CANNOT_CONNECT = 7
_ONE_SHOT = {"check", "status"}


def _blocks():
    """Heading -> the blocks below it, each a list of lines."""
    found, heading, block = {}, "", []
    lines = [line for page in ("README.md", "docs/guide.md") for line in (ROOT / page).read_text().splitlines()]
    for line in [*lines, ""]:
        if line.startswith("    "):
            block.append(line.strip())
            continue
        if any(map(_is_ours, block)):
            found.setdefault(heading, []).append(block)
        block = []
        if line.startswith("#"):
            heading = line.lstrip("# ")
    return found


def run_block(stage, block, files=None):
    """With these files, name -> text, in the folder that it runs in."""
    _wait_for_ports(block)
    if any(_is_ours(command) and " -x socks5://" in command for command in block):
        _start_proxy(stage)
    with scratch() as folder:
        Path(folder, "target").symlink_to(ROOT / "target")
        for name, text in (files or {}).items():
            Path(folder, name).write_text(text)
        for command, output in zip(block, [*block[1:], ""]):
            shell = ["sh", "-c", f"cd '{folder}' && PATH='{stage.program[0].parent}':$PATH && exec {command}"]
            if command == _DEMO:
                stage.fleet.start("demo", command.split()).wait_for_output(r"^\s*curl ")
            elif _is_ours(command) and not _ends(command):
                _start(stage, shell, command)
            elif command.startswith(_BROWSER):
                _browse(stage, shlex.split(command)[1:])
            elif not command.startswith("#"):
                _try(shell, command, output[2:] if output.startswith("#") else None)


def _is_ours(command):
    return command == _DEMO or command.startswith(_PROGRAM)


def _role(command):
    return command[len(_PROGRAM):].split()[0]


def _ends(command):
    """Whether a command of ours ends by itself."""
    return _role(command) in _ONE_SHOT or " --check " in command


def _wait_for_ports(block):
    ports = {int(port) for port in re.findall(r"(?: -p |localhost:|127\.0\.0\.1:)(\d+)", "\n".join(block))}
    wait_until(lambda: not any(map(listening, ports)), f"the ports {sorted(ports)} should be free")


def _start_proxy(stage):
    port = free_port()
    stage.server(port)
    stage.client(port, _PROXY_PORT, "-n", _PROXY_USER, "-w", _PROXY_PASSWORD)


def _start(stage, shell, command):
    role = _role(command)
    ready = {"server": "WebSocket port open", "provider": "connected to"}.get(role, "SOCKS5 port open")
    if role == "provider" and " -c " in command:
        ready = "connectors may use their token"
    program = stage.fleet.start(role, shell)
    program.wait_for_output(ready)
    expect(role != "run" or "everybody on this machine" not in program.output(), f"{command} warns: {program.output()}")


def _try(shell, command, wanted):
    """A reverse server opens its SOCKS5 port a moment after the provider is ready: nobody types that fast."""
    def attempt():
        done = run(shell)
        return None if done.returncode == _CURL_CANNOT_CONNECT else done

    done = wait_until(attempt, f"{command}: should connect")
    expect(done.returncode == 0 and _matches(done.stdout, wanted),
           f"{command}: exit code {done.returncode}, {done.stdout} {done.stderr}")


def _browse(stage, options):
    """To a page of the demo's server, although a browser asks this machine directly unless it is told otherwise."""
    demo, = stage.fleet.programs("demo")
    address = demo.wait_for_output(r"Started a server on (\S+)").group(1)
    shown = chromium.page(*options, "--proxy-bypass-list=<-loopback>", f"http://{address}/")
    expect("LinkSocks server is running" in shown, f"chromium {options} shows {shown[:500]}")


def _matches(printed, wanted):
    if wanted is None:
        return True
    return printed.startswith(wanted[:-3]) if wanted.endswith("...") else printed.splitlines()[:1] == [wanted]


def _checks():
    found = _blocks()
    missing = _SECTIONS - found.keys()
    yield "all sections", lambda _: expect(not missing, f"no commands for {missing}")
    for heading, blocks in found.items():
        for number, block in enumerate(blocks, 1):
            name = f"{heading} {number}" if len(blocks) > 1 else heading
            yield name, lambda stage, block=block: run_block(stage, block)


CHECKS = dict(_checks())
