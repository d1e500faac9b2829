"""Several tunnels in one process, from a file that changes; and the example of docs/operations.md."""

import json
import re
import signal
from pathlib import Path

import readme
import socks
from lifecycle import expect_stop
from processes import LOOPBACK, ROOT, free_port, wait_until
from stage import TOKEN, expect, scratch


def _write(file, server, clients):
    """Puts a new file in the place of the old one: clients is name -> SOCKS port."""
    servers = {"s": {"token": TOKEN, "ws-host": LOOPBACK, "ws-port": server}}
    clients = {name: {"token": TOKEN, "url": f"ws://{LOOPBACK}:{server}", "no-env-proxy": True, "socks-port": port}
               for name, port in clients.items()}
    new = file.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text("// written by a test\n" + json.dumps({"servers": servers, "clients": clients}, indent=1))
    new.replace(file)


def follows_its_file(stage):
    """At once on SIGHUP, and soon without; a connection that is open stays so through all of it."""
    server, first, second, third = (free_port() for _ in range(4))
    target = LOOPBACK, stage.targets.echo
    with scratch() as folder:
        file = Path(folder, "tunnels.json")
        _write(file, server, {"a": first, "b": second})
        run = stage.fleet.start("run", [*stage.program, "run", "-dd", file])
        run.wait_for_port(second)
        run.wait_for_port(first)
        with socks.connect(first, target) as kept:
            _write(file, server, {"a": first, "b": third})
            run.send(signal.SIGHUP)
            run.wait_for_output(r"INFO  .*read again: restarted: clients\.b; unchanged: 2")
            wait_until(lambda: socks.echoes(third, target), "the moved port should serve")
            file.write_text('{"clients": {"a": {\n"socksport": 1}}}')
            run.wait_for_output(r"ERROR .*: line 2: clients\.a\.socksport: unknown; the nearest is socks-port")
            _write(file, server, {"a": first})
            run.wait_for_output(r"INFO  .*read again: closed: clients\.b; unchanged: 2")
            socks.check_echo(kept)
            expect("everybody on this machine" not in run.output(), "a file for its owner alone was called public")
            expect_stop(run, signal.SIGTERM)


def runs_the_example(stage):
    section = (ROOT / "docs" / "operations.md").read_text().split("\n## Several tunnels in one process\n")[1].split("\n## ")[0]
    blocks = [re.sub("(?m)^    ", "", block) for block in re.findall(r"(?m)(?:^(?:    .*)?\n)*^    .*\n", section)]
    example = next(block for block in blocks if block.lstrip().startswith("{"))
    commands = next(block for block in blocks if "java -jar" in block)
    readme.run_block(stage, commands.strip().splitlines(), {"tunnels.json": example})


CHECKS = {"several tunnels": follows_its_file}
CHECKS_OF_DOCS = {"several tunnels of the docs": runs_the_example}
