"""A PostgreSQL server of the tests' own, from the system's package: made in a temporary folder, gone when they end."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
UNSAFE_AND_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def programs() -> Path | None:
    """The folder of the server's programs, or ``None`` where it is not installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = [
        folder for place in PLACES for folder in Path("/").glob(place.lstrip("/")) if (folder / "initdb").is_file()
    ]
    return max(found, default=None)


class Server:
    """A running server; each ledger in it is a database of its own."""

    def __init__(self, port: int) -> None:
        """Know the server that listens on the loopback's *port*."""
        self.port = port

    def address(self, name: str) -> str:
        """The URL of the database *name*, made empty where it is not there yet."""
        with self._admin() as connection:
            if not connection.run("SELECT 1 FROM pg_database WHERE datname = :name", name=name):
                connection.run(f'CREATE DATABASE "{name}"')
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def address_for(self, path: Path) -> str:
        """The URL of the database that stands for the SQLite file at *path*."""
        return self.address("ledger_" + hashlib.sha256(str(path).encode()).hexdigest()[:16])

    def drop_all(self) -> None:
        """Remove every ledger."""
        with self._admin() as connection:
            for (name,) in connection.run("SELECT datname FROM pg_database WHERE datname LIKE 'ledger%'"):
                connection.run(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def _admin(self) -> Iterator[object]:
        import pg8000.native

        connection = pg8000.native.Connection("postgres", host="127.0.0.1", port=self.port, database="postgres")
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def running(bin_folder: Path) -> Iterator[Server]:
    """A server on a free port of the loopback, which anybody there may enter; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ledger-pg-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def call(*words: str) -> None:
        subprocess.run([*as_user, *words], check=True, capture_output=True, cwd=folder, timeout=120)

    data = str(folder / "data")
    try:
        call(
            str(bin_folder / "initdb"),
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {UNSAFE_AND_QUICK}"
        call(str(bin_folder / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-w", "-o", options, "start")
        try:
            yield Server(port)
        finally:
            call(str(bin_folder / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
