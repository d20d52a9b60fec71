"""Prefect's surroundings, without importing it: where it lives, that it calls nobody, and a server of its own.

Prefect reads all this from the environment when it is imported, so it is to be set before.
"""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.errors import PipelineError

DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # a busy laptop needed 36; Prefect allows 30
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLIENT_MAX_RETRIES": "10",  # the server answers 503 under load
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",  # never a pickle
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",  # we use none, and it takes seconds
    "PREFECT_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",  # years of runs stay a small file
}
QUIET = {"PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL"}
STARTS = 180.0  # seconds that a server may take: the first start makes its tables, on a busy laptop
# The server ends when its standard input does, that is, when whoever started it is gone, however it went.
SERVE = """
import os, sys, threading
def watch():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=watch, daemon=True).start()
import uvicorn
uvicorn.run("prefect.server.api.server:create_app", factory=True, host="127.0.0.1", port=int(sys.argv[1]),
            log_level="critical", lifespan="on")
"""


class OrchestrationError(PipelineError):
    """Prefect, or its server, cannot be used."""


def settle(corpus: Path, *, quiet: bool = True) -> None:
    """Set Prefect's defaults, its home in a hidden folder of *corpus*; what the environment says wins.

    Unless *quiet* is false, Prefect writes no log: what goes wrong is said once, by us.
    """
    os.environ.setdefault("PREFECT_HOME", str((corpus / ".prefect").resolve()))
    for name, value in (DEFAULTS | (QUIET if quiet else {})).items():
        os.environ.setdefault(name, value)


def has_server() -> bool:
    """Whether the environment, or Prefect's profile in its usual home, names a server."""
    if os.environ.get("PREFECT_API_URL"):
        return True
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    try:
        return "PREFECT_API_URL" in (home / "profiles.toml").read_text("utf-8")
    except OSError:
        return False


class LocalServer:
    """A Prefect server of this process, on this machine only, with a password that nobody is told.

    Start it early: it takes seconds, which pass while other things are loaded. With *schedules* it starts what is
    due, too. To be used after ``settle`` and before Prefect is imported; it ends with the process at the latest.
    """

    def __init__(self, *, schedules: bool = False) -> None:
        self._port = _free_port()
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-P", "-c", SERVE, str(self._port)],
            env=os.environ | self._environment(schedules=schedules),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _environment(self, *, schedules: bool) -> dict[str, str]:
        """What the server's environment says; what its clients need is set in ours."""
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{self._port}/api"
        os.environ["PREFECT_API_AUTH_STRING"] = f"convening:{secrets.token_urlsafe(24)}"
        told = {
            "PREFECT_SERVER_API_AUTH_STRING": os.environ["PREFECT_API_AUTH_STRING"],
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{self._port}",
        }
        return told if schedules else told | {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait(self) -> None:
        """Wait until it answers. Raises ``OrchestrationError`` where it does not within three minutes."""
        until = time.monotonic() + STARTS
        while time.monotonic() < until and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(0.05)
        raise OrchestrationError(
            "Prefect's server",
            "did not start. Run with --no-prefect, or name a server with PREFECT_API_URL; if it never starts, "
            f"remove {os.environ.get('PREFECT_HOME')}, which holds nothing but Prefect's own records",
        )

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status in (200, 401)
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING"):
            os.environ.pop(name, None)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
