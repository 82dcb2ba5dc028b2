"""The sandbox in which tests and replays of recorded logs run workflow code, to catch what is not deterministic."""

from __future__ import annotations

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

OURS = ("domain", "workflows", "activities.names", "pydantic")
"""Not loaded anew for each ticket: pure, or names only. A test of the house keeps clocks and chance out of them."""


def runner() -> SandboxedWorkflowRunner:
    """A runner that guards everything but our own pure modules."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*OURS))
