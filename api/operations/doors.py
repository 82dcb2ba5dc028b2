"""Operations' operations: how everything is, and the figures for Prometheus."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.context import Context, Language, Now, Ours
from api.operations.addresses import workflow_address
from api.operations.examining import examine
from api.operations.findings import Finding, Report, Severity
from api.operations.guide import GUIDES, RUNBOOK, command_of
from api.operations.subject import Subject
from api.pages.catalogue import say
from api.shapes import AT, TICKET, example
from runtime import exposition
from runtime.settings import Settings

router = APIRouter(tags=["health"])

_FINDING: dict[str, Any] = {
    "code": "ticket-stuck", "severity": "critical", "part": "stuck",
    "meaning": "Stuck workflows: 1. Their workflow task fails, at attempt 7 by now.",
    "detail": "ticket-K7M39QX24T: non_deterministic_error: no command scheduled",
    "look": "The failure's message, and the history of the workflow.",
    "do": "Deploy code that can replay the history (mostly: the version before).",
    "command": "temporal workflow show --detailed --workflow-id ticket-K7M39QX24T",
    "runbook": "http://127.0.0.1:8080/operations/runbook#ticket-stuck", "tickets": [TICKET],
}  # fmt: skip
_PART = {"name": "stuck", "severity": "critical", "said": "workflows that fail again and again: 1", "seconds": 0.02}


class FindingView(BaseModel):
    """Something wrong. `detail` is the other side's own word; `command` can be pasted; `runbook` leads to its entry.

    `workflow` leads to the first ticket's workflow in the engine's Web UI, also of a ticket that is nowhere else.
    """

    model_config = example(**_FINDING)

    code: str
    severity: Severity
    part: str
    meaning: str
    detail: str
    look: str
    do: str
    command: str
    runbook: str
    tickets: list[str]
    workflow: str | None = None


class PartView(BaseModel):
    """A part and how it is; `unknown` where it cannot be looked at because something else is away."""

    model_config = example(**_PART)

    name: str
    severity: Severity
    said: str
    seconds: float


class HealthView(BaseModel):
    """The whole, no better than its worst part; what is critical comes first among the findings."""

    model_config = example(at=AT, severity="critical", parts=[_PART], findings=[_FINDING])

    at: datetime
    severity: Severity
    parts: list[PartView]
    findings: list[FindingView]


@router.get("/v1/operations/health", operation_id="read_operations_health", summary="What is wrong, and what to do")
async def health(ours: Ours, now: Now, language: Language) -> HealthView:
    """Every part of the installation, each looked at for some seconds at most: what `escalade doctor` shows.

    The answer is 200 however much is wrong; /health/ready is for load balancers.
    """
    return view(await examine(subject_of(ours, now)), ours.settings, language)


@router.get(
    "/metrics",
    operation_id="read_metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"example": "escalade_tickets_overdue 0.0\n"}}}},
)
async def metrics() -> Response:
    """This process's figures and, the same from each process, those of the database and the engine.

    In Prometheus' text format; no label holds anything personal. Give Prometheus a key of the role operations, narrowed
    to the scope `read_metrics`.
    """
    return Response(await run_in_threadpool(exposition.text), media_type=exposition.MEDIA_TYPE)


def subject_of(ours: Context, now: datetime) -> Subject:
    """What this process can examine."""
    return Subject(ours.database, ours.connected, ours.waiting_for, ours.settings, now)


def view(report: Report, settings: Settings, language: str) -> HealthView:
    """The report in somebody's language."""
    return HealthView(
        at=report.at,
        severity=report.severity,
        parts=[
            PartView(
                name=part.name,
                severity=part.severity,
                said=part.seen.said.words(language),
                seconds=round(part.seconds, 3),
            )
            for part in report.parts
        ],
        findings=[
            _finding(one, next(part.name for part in report.parts if one in part.seen.findings), settings, language)
            for one in report.findings
        ],
    )


def _finding(one: Finding, part: str, settings: Settings, language: str) -> FindingView:
    guide = GUIDES[one.code]
    return FindingView(
        code=one.code,
        severity=one.severity,
        part=part,
        meaning=one.meaning.words(language),
        detail=one.detail,
        look=say(language, guide.look),
        do=one.do.words(language) if one.do else say(language, guide.do),
        command=one.command or command_of(one.code, next(iter(one.tickets), None), settings.task_queue),
        runbook=f"{settings.pages_url}{RUNBOOK}#{one.code}",
        tickets=list(one.tickets),
        workflow=workflow_address(settings, one.tickets[0]) if one.tickets else None,
    )
