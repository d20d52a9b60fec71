"""Take the pictures of the README and the docs: the report and every page of the review app over the shipped corpus.

Needs Chromium; run as ``python docs/pictures.py`` after ``make setup``. Writes PNG files into ``docs/pictures``. With
``--looks FOLDER`` it writes into that folder instead, each page whole, light and dark, 1280 and 320 px wide: for
looking at all of them before a release.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"
CONVENING = [sys.executable, "-c", "from pipeline.cli import main; main()"]
ALONE, TOGETHER = 8790, 8791  # ports: one reviewer on this machine, and several with accounts
PASSWORD = "for-pictures-only"  # noqa: S105 - of a copy that is thrown away
PEOPLE = (("berta", "reviewer"), ("carl", "reviewer"), ("mary", "adjudicator"))
LOOKS = tuple((width, dark) for width in (1280, 320) for dark in (False, True))
PASTED = (
    "# Forty teams met\n\nOn 3 May 2021 forty teams met in Lyon. The city gave EUR 2.5 million, up from 1.1 million.\n"
)


class Camera:
    """Takes pictures of pages, in one look, or in all of them."""

    def __init__(self, browser: Any, to: Path, *, every_look: bool) -> None:
        self.browser, self.to, self.every_look = browser, to, every_look

    def person(self, address: str, name: str = "") -> Any:
        """A page of a browser of its own, logged in as *name* if given."""
        page = self.browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        page.goto(address)
        if name:
            page.fill("input[name=name]", name)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button.main")
            page.wait_for_selector(".who")
        return page

    def take(self, page: Any, name: str, *, width: int = 1280, height: int = 860, dark: bool = False) -> None:
        """A picture of what *page* shows; with every look, four of all of it."""
        for w, d in LOOKS if self.every_look else ((width, dark),):
            page.emulate_media(color_scheme="dark" if d else "light")
            page.set_viewport_size({"width": w, "height": height})
            look = f"-{w}{'-dark' if d else ''}" if self.every_look else ""
            page.screenshot(path=self.to / f"{name}{look}.png", full_page=self.every_look)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 860})


def report(camera: Camera, address: str) -> None:
    """The report of a run."""
    page = camera.person(address)
    camera.take(page, "report", height=1000)
    camera.take(page, "report-dark", height=1000, dark=True)
    camera.take(page, "report-narrow", width=320, height=1000)


def alone(camera: Camera, address: str) -> None:
    """Every page as one reviewer sees it on their own machine."""
    page = camera.person(f"{address}/?words=allocated")
    camera.take(page, "review")
    camera.take(page, "review-dark", dark=True)
    camera.take(page, "review-narrow", width=320)
    page.click("#correct > summary")
    camera.take(page, "correct")
    for name in ("claims", "posts", "themes", "names", "runs", "add", "help", "api"):
        page.goto(f"{address}/{name}")
        camera.take(page, name)
    for name, link in (("theme", "/themes"), ("name", "/names"), ("post", "/posts")):
        page.goto(address + link)
        page.locator(f'main td a[href^="{link}/"]').first.click()
        page.wait_for_load_state()
        camera.take(page, name)
    here = page.url
    for name in ("original", "details"):
        page.goto(f"{here}/{name}")
        camera.take(page, name)
    page.goto(f"{address}/add")
    page.fill("textarea", PASTED)
    page.locator("form:has(textarea) button").click()
    page.wait_for_load_state()
    camera.take(page, "add-preview")
    for name, path in (
        ("missing", "/claims/no-such-claim"),
        ("refused", "/claims?least=plenty"),
        ("empty", "/?words=xyzzy"),
    ):
        page.goto(address + path)
        camera.take(page, name)
    page.goto(f"{address}/bulk?kind=percent&unit=percent")
    camera.take(page, "bulk")
    for n, claim in enumerate(alike(page, address)):
        body = {"act": f"picture-{n:04d}", "version": claim["version"], "verdict": "reject", "reason": "not-a-claim"}
        decide(page, address, claim["id"], body)
    page.goto(f"{address}/proposals")
    camera.take(page, "proposals")
    offer = page.locator('a.button[href^="/proposals/"]')
    if offer.count():
        offer.first.click()
        page.wait_for_load_state()
        camera.take(page, "proposal")


def together(camera: Camera, address: str) -> None:
    """What reviewers with accounts see: the log-in, a claim changed meanwhile, a dispute, and the log."""
    camera.take(camera.person(address), "login")
    people = {name: camera.person(address, name) for name, _ in PEOPLE}
    claims = people["berta"].request.get(f"{address}/api/claims?kind=money&limit=2").json()["claims"]
    for claim in claims[:1]:
        for n, (name, more) in enumerate((("berta", {"verdict": "accept"}), ("carl", {"verdict": "correct"}))):
            seen = people[name].request.get(f"{address}/api/claims/{claim['id']}").json()
            fields = {"fields": {"bound": "at_least", "subject": "The city"}} if name == "carl" else {}
            decide(
                people[name],
                address,
                claim["id"],
                {"act": f"dispute-{n:03d}", "version": seen["version"], **more, **fields},
            )
        people["mary"].goto(f"{address}/claims/{claim['id']}")
        camera.take(people["mary"], "dispute")
    for claim in claims[1:]:
        page = people["mary"]
        page.goto(f"{address}/claims/{claim['id']}")
        seen = page.request.get(f"{address}/api/claims/{claim['id']}").json()
        decide(page, address, claim["id"], {"act": "meanwhile-1", "version": seen["version"], "verdict": "accept"})
        page.click('#verdicts button[value="flag"]')
        page.wait_for_selector(".problem")
        camera.take(page, "changed")
    people["mary"].goto(f"{address}/decisions")
    camera.take(people["mary"], "decisions")


def alike(page: Any, address: str) -> list[dict[str, Any]]:
    """Three claims of one publisher and unit, of which there are more, each with its version."""
    found = page.request.get(f"{address}/api/claims?kind=duration&unit=year&limit=200").json()["claims"]
    return [page.request.get(f"{address}/api/claims/{each['id']}").json() for each in found[:4]]


def decide(page: Any, address: str, claim: str, body: dict[str, Any]) -> None:
    """Take down a decision by the API, as *page*'s person."""
    answer = page.request.post(f"{address}/api/claims/{claim}/decisions", data=body, headers={"Origin": address})
    if not answer.ok:
        raise SystemExit(f"{claim}: {answer.status} {answer.text()}")


@contextmanager
def reviewing(corpus: Path, port: int, *more: str) -> Iterator[str]:
    """The address of a review app over *corpus*."""
    address = f"http://127.0.0.1:{port}"
    command = [*CONVENING, "review", "--corpus", str(corpus), "--no-browser", "--port", str(port), *more]
    app = subprocess.Popen(command)  # noqa: S603
    try:
        _wait(f"{address}/static/review.css")
        yield address
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


def main() -> None:
    """Run the pipeline over a copy of the shipped corpus, and take every picture."""
    from playwright.sync_api import sync_playwright

    from pipeline.ledger import accounts
    from pipeline.ledger.ledger import Ledger

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", type=Path, metavar="FOLDER", help="all pages in four looks, into this folder")
    looks: Path | None = parser.parse_args().looks
    pictures = looks or HERE / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        corpus, outputs = Path(folder) / "corpus", Path(folder) / "outputs"
        shutil.copytree(CORPUS, corpus, ignore=shutil.ignore_patterns("ledger.db*", ".*", "decisions"))
        subprocess.run([*CONVENING, "run", "--corpus", str(corpus), "--outputs", str(outputs)], check=True)  # noqa: S603
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        camera = Camera(
            started.chromium.launch(executable_path=chromium, args=["--no-sandbox"]), pictures, every_look=bool(looks)
        )
        report(camera, f"file://{outputs}/report/index.html")
        with reviewing(corpus, ALONE, "--reviewer", "anna") as address:
            alone(camera, address)
        with Ledger(corpus / "ledger.db") as ledger:
            for name, role in PEOPLE:
                accounts.add(ledger, name, PASSWORD, role=role)
        with reviewing(corpus, TOGETHER) as address:
            together(camera, address)
        camera.browser.close()


if __name__ == "__main__":
    main()
