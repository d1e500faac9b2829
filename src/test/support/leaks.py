"""No secret in any log: what the programs were told on their command lines is looked for in all that ours have logged.

A token that a program made up is printed on standard output, alone and in the command for the other end, which is in the
same file here: anywhere else it is a leak like the others.
"""

import hashlib
import itertools
import re
import shlex

from processes import Failure, Running

_SECRET_FLAGS = {"-t", "--token", "-c", "--connector-token", "-k", "--api-key", "-w", "--socks-password"}
_PASSWORD_IN_URL = re.compile(r"://[^/@:]*:([^/@]+)@")
# The SHA-256 of a token, and a token that was made up; session ids have hyphens, like the ids of channels.
_HASH_OR_TOKEN = re.compile(r"(?i)(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])")
_MADE_UP = re.compile(r"^(?:(?:Token|Connector token): |(?:Client|Provider|Connector): java -jar \S+ [a-z]+ -t )"
                      r"[0-9a-f]{32}(?: -c CONNECTOR_TOKEN)?(?: -u \S+)?$")
_JAR = "linksocks.jar"
_EVERYTHING = "-dd"
_SIDES = {"server", "client"}


def check(whole_run):
    """Takes the logs of all programs that were ever started; a whole run must have had both sides log everything."""
    commands = {program: _words(program.command) for program in Running.started}
    ours = [program for program, words in commands.items() if any(word.endswith(_JAR) for word in words)]
    forms = {form for words in commands.values() for secret in _secrets(words) for form in _forms(secret)}
    verbose = {side for program in ours for side in _SIDES & set(commands[program])
               if _EVERYTHING in commands[program] and " DEBUG " in program.output()}
    if whole_run and (not forms or verbose != _SIDES):
        raise Failure(f"{len(ours)} logs and {len(forms)} secrets, {_EVERYTHING} at {sorted(verbose)}: that proves nothing")
    leaks = [leak for program in ours for leak in _leaks(program, forms)]
    if leaks:
        raise Failure("\n".join([f"{len(leaks)} leaks", *leaks[:20]]))


def _words(command):
    """What a command consists of, also when it is one for a shell."""
    return [word for part in command for word in shlex.split(str(part))]


def _secrets(words):
    # What stands before the jar are options of others: the -c of a shell is no token.
    ours = [*itertools.dropwhile(lambda word: not word.endswith(_JAR), words)]
    for flag, value in zip(ours, ours[1:]):
        if flag in _SECRET_FLAGS:
            yield from value.split("#")  # a token, and what is for its ends alone
    for word in words:
        yield from _PASSWORD_IN_URL.findall(word)


def _forms(secret):
    return secret, hashlib.sha256(secret.encode()).hexdigest()


def _leaks(program, forms):
    for line in program.output().splitlines():
        found = [form for form in forms if form in line] + _HASH_OR_TOKEN.findall(line)
        if found and not _MADE_UP.match(line):
            yield f"{program.log}: {found} in {line}"
