"""What a process holds: live objects, threads, descriptors, ports. Linux, and a JDK's jcmd."""

import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from processes import Failure, run
from programs import java

_LIMIT = 150  # seconds, of which jcmd by itself waits ten for a process that answers
_LISTENING = "0A"
_HISTOGRAM_LINE = re.compile(r"^ *\d+: +(\d+) +(\d+) +(\S+)", re.MULTILINE)
_OURS = "io.linksocks."
# Threads that the virtual machine starts and ends as it likes.
_MACHINE = re.compile(r"ForkJoinPool-|Common-Cleaner|Attach Listener|VirtualThread-unparker|Thread-\d|process reaper")
_HISTORY = "io.linksocks.server.Throughput$Sample"  # fills for five minutes, then stays as it is
SESSION, CHANNEL = "io.linksocks.session.Session", "io.linksocks.session.Channel"


@dataclass
class Gauge:
    """One look at a process; the counts know their parts, for the report of a leak."""

    heap: int  # bytes that are alive
    objects: Counter  # of our classes, by class
    threads: Counter  # platform and virtual, by name without numbers
    descriptors: Counter  # by what they are
    ports: set
    budget: int  # bytes that the process itself counts

    @staticmethod
    def of(pid, folder, budget):
        heap, objects = _histogram(pid)
        return Gauge(heap, objects, _threads(pid, folder), _descriptors(pid), _ports(pid), budget)


def _jcmd(pid, *command):
    done = run([java().with_name("jcmd"), f"-J-Dsun.tools.attach.attachTimeout={_LIMIT * 1000}", pid, *command], _LIMIT)
    if done.returncode:
        raise Failure(f"jcmd {' '.join(map(str, command))}: {done.stdout} {done.stderr}")
    return done.stdout


def _histogram(pid):
    """Counts after a full collection."""
    heap, objects = 0, Counter()
    for count, size, name in _HISTOGRAM_LINE.findall(_jcmd(pid, "GC.class_histogram")):
        heap += int(size)
        if name.startswith(_OURS) and name != _HISTORY:
            objects[name] += int(count)
    return heap, objects


def _threads(pid, folder):
    file = Path(folder, f"threads-{pid}.json")
    _jcmd(pid, "Thread.dump_to_file", "-overwrite", "-format=json", file)
    containers = json.loads(file.read_text())["threadDump"]["threadContainers"]
    names = (thread["name"] for container in containers for thread in container["threads"])
    return Counter(re.sub(r"\d+", "#", name) for name in names if not _MACHINE.match(name))


def _links(pid):
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            yield os.readlink(entry.path)
        except FileNotFoundError:
            continue  # closed while we looked


def _descriptors(pid):
    return Counter(re.sub(r"\[\d+\]", "", link) for link in _links(pid))


def _ports(pid):
    inodes = {link[8:-1] for link in _links(pid) if link.startswith("socket:[")}
    rows = (line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines())
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == _LISTENING and row[9] in inodes}
