"""Take the pictures of the README and the docs: the report and the review app over the shipped corpus.

Needs Chromium; run as ``python docs/pictures.py`` after ``make setup``. Writes PNG files into ``docs/pictures``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"
CONVENING = [sys.executable, "-c", "from pipeline.cli import main; main()"]
PORT = 8790


def shoot(address: str, to: Path, *, width: int = 1280, height: int = 860, dark: bool = False) -> None:
    """A picture of the page at *address*, in light or dark."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        page.goto(address)
        page.screenshot(path=to)
        browser.close()


def main() -> None:
    """Run the pipeline over a copy of the shipped corpus, and take every picture."""
    pictures = HERE / "pictures"
    pictures.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus, outputs = Path(folder) / "corpus", Path(folder) / "outputs"
        shutil.copytree(CORPUS, corpus, ignore=shutil.ignore_patterns("ledger.db*", ".*", "decisions"))
        subprocess.run([*CONVENING, "run", "--corpus", str(corpus), "--outputs", str(outputs)], check=True)  # noqa: S603
        report = f"file://{outputs}/report/index.html"
        shoot(report, pictures / "report.png", height=1000)
        shoot(report, pictures / "report-dark.png", height=1000, dark=True)
        shoot(report, pictures / "report-narrow.png", width=320, height=1000)
        command = [*CONVENING, "review", "--corpus", str(corpus), "--no-browser", "--port", str(PORT)]
        app = subprocess.Popen([*command, "--reviewer", "anna"], env=os.environ)  # noqa: S603
        try:
            address = f"http://127.0.0.1:{PORT}"
            _wait(address)
            shoot(f"{address}/?words=allocated", pictures / "review.png")
            shoot(f"{address}/?words=allocated", pictures / "review-dark.png", dark=True)
            shoot(f"{address}/?words=allocated", pictures / "review-narrow.png", width=320)
            for name in ("claims", "posts", "themes", "runs", "add", "decisions", "help"):
                shoot(f"{address}/{name}", pictures / f"{name}.png")
        finally:
            app.terminate()
            app.wait()


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server on loopback
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"{address} did not answer")


if __name__ == "__main__":
    main()
