"""What a run leaves to be seen in Prefect: a table of what was new, and where the report is."""

from __future__ import annotations

from prefect.artifacts import create_link_artifact, create_markdown_artifact

from pipeline.settings import Settings
from pipeline.steps import Report

SHOWN = 50  # rows of a table: who wants more looks into the ledger


def leave_artifacts(settings: Settings, report: Report) -> None:
    """Leave the table and the link with the flow run."""
    create_markdown_artifact(markdown(report), key="convening-run", description="What this run found")
    if report.outputs is not None:
        link = settings.report_url or (report.outputs.resolve() / "report" / "index.html").as_uri()
        create_link_artifact(link, key="convening-report", link_text="The report", description="All that was found")


def markdown(report: Report) -> str:
    """The run's figures, and each file that was new or left out, as tables; paths and reasons, no words of posts."""
    told = report.summary()
    figures = {
        **{f"posts {what}": n for what, n in told["posts"].items()},
        "posts read for claims": told["extracted"],
        **{f"claims: {kind}": n for kind, n in told["claims"].items()},
        **{str(what): n for what, n in told["themes"].items() if isinstance(n, int)},
        **{f"findings: {kind}": n for kind, n in told["findings"].items()},
    }
    lines = [
        f"Run `{report.id}`" if report.id else "Nothing was new",
        "",
        "| | |",
        "|---|---:|",
        *(f"| {what} | {n} |" for what, n in figures.items()),
    ]
    rows = sorted((what, item, why) for item, (what, why) in report.read.rows.items())
    if rows:
        lines += ["", "| file | what became of it | why |", "|---|---|---|"]
        lines += [f"| {_cell(item)} | {what} | {_cell(why)} |" for what, item, why in rows[:SHOWN]]
        if len(rows) > SHOWN:
            lines += ["", f"and {len(rows) - SHOWN} more"]
    lines += [f"\n- {_cell(said)}" for said in report.repaired]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """*text* as one cell: on one line, and with nothing that Markdown or HTML would take for a command."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    for sign in "\\|`*_[]<>&":
        plain = plain.replace(sign, f"&#{ord(sign)};" if sign != "&" else "&")
    return plain
