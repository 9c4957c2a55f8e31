"""Ports on loopback: a free one, whether one is taken, and by whom."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

from dateline.errors import StackError

_TRIES = 100
_LISTEN = "0A"  # TCP_LISTEN in /proc/net/tcp


def free_port(count: int = 1) -> int:
    """The first of `count` ports in a row that nobody listens on now.

    They lie below those that systems hand out to outgoing connections, which would take one of
    them before a server does.

    Raises:
        StackError: no such row was found.
    """
    for _ in range(_TRIES):
        first = 20_000 + secrets.randbelow(12_000)
        if not any(taken(port) for port in range(first, first + count)):
            return first
    raise StackError(f"no {count} free ports in a row between 20000 and 32000")


def taken(port: int) -> bool:
    """Whether a server could not be bound to 127.0.0.1:`port`."""
    with socket.socket() as probe:
        # A port in TIME_WAIT is free to a server; without this it looks taken after each restart.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def holder(port: int) -> str:
    """Who listens on the port, as far as /proc tells: "pid 4711 (nginx)", or "another process"."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for fd in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        try:
            if str(fd.readlink()) in inodes:
                pid = fd.parts[2]
                return f"pid {pid} ({Path('/proc', pid, 'comm').read_text().strip()})"
        except OSError:
            continue  # another user's process, or one that has just ended
    return "another process"


def _listening_inodes(port: int) -> list[str]:
    inodes = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if columns[3] == _LISTEN and int(columns[1].rpartition(":")[2], 16) == port:
                inodes.append(columns[9])
    return inodes
