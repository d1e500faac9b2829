"""What compose.yaml says, without containers: the services of each mode as processes of the image, with the same variables
and commands, and the health check beside each. Only names and ports are others."""

import json

import programs
from processes import LOOPBACK, ROOT, free_port, run, wait_until
from stage import expect

_FILE = ROOT / "src" / "packaging" / "compose.yaml"
_HEALTHY = ROOT / "src" / "packaging" / "healthy"
_LAUNCHER = programs.TARGET / "image" / "bin" / "linksocks"
_PORT, _SOCKS_PORT = 8765, 9870  # as in the file


def _services():
    python = programs.environment("yaml", "PyYAML==6.*") / "python"
    code = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)['services']))"
    done = run(["sh", "-c", f"'{python}' -c \"{code}\" <'{_FILE}'"])
    expect(done.returncode == 0, done.stderr)
    return json.loads(done.stdout)


def _runs(stage, mode):
    services = {name: service for name, service in _services().items() if service["profiles"] == [mode]}
    expect(len(services) == {"forward": 2, "reverse": 2, "agent": 3}[mode], f"services of {mode}: {[*services]}")
    published = [service for service in services.values() if "ports" in service]
    expect(len(published) == 1 and published[0]["ports"] == [f"{LOOPBACK}:{_SOCKS_PORT}:{_SOCKS_PORT}"], f"{published}")
    ws, port = free_port(), free_port()
    for name, service in services.items():
        variables = service["environment"] | {"LINKSOCKS_WEBSOCKET_HOST": LOOPBACK, "LINKSOCKS_WEBSOCKET_PORT": ws}
        variables["LINKSOCKS_SOCKS_PORT"] = port if service in published else free_port()
        if "LINKSOCKS_URL" in variables:
            host, _, rest = variables["LINKSOCKS_URL"].removeprefix("ws://").partition(":")
            expect(host in services and rest == str(_PORT), f"{name} would go to {variables['LINKSOCKS_URL']}")
            variables["LINKSOCKS_URL"] = f"ws://{LOOPBACK}:{ws}"
        environment = ["env", *(f"{key}={value}" for key, value in variables.items())]
        stage.fleet.start(name, [*environment, _LAUNCHER, *service.get("command", [])])
        _wait(name, [*environment, _HEALTHY])
    _wait(f"curl through {mode}", ["curl", "-sS", "--fail", "-x", f"socks5h://{LOOPBACK}:{port}",
                                   f"http://{LOOPBACK}:{ws}/healthz"])


def _wait(name, command):
    wait_until(lambda: run(command).returncode == 0, f"{name} should be well")


def is_not_well_when_dead(_):
    for mode in "server", "client", "connector":
        port = free_port()
        done = run(["env", f"LINKSOCKS_MODE={mode}", f"LINKSOCKS_WEBSOCKET_PORT={port}", f"LINKSOCKS_SOCKS_PORT={port}",
                    _HEALTHY])
        expect(done.returncode == 1, f"{mode}: {done.returncode} {done.stdout} {done.stderr}")


CHECKS = {f"compose, {mode}": lambda stage, mode=mode: _runs(stage, mode) for mode in ("forward", "reverse", "agent")}
CHECKS["not well"] = is_not_well_when_dead
