"""Runs all benchmarks briefly and compares them with bench/baseline.json: check.py [--factor 2] [--write] -- COMMAND...

COMMAND runs JMH with the arguments that are appended to it as -Dbench.args=... The time of each benchmark, without that in
which its thread waited for a processor, is the best of its iterations, for noise only adds. It is divided by that of each
yardstick (ReferenceBenchmark) in the same run, so that a slower machine does not count; where there is a yardstick of the
same name, by that alone. A regression is slower than the baseline by the factor in all of these measures, or allocates more;
what looks like one is run again, for longer, up to five times in all. Exit code 1 when there is one.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

_BASELINE = Path(__file__).resolve().parent / "baseline.json"
_RESULTS = Path(__file__).resolve().parents[1] / "target" / "bench.json"
_YARDSTICK = "ReferenceBenchmark."
_PACKAGE = "io.linksocks."
# Compilation on the thread that needs it (-Xbatch), and many short iterations, of which some are undisturbed.
# LinkBenchmark tells what is possible through sockets, but not the same twice.
# The first profiler stands around the other, which so does not count what it allocates.
_RUN = ("-e LinkBenchmark -f 1 -w 50ms -r 20ms -foe true -prof io.linksocks.SchedulerProfiler -prof gc -v SILENT "
        "-jvmArgsAppend -Xbatch -rf json")
_BRIEF, _THOROUGH = "-wi 5 -i 15", "-wi 20 -i 50"
_ROUNDS = 5
# What the harness itself may add to an operation, in bytes, and what escape analysis may leave over.
_MORE_BYTES = 32
_MORE_SHARE = 1.2


def run(command, iterations, pattern):
    """Returns the best time in nanoseconds and the least bytes of each benchmark, by name."""
    _RESULTS.parent.mkdir(exist_ok=True)
    done = subprocess.run([*command, f"-Dbench.args={_RUN} {iterations} -rff {_RESULTS} {pattern}"], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"the benchmarks did not run:\n{done.stdout}")
    return {_name(result): (min(_times(result)), min(_values(result["secondaryMetrics"]["gc.alloc.rate.norm"])))
            for result in json.loads(_RESULTS.read_text())}


def _name(result):
    values = ",".join(result.get("params", {}).values())
    return result["benchmark"].removeprefix(_PACKAGE) + (f"({values})" if values else "")


def _times(result):
    """Nanoseconds of each iteration, without the wait for a processor, which is known roughly; never less than it ran."""
    metric, others = result["primaryMetric"], result["secondaryMetrics"]
    unit = {"ns/op": 1, "us/op": 1000}[metric["scoreUnit"]]
    return [max(time * unit - delay, ran) for time, delay, ran in
            zip(_values(metric), _values(others["run.delay"]), _values(others["run.time"]))]


def _values(metric):
    return [value for fork in metric["rawData"] for value in fork]


def relate(measured):
    """The same in lengths of the yardsticks."""
    yardsticks = {key.removeprefix(_YARDSTICK): time for key, (time, _) in measured.items() if key.startswith(_YARDSTICK)}
    ours = {key: value for key, value in measured.items() if not key.startswith(_YARDSTICK)}
    general = yardsticks.keys() - {_method(key) for key in ours}
    return {key: {unit: float(f"{time / yardsticks[unit]:.3g}") for unit in sorted({_method(key)} & yardsticks.keys() or general)}
            | {"bytes": round(allocated)} for key, (time, allocated) in ours.items()}


def _method(key):
    return key.partition("(")[0].rpartition(".")[2]


def better(one, other):
    """Without yardsticks that a run of fewer benchmarks takes for general ones."""
    return {unit: min(one[unit], other[unit]) for unit in one.keys() & other.keys()} if other else one


def faults_of(now, before, factor):
    slower = slowdown(now, before)
    if slower > factor:
        yield f"{slower:.2f} times as slow"
    if now["bytes"] > before["bytes"] * _MORE_SHARE + _MORE_BYTES:
        yield f"allocates {now['bytes']} bytes, not {before['bytes']}"


def slowdown(now, before):
    return min(now[unit] / before[unit] for unit in now if unit != "bytes")


def suspects(current, baseline, factor):
    return {key for key in current if key in baseline and any(faults_of(current[key], baseline[key], factor))}


def pattern_of(keys):
    """Those benchmarks and the yardsticks; their other parameters run as well."""
    names = sorted({re.escape(_PACKAGE + key.partition("(")[0]) + "$" for key in keys})
    return "|".join([re.escape(_YARDSTICK), *names])


def show(current, baseline, factor):
    """Returns the number of regressions."""
    regressions = 0
    keys = sorted(baseline.keys() | current.keys())
    for key in keys:
        if key in baseline and key in current:
            faults, column = list(faults_of(current[key], baseline[key], factor)), f"{slowdown(current[key], baseline[key]):.2f}"
        else:
            faults, column = ["not in the baseline" if key in current else "was not run"], ""
        regressions += bool(faults)
        print(f"{'FAILED' if faults else 'ok':6} {column:>5} {key}  {', '.join(faults)}".rstrip())
    print(f"\n{len(keys) - regressions} passed, {regressions} failed")
    return regressions


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--factor", type=float, default=2, help="slower than this is a regression (2)")
    options.add_argument("--write", action="store_true", help="make the best of all rounds the baseline")
    options.add_argument("command", nargs="+")
    chosen = options.parse_args()
    baseline = {} if chosen.write else json.loads(_BASELINE.read_text())
    current = relate(run(chosen.command, _BRIEF, ""))
    for _ in range(_ROUNDS - 1):
        again = current.keys() if chosen.write else suspects(current, baseline, chosen.factor)
        if again:
            print(f"once more: {', '.join(sorted(again))}", flush=True)
            current |= {key: better(value, current.get(key))
                        for key, value in relate(run(chosen.command, _THOROUGH, pattern_of(again))).items()}
    if chosen.write:
        _BASELINE.write_text(json.dumps(current, indent=1, sort_keys=True) + "\n")
        return 0
    return 1 if show(current, baseline, chosen.factor) else 0


if __name__ == "__main__":
    sys.exit(main())
