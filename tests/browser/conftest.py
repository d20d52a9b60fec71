"""A headless Chromium for the tests here; without it they skip and say what is missing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (on Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[str]:
    """The address of a server over a small ledger on which nobody has decided."""
    from ledgers import small_ledger
    from review_server import served

    small_ledger(tmp_path / "ledger.db", reviewed=False).close()
    with served(tmp_path) as (address, _):
        yield address
