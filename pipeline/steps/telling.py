"""Telling somebody that a run failed: a web hook or a mail, in a sentence without a word of any post."""

from __future__ import annotations

import json
import smtplib
import socket
import traceback
from collections.abc import Callable
from email.message import EmailMessage
from http.client import HTTPException
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import Request, urlopen

from pipeline.errors import PipelineError
from pipeline.settings import Settings

PATIENCE = 20.0  # seconds for the hook or the mail server to answer


def tell_failure(settings: Settings, *, run: str, error: BaseException | None) -> str | None:
    """Tell who ``settings.on_failure`` names that the run called *run* failed; why they could not be told.

    ``https://…`` (or http) gets a POST of JSON with the field ``text``, as chat services take it; ``mailto:ADDRESS``
    a mail through the mail server of this machine, or the one of ``?host=NAME:PORT``, from ``&from=ADDRESS``.
    Never raises: the run's own failure is what matters.
    """
    where = settings.on_failure
    if not where:
        return None
    try:
        scheme = urlsplit(where).scheme.lower()
        way = WAYS.get(scheme)
        if way is None:
            named = scheme or "no scheme"
            return f"CONVENING_ON_FAILURE is neither https://… nor mailto:…, so nobody was told ({named})"
        way(where, sentence(run, error))
    except (OSError, HTTPException, smtplib.SMTPException, ValueError) as failed:
        return f"nobody could be told of the failure ({type(failed).__name__})"  # the address may be a secret
    return None


def sentence(run: str, error: BaseException | None) -> str:
    """What is told: the run, this machine, and the reason; of an error that is a bug only its type and place."""
    if isinstance(error, PipelineError):
        reason = "".join(c if c.isprintable() else " " for c in str(error))[:500]
    elif error is None:
        reason = "its process was killed or its machine went down; what it had done is kept"
    else:
        last = traceback.extract_tb(error.__traceback__)[-1:]
        place = f" in {last[0].filename.rsplit('/', 1)[-1]}, line {last[0].lineno}" if last else ""
        reason = f"{type(error).__name__}{place}"
    return f"convening on {socket.gethostname()}: {run} failed: {reason}"


def _post(where: str, said: str) -> None:
    body = json.dumps({"text": said}).encode()
    request = Request(where, data=body, headers={"Content-Type": "application/json"}, method="POST")  # noqa: S310
    with urlopen(request, timeout=PATIENCE):  # noqa: S310 - only http and https come here
        pass


def _mail(where: str, said: str) -> None:
    parts = urlsplit(where)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host, _, port = asked.get("host", "localhost").partition(":")
    mail = EmailMessage()
    mail["To"] = unquote(parts.path)
    mail["From"] = asked.get("from", f"convening@{socket.gethostname()}")
    mail["Subject"] = "A run of convening failed"
    mail.set_content(said + "\n")
    with smtplib.SMTP(host, int(port or 25), timeout=PATIENCE) as server:
        server.send_message(mail)


WAYS: dict[str, Callable[[str, str], None]] = {"http": _post, "https": _post, "mailto": _mail}
