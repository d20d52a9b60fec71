"""A review app for tests: over a small ledger, called directly, or served on a free port in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from pipeline.ledger.ledger import Ledger
from pipeline.review.app import create_app

HERE = Path(__file__).parent


@contextmanager
def client(ledger: Ledger, folder: Path, **more: Any) -> Iterator[TestClient]:
    """A client of an app over *ledger* that asks as a browser on the same site would."""
    app = create_app(ledger=ledger, corpus=folder, port=8765, **({"reviewer": "ada"} | more))
    with TestClient(app, base_url="http://127.0.0.1:8765", headers={"Origin": "http://127.0.0.1:8765"}) as made:
        yield made


@contextmanager
def served(
    folder: Path, *, reviewer: str | None = "ada", extra: str = ""
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server over the ledger in *folder*, and its process, which is ended afterwards."""
    code = (
        "import sys; from pathlib import Path; from pipeline.review.serve import serve\n"
        "from pipeline.extract.quantities import find_quantities\n"
        f"serve(ledger=Path({str(folder / 'ledger.db')!r}), corpus=Path({str(folder)!r}), port=0, open_browser=False, "
        f"reviewer={reviewer!r}, read_quantities=find_quantities, say=lambda s: print(s, flush=True){extra})"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    address = next(word for word in said.split() if word.startswith("http")).rstrip("/")
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/static/review.css", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield address, process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
