"""Free ports, and the addresses where a process listens."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

LISTENING = "0A"


def free_ports(count: int) -> int:
    """The first of `count` ports in a row that nobody listens on."""
    while True:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            first: int = found.getsockname()[1]
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in range(first, first + count):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first


def listening_addresses(pid: int) -> set[tuple[str, int]]:
    """(address, port) of every TCP socket on which the process listens, as Linux tells it."""
    inodes = set(_socket_inodes(pid))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in inodes:
                address, port = fields[1].split(":")
                found.add((_readable(address), int(port, 16)))
    return found


def _socket_inodes(pid: int) -> Iterator[str]:
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            target = str(descriptor.readlink())
            if target.startswith("socket:["):
                yield target.removeprefix("socket:[").removesuffix("]")


def _readable(address: str) -> str:
    # Each 32-bit word in the machine's (little-endian) order.
    raw = bytes.fromhex(address)
    return str(ip_address(b"".join(raw[start : start + 4][::-1] for start in range(0, len(raw), 4))))
