"""RFC 6455 as the Autobahn test suite understands it, against our server's and our client's end of a WebSocket.

What is tested is the code of package websocket behind an echo (EchoServer, EchoClient among the tests). Everything
stays on loopback and ends with the script. The reports with all frames are in target/conformance.
"""

import collections
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import programs
from autobahn import Suite
from processes import Failure, Fleet, end_on_signals, free_port

FOLDER = programs.TARGET / "conformance"
CLASSES = f"{programs.TARGET / 'classes'}:{programs.TARGET / 'test-classes'}"
PASSED = ("OK", "NON-STRICT", "INFORMATIONAL")
UNIMPLEMENTED = "UNIMPLEMENTED"

SERVER_CASES = 517
COMPRESSION = {12, 13}  # permessage-deflate, which is an option; our payload is compressed already

# Our client understands binary messages only, so the cases that want text back are not for it.
CLIENT_GROUPS = ("1.2.*", "2.*", "3.1", "3.5", "3.6", "3.7", "4.1.1", "4.1.2", "4.2.1", "4.2.2", "5.1", "5.2", "5.9",
                 "5.10", "5.11", "5.12", "5.13", "5.14", "5.16", "5.17", "7.3.*", "7.5.1", "7.7.*", "7.9.*", "7.13.*",
                 "9.2.*", "9.4.*", "9.6.*", "9.8.*")
CLIENT_CASES = 95
# What the JDK's WebSocket, which our client uses, does differently: the verdict that is expected then, and why.
JDK_DIFFERENCES = {
    "2.10": "FAILED",  # answers only the newest of several pings, as RFC 6455, section 5.5.3, allows
    "2.11": "FAILED",  # likewise; the pings come in pieces here, so it takes a busy machine for two to meet
    "7.7.8": "UNCLEAN AT CLOSE",  # takes 1010 from a server, which only a client has a use for, as a violation
}


def java(name, *arguments):
    return [programs.java(), "-cp", CLASSES, f"io.linksocks.websocket.{name}", *arguments]


def test_server(suite):
    port = free_port()
    with Fleet(FOLDER / "logs") as fleet:
        fleet.start("echo", java("EchoServer", port)).wait_for_port(port)
        return suite.against_server(port, ["*"])


def test_client(suite):
    port = free_port()
    with Fleet(FOLDER / "logs") as fleet:
        return suite.against_client(fleet, port, CLIENT_GROUPS, java("EchoClient", port, CLIENT_CASES))


def server_accepts(case, verdict):
    return verdict in PASSED or verdict == UNIMPLEMENTED and group(case) in COMPRESSION


def client_accepts(case, verdict):
    return verdict in PASSED or verdict == JDK_DIFFERENCES.get(case)


def group(case):
    return int(case.split(".")[0])


def judge(name, verdicts, expected, accepts):
    """Prints the table of one side and everything that is wrong; returns how many checks passed and how many failed."""
    table = collections.defaultdict(collections.Counter)
    for case, verdict in verdicts.items():
        table[group(case)][verdict] += 1
    print(f"{name}, cases by group:")
    for number, counts in sorted(table.items()):
        print(f"  {number:3}  " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    wrong = [f"{case} {verdict}" for case, verdict in verdicts.items() if not accepts(case, verdict)]
    if len(verdicts) != expected:
        wrong.append(f"{len(verdicts)} cases were run instead of {expected}")
    for line in wrong:
        print(f"  FAILED {line}")
    return len(verdicts) - len(wrong), len(wrong)


def main():
    end_on_signals()
    shutil.rmtree(FOLDER, ignore_errors=True)
    suite = Suite(FOLDER)
    sides = (("server", test_server, SERVER_CASES, server_accepts), ("client", test_client, CLIENT_CASES, client_accepts))
    passed = failed = 0
    for name, test, expected, accepts in sides:
        good, bad = judge(name, test(suite), expected, accepts)
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as error:
        sys.exit(f"{error}")
