"""When the flow runs by itself: served from this process, or deployed to a work pool of a Prefect server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval, Schedule
from prefect.types.entrypoint import EntrypointType

from pipeline.flows.convening import run
from pipeline.prefect_home import OrchestrationError

NAME = "convening"
ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)  # the next one is soon


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When to run: by a cron line or every so often; ``jitter`` is how many seconds later a run may begin."""

    cron: str = ""
    every: timedelta = timedelta()
    timezone: str = "UTC"
    jitter: float = 0

    def schedule(self) -> Schedule:
        """As Prefect has it. Raises ``OrchestrationError`` for a cron line or time zone that is none."""
        try:
            if self.cron:
                made = Cron(self.cron, timezone=self.timezone)
            else:
                made = Interval(self.every, timezone=self.timezone)
            deployment(self, {}, schedule=made)  # the client checks here
        except ValueError as error:
            raise OrchestrationError(
                f"--cron {self.cron!r}, --timezone {self.timezone!r}", "is not a time that Prefect understands"
            ) from error
        return made


def deployment(
    timetable: Timetable, parameters: dict[str, Any], *, schedule: Schedule | None = None
) -> RunnerDeployment:
    """The flow with its timetable and *parameters*, as a deployment; found by its module, wherever it is installed."""
    made = run.to_deployment(
        NAME,
        schedule=schedule or timetable.schedule(),
        parameters=parameters | ({"jitter": timetable.jitter} if timetable.jitter else {}),
        tags=["convening"],
        concurrency_limit=ONE,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return cast(RunnerDeployment, made)


def serve(timetable: Timetable, parameters: dict[str, Any]) -> None:
    """Run the flow whenever it is due, from this process, until it is stopped."""
    from prefect import serve as serve_all

    serve_all(deployment(timetable, parameters), limit=1, pause_on_shutdown=False, print_starting_message=False)


def deploy(timetable: Timetable, parameters: dict[str, Any], *, pool: str) -> str:
    """Give the flow to the work pool called *pool* of the server that the environment names; the deployment's name.

    Raises ``OrchestrationError`` where there is no such pool, or no such server.
    """
    from httpx import HTTPError
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound, PrefectException

    made = deployment(timetable, parameters)
    try:
        with get_client(sync_client=True) as client:
            client.read_work_pool(pool)  # what is deployed to one that is not there breaks the server
        made.apply(work_pool_name=pool)
    except ObjectNotFound as error:
        raise OrchestrationError(
            f"the work pool {pool!r}", f"is not there. Make it: prefect work-pool create --type process {pool}"
        ) from error
    except (HTTPError, PrefectException, ValueError, OSError, RuntimeError) as error:
        raise OrchestrationError(
            "the Prefect server",
            f"did not take the flow ({type(error).__name__}). Check that it runs, and PREFECT_API_URL",
        ) from error
    return f"{made.flow_name}/{made.name}"
