"""Reading many posts at once: partitions of posts, and the processes that read them.

A worker loads the model once, never imports Prefect, and may die: no post is lost with it. Whoever reads,
in whatever number, the answers come in the order of the posts, so that what is made of them is the same.
"""

from pipeline.workers.partitions import Partition, partitions
from pipeline.workers.pool import WorkerError, Workers, processes_that_pay
from pipeline.workers.work import Outcome, read_here, read_partition

__all__ = [
    "Outcome",
    "Partition",
    "WorkerError",
    "Workers",
    "partitions",
    "processes_that_pay",
    "read_here",
    "read_partition",
]
