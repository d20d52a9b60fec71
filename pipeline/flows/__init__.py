"""The flow that a schedule runs, under Prefect. The only room that imports Prefect.

A task is a whole step over all that is new, never one post: Prefect's cost is then a few seconds a run. What is
done is known by the ledger, by content, not by Prefect's cache or states; so a run that was killed, whatever
Prefect thinks of it, is gone on with by the next one.
"""

from pipeline.flows.convening import run, run_with
from pipeline.flows.schedule import Timetable, deploy, serve

__all__ = ["Timetable", "deploy", "run", "run_with", "serve"]
