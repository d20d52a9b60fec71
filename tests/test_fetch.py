"""Fetching from a site that behaves badly in every way we know of."""

from __future__ import annotations

import gzip
import itertools
import pickle
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from servers.rows import cases
from servers.site import HOST, Answer, Asked, Site, page

from pipeline.ingest import Fetcher, FetchError
from pipeline.ingest.fetching import Response, retry_after
from pipeline.ingest.guard import RefusedError, is_public
from pipeline.ingest.robots import read_robots

BROTLI_BOMB = bytes.fromhex(  # 50 MB of NUL in 80 bytes
    "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3f"
    "feffffc13f0110870500baf77ffcffff837f02200e0b0074effff20f5e0fff04401c1600e8a0eb01"
)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on loopback without rules for robots."""
    with Site() as site:
        yield site


def fetcher(**options: Any) -> Fetcher:
    """A fetcher that may go to the test's site, and does not wait."""
    return Fetcher(**({"allow": frozenset({HOST}), "pause": 0.0, "attempts": 1} | options))


def refused(site: Site, path: str, **options: Any) -> FetchError:
    """The error that fetching *path* ends in."""
    with pytest.raises(FetchError) as caught:
        fetcher(**options).get(site.url(path))
    return caught.value


@pytest.mark.parametrize("case", cases("ingest_addresses"))
def test_addresses_that_are_not_public_are_refused(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their spelling, and before any packet: no name is looked up, no socket opened."""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it was connected to"))
    url = case["url"] * case.get("times", 1)
    with pytest.raises(FetchError) as caught:
        Fetcher(resolve=lambda *_: pytest.fail("it was looked up")).get(url, robots=False)
    assert caught.value.kind == "refused"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["10.1.2.3"], ["93.184.215.14", "127.0.0.1"], ["::1"], ["fe80::1"], []]
)
def test_names_that_lead_inward_are_refused(answers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One inward address among a name's answers is enough; nothing is sent."""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it was connected to"))
    with pytest.raises(FetchError) as caught:
        Fetcher(resolve=lambda *_: answers).get("http://inward.example.org/")
    assert caught.value.kind == "refused"


def test_a_name_is_looked_up_once_for_a_connection(site: Site) -> None:
    """What was checked is what is connected to: a name that changes its mind changes nothing."""
    site.pages["/a"] = Answer(body=b"hello")
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return [HOST]

    response = fetcher(resolve=resolve, allow=frozenset({"rebind.test"})).get(
        site.url("/a", "rebind.test"), robots=False
    )
    assert response.body == b"hello"
    assert looked_up == ["rebind.test"]
    assert site.asked[0].headers["host"] == f"rebind.test:{site.port}"


def test_a_name_that_turns_inward_between_two_requests_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection is checked anew: a first answer that was public opens no door for the second."""
    site.pages["/a"] = Answer(body=b"x")
    monkeypatch.setattr("pipeline.ingest.guard.is_public", lambda address: address == HOST)  # stands in for outside
    monkeypatch.setattr("pipeline.ingest.guard.PORTS", frozenset({site.port}))
    answers = iter([[HOST], [HOST], ["127.0.0.2"]])
    one = fetcher(resolve=lambda *_: next(answers), allow=frozenset())
    assert one.get(site.url("/a", "turning.example.org")).body == b"x"
    with pytest.raises(FetchError) as caught:
        one.get(site.url("/a", "turning.example.org"))
    assert caught.value.kind == "refused"


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2/", "http://localhost/", "http://169.254.169.254/latest/", "http://[::1]/", "file:///etc/passwd",
     "gopher://x/", "http://user:pw@127.0.0.1/", "//127.0.0.3/x", "http://0x7f.1/"],
)  # fmt: skip
def test_redirects_inward_are_refused(site: Site, target: str) -> None:
    """Every hop is checked, not the first address only."""
    site.pages["/a"] = Answer(status=302, headers={"Location": target})
    assert refused(site, "/a").kind == "refused"


def test_redirects_are_followed_up_to_five(site: Site) -> None:
    """Five hops are a page, six are none, a circle is none."""
    for number in range(6):
        site.pages[f"/{number}"] = Answer(status=301, headers={"Location": f"/{number + 1}"})
    site.pages["/6"] = Answer(body=b"end")
    response = fetcher().get(site.url("/1"))
    assert (response.body, response.url, len(response.hops)) == (b"end", site.url("/6"), 5)
    assert response.moved_for_good
    assert refused(site, "/0").kind == "redirects"
    site.pages["/x"] = Answer(status=302, headers={"Location": "/y"})
    site.pages["/y"] = Answer(status=302, headers={"Location": "/x"})
    assert refused(site, "/x").kind == "redirects"
    site.pages["/z"] = Answer(status=302, headers={"Location": "/z"})
    assert refused(site, "/z").kind == "redirects"
    site.pages["/bad"] = Answer(status=302, headers={"Location": "http://[::1"})
    assert refused(site, "/bad").kind in {"redirects", "refused"}


def test_bodies_of_redirects_are_not_read(site: Site) -> None:
    """A bomb on the way costs nothing."""
    bomb = gzip.compress(b"\0" * 50_000_000)
    site.pages["/a"] = Answer(status=302, body=bomb, headers={"Location": "/b", "Content-Encoding": "gzip"})
    site.pages["/b"] = Answer(body=b"end")
    begun = time.monotonic()
    assert fetcher().get(site.url("/a")).body == b"end"
    assert time.monotonic() - begun < 2


def test_bombs_are_counted_when_unpacked(site: Site) -> None:
    """50 MB in 50 KB is too large, whatever its length says."""
    site.pages["/gzip"] = Answer(body=gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    site.pages["/deflate"] = Answer(body=zlib.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "deflate"})
    twice = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    site.pages["/twice"] = Answer(body=twice, headers={"Content-Encoding": "gzip, gzip"})
    site.pages["/brotli"] = Answer(body=BROTLI_BOMB, headers={"Content-Encoding": "br"})
    for path in ("/gzip", "/deflate", "/twice", "/brotli"):
        begun = time.monotonic()
        assert refused(site, path).kind in {"too_large"} | ({"broken"} if path == "/brotli" else set())
        assert time.monotonic() - begun < 3


def test_twenty_encodings_are_refused(site: Site) -> None:
    """A stack of encodings is no honest page."""
    site.pages["/a"] = Answer(body=b"x", headers={"Content-Encoding": ", ".join(["gzip"] * 20)})
    assert refused(site, "/a").kind == "broken"


def test_packed_pages_are_unpacked(site: Site) -> None:
    """An honest page comes through, however it was packed; a page that is not what it says is broken."""
    site.pages["/a"] = Answer(body=gzip.compress(page()), headers={"Content-Encoding": "gzip"})
    assert fetcher().get(site.url("/a")).body == page()
    site.pages["/b"] = Answer(body=page(), headers={"Content-Encoding": "gzip"})
    assert refused(site, "/b").kind == "broken"


def test_large_bodies_are_refused(site: Site) -> None:
    """By their stated length at once, else when the limit is passed."""
    site.pages["/said"] = Answer(body=b"", headers={"Content-Length": "999999999"})
    assert refused(site, "/said").kind == "too_large"
    site.pages["/sent"] = Answer(body=b"x" * 2_000)
    with pytest.raises(FetchError) as caught:
        fetcher().get(site.url("/sent"), limit=1_000)
    assert caught.value.kind == "too_large"


def test_slow_drips_end_at_the_deadline(site: Site) -> None:
    """A byte now and then keeps no run waiting."""
    site.pages["/a"] = Answer(body=b"x" * 1_000, drip=0.05)
    begun = time.monotonic()
    assert refused(site, "/a", whole_time=0.5).kind == "timeout"
    assert time.monotonic() - begun < 3


def test_broken_connections_are_tried_again(site: Site) -> None:
    """Three times at most; then it is an error."""
    site.pages["/a"] = [Answer(body=b"half a page", cut=4), Answer(body=b"whole")]
    assert fetcher(attempts=3).get(site.url("/a")).body == b"whole"
    site.pages["/b"] = Answer(body=b"half a page", cut=4)
    assert refused(site, "/b", attempts=2).kind == "connect"
    assert site.paths().count("/b") == 2


def test_passing_faults_are_tried_again(site: Site) -> None:
    """502 to 504 without Retry-After three times, everything else once."""
    site.pages["/a"] = [Answer(status=502), Answer(status=503), Answer(body=b"ok")]
    assert fetcher(attempts=3).get(site.url("/a")).body == b"ok"
    for status in (404, 410, 429, 500):
        site.pages[f"/{status}"] = Answer(status=status)
        assert fetcher(attempts=3).get(site.url(f"/{status}")).status == status
        assert site.paths().count(f"/{status}") == 1
    site.pages["/later"] = Answer(status=503, headers={"Retry-After": "60"})
    assert fetcher(attempts=3).get(site.url("/later")).status == 503
    assert site.paths().count("/later") == 1


def test_conditional_requests(site: Site) -> None:
    """Both validators are sent back, and not to another site."""
    site.pages["/a"] = Answer(status=304, headers={"ETag": '"2"'})
    response = fetcher().get(site.url("/a"), etag='"1"', last_modified="Sat, 02 Mar 2019 10:00:00 GMT")
    assert response.status == 304
    headers = site.asked[-1].headers
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Sat, 02 Mar 2019 10:00:00 GMT"
    fetcher().get(site.url("/a"), etag='"1"\r\nEvil: yes')
    assert "evil" not in site.asked[-1].headers


def test_who_we_are_is_said(site: Site) -> None:
    """The agent names the program and a way to reach its owner."""
    site.pages["/a"] = Answer(body=b"x")
    fetcher(contact="https://example.org/bot").get(site.url("/a"))
    assert site.asked[-1].headers["user-agent"].startswith("convening-ledger/")
    assert "(+https://example.org/bot)" in site.asked[-1].headers["user-agent"]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """A proxy would go where we may not."""
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    site.pages["/a"] = Answer(body=b"direct")
    assert fetcher().get(site.url("/a")).body == b"direct"


def test_robots_are_heeded(site: Site) -> None:
    """What they forbid is not asked for; they are read once."""
    site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /private\nAllow: /private/open\n")
    site.pages["/private/open"] = site.pages["/a"] = Answer(body=b"ok")
    one = fetcher()
    assert one.get(site.url("/a")).status == 200
    assert one.get(site.url("/private/open")).status == 200
    with pytest.raises(FetchError) as caught:
        one.get(site.url("/private/x"))
    assert caught.value.kind == "robots"
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/a", "/private/open"]


def test_redirects_heed_robots_too(site: Site) -> None:
    """A redirect to a forbidden page ends there."""
    site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /private\n")
    site.pages["/a"] = Answer(status=302, headers={"Location": "/private/x"})
    assert refused(site, "/a").kind == "robots"
    assert "/private/x" not in site.paths()


@pytest.mark.parametrize(
    ("robots", "kind"),
    [
        (Answer(status=404), None),
        (Answer(status=403), None),
        (Answer(body=b"<!doctype html><p>Disallow: /"), None),
        (Answer(body=b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), "robots"),
        (Answer(status=500), "robots_unavailable"),
        (Answer(status=503, headers={"Retry-After": "9"}), "robots_unavailable"),
        (Answer(body=b"User-agent: *\nDisallow:\n" + b"# more\n" * 100_000), None),
    ],
)
def test_odd_robots(site: Site, robots: Answer, kind: str | None) -> None:
    """None means all is allowed; a fault of the server means not now."""
    site.pages["/robots.txt"] = robots
    site.pages["/a"] = Answer(body=b"ok")
    if kind is None:
        assert fetcher().get(site.url("/a")).body == b"ok"
    else:
        assert refused(site, "/a").kind == kind


def test_robots_made_to_cost_time_are_cut() -> None:
    """Of 100,000 rules with hundreds of wildcards only the beginning counts: the last rule refuses nothing."""
    body = b"User-agent: *\n" + b"".join(b"Disallow: /" + b"*a" * 500 + b"%d\n" % n for n in range(2_000))
    rules = read_robots(body + b"Disallow: /x\n" * 100_000)
    rules.allows("https://example.org/" + "a" * 1_000, "us")
    assert rules.allows("https://example.org/x", "us")


def test_one_request_at_a_time_and_a_pause(site: Site) -> None:
    """However many threads ask, a host is asked one at a time, with the pause between."""
    site.pages.update({f"/{number}": Answer(body=b"x", drip=0.05) for number in range(4)})
    one = fetcher(pause=0.2)
    threads = [threading.Thread(target=one.get, args=(site.url(f"/{number}"),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert site.at_once == 1
    times = sorted(asked.at for asked in site.asked)
    assert all(after - before >= 0.19 for before, after in itertools.pairwise(times))


def test_crawl_delay_is_heeded_up_to_a_minute(site: Site) -> None:
    """The site's own wish counts where it is longer than ours."""
    site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nCrawl-delay: 7200\n")
    site.pages["/a"] = site.pages["/b"] = Answer(body=b"x")
    slept: list[float] = []
    one = fetcher(sleep=slept.append)
    one.get(site.url("/a"))
    one.get(site.url("/b"))
    assert len(slept) == 2
    assert all(50 < seconds <= 60 for seconds in slept)


def test_answers_of_a_function(site: Site) -> None:
    """A header with odd bytes, or a type that lies, is passed on as it came."""

    def answer(asked: Asked) -> Answer:
        return Answer(body=asked.path.encode(), headers={"Content-Type": "application/pdf"})

    site.pages["/a"] = answer
    assert fetcher().get(site.url("/a")).content_type == "application/pdf"


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stated", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("Sun, 22 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Sun, 22 Nov 2020 13:00:00 GMT", timedelta(0)),
        ("99999999999999999999", timedelta(days=31)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=31)),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after(stated: str, wait: timedelta | None) -> None:
    """Seconds or a day, a month at most."""
    assert retry_after({"retry-after": stated}, NOW) == wait


def test_public_addresses() -> None:
    """Documentation, reserved and wrapped inward addresses are not public."""
    assert all(map(is_public, ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]))
    inward = [
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
        "2001:db8::1",
        "::",
        "::7f00:1",
        "ff02::1",
        "fc00::1",
        "not one",
        "",
    ]
    assert not any(map(is_public, inward))


def test_errors_pickle() -> None:
    """Errors pass between processes."""
    for error in (FetchError("https://a.org", "status", "it answered 404", 404), RefusedError("x", "y")):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), vars(again)) == (str(error), vars(error))


def test_no_hops_is_not_moved() -> None:
    """A page that answers at once has not moved."""
    assert not Response(url="https://a.org", status=200).moved_for_good
    assert not Response(url="https://a.org", status=200, hops=((301, "b"), (302, "c"))).moved_for_good
