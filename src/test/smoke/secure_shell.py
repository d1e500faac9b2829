"""OpenSSH through the tunnel, by ProxyCommand and --stdio."""

import getpass
import subprocess
from pathlib import Path

from processes import LOOPBACK, PATIENCE, free_port
from stage import TOKEN, expect, scratch

_SIZE = 8 << 20


def _key(folder, name):
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def _sshd(stage, folder):
    """A server that lets the present user in with a key made for this; returns its port."""
    host, user, port = _key(folder, "host"), _key(folder, "user"), free_port()
    config = folder / "sshd_config"
    config.write_text(f"ListenAddress {LOOPBACK}:{port}\nHostKey {host}\nAuthorizedKeysFile {user}.pub\nPidFile none\n"
                      "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n")
    Path("/run/sshd").mkdir(exist_ok=True)
    stage.fleet.start("sshd", ["/usr/sbin/sshd", "-D", "-e", "-f", str(config)]).wait_for_port(port)
    return port


def ssh_by_proxy_command(stage):
    """A command's output of some megabytes arrives whole, its exit code too, and standard error has nothing else."""
    server_port = free_port()
    stage.server(server_port)
    with scratch() as name:
        folder = Path(name)
        port = _sshd(stage, folder)
        token = folder / "token"
        token.write_text(TOKEN)
        proxy = " ".join([*map(str, stage.program), "client", "--token-file", str(token), "-u", f"ws://{LOOPBACK}:{server_port}",
                          "--no-env-proxy", "--stdio", "%h:%p"])
        result = subprocess.run(
            ["ssh", "-F", "none", "-i", folder / "user", "-p", str(port), "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR",
             "-o", f"ProxyCommand={proxy}", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
             f"{getpass.getuser()}@{LOOPBACK}", f"head -c {_SIZE} /dev/zero; exit 7"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
    expect(result.returncode == 7, f"exit code {result.returncode}: {result.stderr.decode()}")
    expect(result.stdout == bytes(_SIZE), f"{len(result.stdout)} bytes")
    expect(result.stderr == b"", result.stderr.decode())
    return f"{_SIZE >> 20} MiB and an exit code through ProxyCommand"


CHECKS = {"ssh by ProxyCommand": ssh_by_proxy_command}
