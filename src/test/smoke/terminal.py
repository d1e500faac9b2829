"""The log and the status line of a client on a terminal, as a terminal shows them."""

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading

import socks
from processes import LOOPBACK, PATIENCE, ROOT, Failure, clean_environment, free_port, wait_until
from stage import TOKEN, expect

_LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (INFO|WARN) ")
_COLOR = re.compile(r"\x1b\[[\d;]*m")
_DRAWN = "\x1b[?7h\r"  # how a status ends
# A line of the log, and the status that is written with it.
_NEWS = re.compile(r" (?:INFO|\x1b\[33mWARN\x1b\[m) +(.*)\n\x1b\[\?7l(.*?)\x1b\[K\x1b\[\?7h\r")
_STATES = {"connected to": "connected", "connection to": "not connected", "can't connect": "not connected",
           "next attempt": "not connected"}


class _Screen:
    """So much of a terminal as the program needs: lines that wrap or end in one column that is overwritten, return,
    newline, and erasing the rest of the line or screen. Colors are left out."""

    _TOKENS = re.compile(r"\x1b\[\?7[lh]|\x1b\[[JK]|\x1b|[\r\n]|[^\x1b\r\n]+")

    def __init__(self, columns):
        self.columns, self.rows, self._row, self._column, self._wraps = columns, [""], 0, 0, True

    def feed(self, text):
        for token in self._TOKENS.findall(_COLOR.sub("", text)):
            if token == "\r":
                self._column = 0
            elif token == "\n":
                self._down()
            elif token == "\x1b[J":
                self.rows[self._row] = self.rows[self._row][:self._column]
                del self.rows[self._row + 1:]
            elif token == "\x1b[K":
                column = self._column if self._wraps else min(self._column, self.columns - 1)
                self.rows[self._row] = self.rows[self._row][:column]
            elif token.startswith("\x1b[?7"):
                self._wraps = token.endswith("h")
            else:
                expect(token != "\x1b", f"an escape sequence that no status line needs in {text!r}")
                for character in token:
                    self._put(character)

    def _down(self):
        self._row += 1
        if self._row == len(self.rows):
            self.rows.append("")

    def _put(self, character):
        if self._column == self.columns:
            if self._wraps:
                self._column = 0
                self._down()
            else:
                self._column -= 1
        row = self.rows[self._row].ljust(self._column)
        self.rows[self._row] = row[:self._column] + character + row[self._column + 1:]
        self._column += 1


class _Terminal(contextlib.AbstractContextManager):
    """A program on a terminal of its own; its screen is drawn anew for every look."""

    def __init__(self, command, kind="xterm", columns=80, **environment):
        self._master, slave = pty.openpty()
        self.columns = columns
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._program = subprocess.Popen(
            [str(part) for part in command], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env=clean_environment() | {"TERM": kind} | environment, cwd=ROOT)
        os.close(slave)
        self._received = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        # Linux ends the reading from a terminal that nobody has open with an error.
        with contextlib.suppress(OSError):
            while piece := os.read(self._master, 1 << 16):
                self._received += piece

    def text(self):
        """Up to the last status, or without one the last line, that has come whole; in the end all."""
        text = self._received.decode(errors="ignore")
        if self._reader.is_alive():
            end = _DRAWN if _DRAWN in text else "\n"
            text = text[:text.rfind(end) + len(end)]
        return text.replace("\r\n", "\n")

    def screen(self):
        screen = _Screen(self.columns)
        screen.feed(self.text().replace("\n", "\r\n"))
        return [row for row in screen.rows if row]

    def wait_for(self, pattern):
        """Until the last line matches."""
        def look():
            seen[:] = self.screen()
            return seen and re.search(pattern, seen[-1])

        seen = []
        try:
            wait_until(look, f"a last line like {pattern!r}")
        except Failure as failure:
            raise Failure(f"{failure}, but {seen}") from None
        return seen

    def interrupt(self):
        self._program.send_signal(signal.SIGINT)
        code = self._program.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def __exit__(self, *_):
        self._program.kill()
        self._program.wait()
        os.close(self._master)


def _client(stage, ws, port):
    return [*stage.program, "client", "-t", TOKEN, "-u", f"ws://{LOOPBACK}:{ws}", "-p", port]


def shows_a_status_line(stage):
    """It comes, follows what goes on below an undisturbed log, and is gone at the end."""
    ws, port = free_port(), free_port()
    server = stage.server(ws)
    with _Terminal(_client(stage, ws, port), columns=60) as terminal:
        terminal.wait_for(r"^connected.* \| down .* \| up .* \| 0 channels$")
        wait_until(lambda: "SOCKS5 port open on " in terminal.text(), "the port should open")
        with socks.connect(port, (LOOPBACK, stage.targets.echo)) as sock:
            socks.check_echo(sock)
            terminal.wait_for(r"^connected, [0-9.]+ ms \| down .* \| 1 channel")
        server.end()
        rows = terminal.wait_for(r"^not connected for \d+ s")
        expect(len(re.findall("connected for", "\n".join(rows))) == 1, f"more than one status line: {rows}")
        terminal.columns = 20
        terminal.wait_for(r"^not connected for \d+.{0,2}$")
        terminal.columns = 1000
        expect(all(_LOG_LINE.match(row) for row in terminal.screen()[:-1]), f"{terminal.screen()}")
        expect(terminal.interrupt() == 0, "exit code")
        expect(all(_LOG_LINE.match(row) for row in terminal.screen()), f"left behind: {terminal.screen()}")


def agrees_with_the_log(stage):
    """On a narrow terminal: what a line has just said is what the status says, which is cut at the edge and never wraps."""
    ws = free_port()
    server = stage.server(ws)
    with _Terminal(_client(stage, ws, free_port()), columns=40) as terminal:
        terminal.wait_for(r"^connected.* \| down ")
        server.end()
        terminal.wait_for(r"^not connected for \d+ s \| down ")
        stage.server(ws)
        rows = terminal.wait_for(r"^connected.* \| down ")
        expect(sum(" | " in row for row in rows) == 1 and len(rows[-1]) <= 40, f"wrapped, or left behind: {rows}")
        said = [(line, status) for line, status in _NEWS.findall(terminal.text()) if line.startswith(tuple(_STATES))]
        for line, status in said:
            state = next(state for start, state in _STATES.items() if line.startswith(start))
            expect(status.startswith(state), f"{status!r} below {line!r}")
        expect(sum(line.startswith("connected to") for line, _ in said) >= 2, f"{said}")


def has_color_where_it_is_wanted(stage):
    """In words that ask for attention, unless NO_COLOR has a value."""
    command = [*stage.program, "client", "-t", TOKEN, "-u", f"ws://{LOOPBACK}:{free_port()}"]
    for environment, warning in (({}, " \x1b[33mWARN\x1b[m  can't connect"), ({"NO_COLOR": ""}, " \x1b[33mWARN\x1b[m  can't"),
                                 ({"NO_COLOR": "1"}, " WARN  can't connect")):
        with _Terminal(command, columns=1000, **environment) as terminal:
            terminal.wait_for("^not connected for ")
            wait_until(lambda: "can't connect" in terminal.text(), "a warning")
            expect(warning in terminal.text() and bool(_COLOR.search(terminal.text())) == ("\x1b" in warning), terminal.text())


def keeps_quiet_elsewhere(stage):
    """On a terminal that can't take anything back, and in a file."""
    ws, port = free_port(), free_port()
    stage.server(ws)
    with _Terminal(_client(stage, ws, port), kind="dumb", columns=1000) as terminal:
        terminal.wait_for(" port open on ")
        expect(terminal.interrupt() == 0 and "\x1b" not in terminal.text(), terminal.text())
    client = stage.fleet.start("client", ["env", "TERM=xterm", *_client(stage, ws, port)])
    client.wait_for_output(" port open on ")
    expect("\x1b" not in client.output(), client.output())


CHECKS = {"status line": shows_a_status_line, "status and log": agrees_with_the_log, "color": has_color_where_it_is_wanted,
          "no status line": keeps_quiet_elsewhere}
