"""What can be seen of a running server and client: metrics as a real parser reads them, status, log for programs."""

import json
import urllib.error
import urllib.request
from datetime import datetime

import programs
import socks
from processes import LOOPBACK, PATIENCE, Failure, free_port, run, wait_until
from stage import TOKEN, expect

_KEY = "smoke-api-key"
_PARSER = "prometheus_client==0.*"
# Prints all samples as a JSON object; what the parser does not like makes it fail.
_READ = """
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
print(json.dumps({name: value for family in parse(sys.stdin.read()) for name, value in
                  [(s.name + "".join(f" {k}={v}" for k, v in sorted(s.labels.items())), s.value) for s in family.samples]}))
"""


def _get(port, path, **headers):
    request = urllib.request.Request(f"http://{LOOPBACK}:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def _refused(port, path):
    try:
        return _get(port, path)
    except urllib.error.HTTPError as error:
        return error.code


def _failure(proxy, name):
    try:
        socks.connect(proxy, (name, 80)).close()
    except Failure as failure:
        return str(failure)
    return "none"


def _samples(folder, port, **headers):
    kind, text = _get(port, "/metrics", **headers)
    expect(kind == "application/openmetrics-text; version=1.0.0; charset=utf-8", kind)
    page = folder / "metrics.txt"
    page.write_text(text)
    python = programs.environment("prometheus", _PARSER) / "python"
    done = run(["sh", "-c", f"'{python}' -c '{_READ}' <'{page}'"])
    expect(done.returncode == 0, f"the parser refuses this: {done.stderr}\n{text}")
    return json.loads(done.stdout)


def _watched(stage, *flags):
    """A server with an API and a client, both with a port for metrics; returns their ports."""
    ws, proxy, server_metrics, client_metrics = (free_port() for _ in range(4))
    stage.server(ws, "-k", _KEY, "--metrics", server_metrics, *flags)
    stage.client(ws, proxy, "--metrics", f"{LOOPBACK}:{client_metrics}", *flags)
    return ws, proxy, server_metrics, client_metrics


def shows_metrics(stage):
    ws, proxy, server_metrics, client_metrics = _watched(stage)
    expect(_refused(ws, "/metrics") == 401, "metrics without a key")
    for port in ws, server_metrics, client_metrics:
        expect(_get(port, "/readyz")[1] == "ready\n", f"port {port} is not ready")
    with socks.connect(proxy, (LOOPBACK, stage.targets.echo)) as sock:
        socks.check_echo(sock)
        expect("0x04" in _failure(proxy, "nowhere.invalid"), "reached a name that does not exist")
        folder = programs.TARGET / "smoke"
        # The channel that failed is counted until both ends have forgotten it.
        for port in server_metrics, client_metrics:
            wait_until(lambda: _samples(folder, port)["linksocks_channels"] == 1, f"one channel at port {port}")
        by_key = _samples(folder, ws, Authorization=f"Bearer {_KEY}")
        server, client = _samples(folder, server_metrics), _samples(folder, client_metrics)
    expect(by_key.keys() == server.keys(), f"they differ: {by_key.keys() ^ server.keys()}")
    for samples, name in ((server, "linksocks_clients role=client state=attached"), (server, "linksocks_dial_seconds_count"),
                          (server, "linksocks_dial_errors_total kind=name"), (client, "linksocks_sessions state=attached")):
        expect(samples.get(name) == 1, f"{name} is {samples.get(name)}, not 1")


def shows_status(stage):
    ws, proxy, *_ = _watched(stage)
    with socks.connect(proxy, (LOOPBACK, stage.targets.echo)) as sock:
        socks.check_echo(sock)
        shown = stage.run("status", "-u", f"http://{LOOPBACK}:{ws}", "-k", _KEY)
        facts = stage.run("status", "-u", f"ws://{LOOPBACK}:{ws}", "-k", _KEY, "--json")
    expect(shown.returncode == 0 and not shown.stderr, f"{shown.returncode} {shown.stderr}")
    for part in ("linksocks-java/", "resume flow fin fair leave", f"{LOOPBACK}:{stage.targets.echo}", "Refused\n  none"):
        expect(part in shown.stdout, f"no {part!r} in\n{shown.stdout}")
    expect(TOKEN not in shown.stdout and _KEY not in shown.stdout, f"a secret in\n{shown.stdout}")
    expect(json.loads(facts.stdout)["channels"]["total"] == 1, facts.stdout)
    for arguments, cure in ((["-k", "not-the-key"], "LINKSOCKS_API_KEY"), (["-u", f"http://{LOOPBACK}:{free_port()}", "-k", "x"], "-u")):
        done = stage.run("status", "-u", f"http://{LOOPBACK}:{ws}", *arguments)
        expect(done.returncode == 1 and cure in done.stderr and len(done.stderr.splitlines()) == 1, f"{done}")


def logs_json(stage):
    """Also what a hostile name brings with it: Python, like others, ends a line at its last character."""
    ws, proxy, *_ = _watched(stage, "--log-format", "json")
    name = 'a"\\{\u00e4\u2028'  # control characters the SOCKS port refuses itself
    for _ in range(11):  # ten of a minute at INFO, the next at DEBUG
        expect("0x04" in _failure(proxy, name), "reached a name that does not exist")
    logs = stage.fleet.programs("server", "client")
    wait_until(lambda: {line["level"] for line in _lines(logs[0]) if name in line["message"]} == {"INFO", "DEBUG"},
               "the name in the server's log")
    for log in logs:
        lines = _lines(log)
        expect({line["level"] for line in lines} >= {"INFO", "DEBUG"}, f"{log.log}: {lines[:3]}")
        for line in lines:
            expect({"time", "level", "logger", "thread", "message"} <= line.keys(), f"{line}")
            expect(datetime.fromisoformat(line["time"]).tzinfo is not None, line["time"])


def _lines(program):
    """A line that is no JSON makes it fail; the last one may be on its way."""
    text = program.output()
    return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]


CHECKS = {"metrics for Prometheus": shows_metrics, "status": shows_status, "log for programs": logs_json}
