"""Running the review app: on loopback without more ado, beyond it only with accounts."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.ledger import accounts
from pipeline.ledger.decisions import decision_log
from pipeline.ledger.ledger import Ledger
from pipeline.review.guard import is_loopback


class UnsafeAddressError(PipelineError):
    """The server may not listen there."""


def serve(
    *,
    ledger: Ledger | str | Path,
    corpus: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    open_browser: bool = True,
    say: Callable[[str], None] = print,
    **more: Any,
) -> None:
    """Serve the app until interrupted; tells its address with *say*, and opens the browser.

    Where *port* is taken, the next free one is used.
    """
    import uvicorn

    from pipeline.review.app import create_app

    opened = ledger if isinstance(ledger, Ledger) else Ledger(ledger)
    if not is_loopback(host) and not accounts.names(opened):
        raise UnsafeAddressError(
            host,
            "other machines could reach the review app there, so it needs accounts. "
            "Make one first: convening accounts add NAME --role adjudicator",
        )
    with free_socket(host, port) as listening:
        port = listening.getsockname()[1]
        app = create_app(ledger=opened, corpus=corpus, host=host, port=port, **more)
        address = f"http://{'127.0.0.1' if is_loopback(host) and ':' not in host else host}:{port}/"
        say(f"Review at {address} (Ctrl+C ends it)")
        if open_browser:
            webbrowser.open(address)
        config = uvicorn.Config(app, log_level="warning", proxy_headers=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listening])
    decision_log.export(opened, corpus / "decisions")  # plain lines, for version control and for a lost ledger


def free_socket(host: str, port: int) -> socket.socket:
    """A socket that listens already on *host*, at *port* or the next free one. Raises ``UnsafeAddressError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for offered in [*range(port, port + 20), 0] if port else [0]:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host.strip("[]"), offered))
            made.listen()  # now, so that the browser finds it, and no other server takes the port meanwhile
        except OSError as error:
            made.close()
            if offered == 0:
                raise UnsafeAddressError(host, f"cannot be listened on ({error})") from error
        else:
            return made
    raise UnsafeAddressError(host, "has no free port")
