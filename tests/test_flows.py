"""The flow under Prefect: one test starts it; the others look at what it is made of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

PATHS = os.pathsep.join([str(ROOT), str(ROOT / "tests")])


def convening(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does, with Prefect's own things in *home*."""
    env = os.environ | {"PREFECT_HOME": str(home)}
    code = "from pipeline.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, env=env, timeout=600
    )


def test_run_goes_through_prefect_and_then_has_nothing_to_do(small_corpus: Path, tmp_path: Path) -> None:
    """`convening run --prefect` does the main job as a flow, and a second run says that nothing is new.

    It leaves a table and a link in Prefect, no post's text in its log, and no server behind. A ledger that breaks
    between two runs ends the third with a sentence.
    """
    at = ("run", "--corpus", str(small_corpus), "--outputs", str(tmp_path / "outputs"))
    first = convening(*at, "--prefect", "--json", "--log-json", home=tmp_path / "home")
    assert first.returncode == 0, first.stderr
    summary = json.loads(first.stdout)
    assert summary["posts"] == {"new": 3}
    assert summary["claims"]["money"] == 1
    logged = [json.loads(line) for line in first.stderr.splitlines() if line.startswith("{")]
    assert {line["run"] for line in logged} == {summary["run"]}
    assert {"reading posts", "finding claims", "publishing"} <= {line["step"] for line in logged}
    assert "Renewal Fund" not in first.stderr

    import sqlite3

    with sqlite3.connect(tmp_path / "home" / "prefect.db") as records:
        names = {name for (name,) in records.execute("SELECT name FROM task_run")}
        assert {name.rsplit("-", 1)[0] for name in names} >= {"read posts", "find claims", "publish outputs"}
        artifacts = dict(records.execute("SELECT key, data FROM artifact WHERE key IS NOT NULL"))
        told = str(artifacts) + str(list(records.execute("SELECT message FROM log")))
    assert "posts new" in artifacts["convening-run"]
    assert "report/index.html" in artifacts["convening-report"]
    assert "Renewal Fund" not in told

    second = convening(*at, home=tmp_path / "home")
    assert second.returncode == 0
    assert "3 unchanged" in second.stdout
    assert "nothing to extract" in second.stdout
    (small_corpus / "ledger.db").write_bytes(b"garbage" * 1000)
    for journal in small_corpus.glob("ledger.db-*"):
        journal.unlink()
    third = convening(*at, home=tmp_path / "home")
    assert third.returncode == 1
    assert "Traceback" not in third.stderr
    assert "damaged" in third.stderr


def in_prefect(code: str, tmp_path: Path) -> Any:
    """What *code*, which puts it into ``told``, finds in a process that imports Prefect without any server."""
    env = os.environ | {"PREFECT_HOME": str(tmp_path / "home"), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
    env["PYTHONPATH"] = PATHS
    whole = f"import json\n{code}\nprint(json.dumps(told, default=str))"
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, check=False, env=env, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


LOOK = """
import yaml
from pathlib import Path
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.exceptions import ParameterTypeError
from prefect.flows import load_flow_from_entrypoint
from pipeline import flows
from pipeline.flows.schedule import deployment
from pipeline.prefect_home import OrchestrationError

told = {}
declared = yaml.safe_load(Path("prefect.yaml").read_text("utf-8"))["deployments"]
told["declared"] = []
for one in declared:
    flow = load_flow_from_entrypoint(one["entrypoint"])
    flow.validate_parameters(one["parameters"])
    told["declared"].append([one["name"], flow.name, one["work_pool"]["name"], len(one["schedules"])])
told["refused"] = []
for wrong in ({"sample": -1}, {"runner": "spark"}, {"since": "yesterday"}, {"currency": "EURO"}):
    try:
        flows.run.validate_parameters(wrong)
    except ParameterTypeError:
        told["refused"].append(next(iter(wrong)))
daily = deployment(flows.Timetable(cron="0 6 * * *", timezone="Europe/Lisbon", jitter=600), {"corpus": "posts"})
told["daily"] = [daily.entrypoint, daily.schedules[0].schedule.cron, daily.schedules[0].schedule.timezone,
                 daily.parameters, daily.concurrency_limit, daily.tags]
told["nonsense"] = []
for wrong in ({"cron": "every day"}, {"cron": "0 6 * * *", "timezone": "Mars/Olympus"}):
    try:
        flows.Timetable(**wrong).schedule()
    except OrchestrationError as error:
        told["nonsense"].append(str(error))
from pipeline.flows import tasks
told["tasks"] = {task.name: [task.retries, task.timeout_seconds, sorted(task.tags)] for task in
    (tasks.read_posts, tasks.extract_claims, tasks.publish_outputs)}
class Failed:
    def __init__(self, error): self.error = error
    def result(self): raise self.error
from pipeline.ledger.errors import BusyLedgerError, LedgerError
told["heals"] = [tasks._can_heal(None, None, Failed(error)) for error in
    (BusyLedgerError("l", "is held"), LedgerError("l", "is damaged"), ValueError("x"))]
from prefect.states import Crashed, Failed as FailedState
from pipeline.flows import convening as made
from pipeline.steps import BusyError, CorpusError
heard = []
made.telling.tell_failure = lambda settings, run, error: heard.append([run, repr(error)])
flow_run = type("Run", (), {"parameters": {"corpus": "posts"}, "name": "quick-otter"})
for state in (Crashed(message="killed"), FailedState(data=CorpusError("posts", "is not there")),
              FailedState(data=BusyError("posts", "another run is at work"))):
    made._tell(None, flow_run, state)
told["heard"] = heard
made.telling.tell_failure = lambda settings, run, error: "nobody could be told"
told["logged"] = []
made.flow_run_logger = lambda run, flow: type("Log", (), {"error": told["logged"].append})
made._tell(None, flow_run, Crashed(message="killed"))
"""


def test_the_flow_is_typed_scheduled_and_deployed_as_declared(tmp_path: Path) -> None:
    """`prefect.yaml` loads and its parameters fit the flow; wrong parameters and times fail before anything starts."""
    told = in_prefect(LOOK, tmp_path)
    assert told["declared"]
    assert all(flow == "convening-run" and pool == "convening" and n for _, flow, pool, n in told["declared"])
    assert told["logged"] == ["nobody could be told"]
    assert told["refused"] == ["sample", "runner", "since", "currency"]
    entrypoint, cron, zone, parameters, limit, tags = told["daily"]
    assert (cron, zone, tags) == ("0 6 * * *", "Europe/Lisbon", ["convening"])
    assert entrypoint == "pipeline.flows.convening.run"
    assert parameters == {"corpus": "posts", "jitter": 600}
    assert limit == 1
    assert len(told["nonsense"]) == 2
    assert all("not a time that Prefect understands" in said for said in told["nonsense"])
    assert all(retries == 2 and seconds and tags == ["convening"] for retries, seconds, tags in told["tasks"].values())
    assert told["heals"] == [True, False, False]
    (crash, failure) = told["heard"]  # that another run is at work is told to nobody
    assert crash == ["run over posts", "None"]
    assert failure[0] == "run over posts"
    assert "is not there" in failure[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "needs either --cron or --every"),
        (["--cron", "0 6 * * *", "--every", "6h"], "needs either --cron or --every"),
        (["--every", "often"], "not a length of time"),
        (["--every", "0h"], "no time at all"),
        (["--cron", "0 6 * * *", "--corpus", "/nowhere"], "there is no such folder"),
        (["--cron", "0 6 * * *", "--deploy"], "needs a Prefect server"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(words: list[str], said: str, small_corpus: Path, tmp_path: Path) -> None:
    """A sentence says what is missing, before Prefect is even imported."""
    from typer.testing import CliRunner

    from pipeline.cli import app

    given = words if "--corpus" in words else [*words, "--corpus", str(small_corpus)]
    done = CliRunner().invoke(app, ["schedule", *given], env={"PREFECT_HOME": str(tmp_path), "PREFECT_API_URL": None})
    assert done.exit_code == 1
    assert said in done.stderr.replace("\n", " ")


def test_lengths_of_time() -> None:
    """Weeks to seconds, alone or together."""
    from pipeline.cli.scheduling import duration

    assert [duration(told) for told in ("90s", "30m", "6h", "1d 12h", "2w")] == [
        timedelta(seconds=90),
        timedelta(minutes=30),
        timedelta(hours=6),
        timedelta(days=1.5),
        timedelta(weeks=2),
    ]
