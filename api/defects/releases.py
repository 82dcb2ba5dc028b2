"""Releases: what R&D has published, and which defects it fixes. Staff only; a client reads its own ticket's news."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Context, Now, Ours
from api.http.idempotency import IdempotencyKey, digest
from api.http.problems import Problem, invalid
from api.shapes import AT, Body, example
from domain.commands import Line, Name, Text
from domain.defects import SETTLED, DefectId
from domain.releases import Release
from store import defects, releases

router = APIRouter(prefix="/v1/releases", tags=["R&D"])

_RELEASE: dict[str, Any] = {
    "product": "gates", "version": "11.4.2", "line": "11", "fixes": ["D-417"],
    "text": "Version 11.4.2 keeps the connection.",
}  # fmt: skip
_PUBLISHED = {**_RELEASE, "published_at": AT, "by": "dora"}
_Plain = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class PublishRelease(Body):
    """A version that is published. With `line` only the tickets about a version of that line are freed by it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_RELEASE]})

    product: Name
    version: Name
    line: Line | None = Field(None, description="the supported versions that it is for, as the beginning of theirs")
    fixes: list[DefectId] = Field([], max_length=200, description="the defects that it fixes")
    text: Text = Field(description="what every client who waits for one of them will read")


class ReleaseView(BaseModel):
    """A release as it was published."""

    model_config = example(**_PUBLISHED)

    product: str
    version: str
    line: str | None = None
    fixes: list[str]
    text: str
    published_at: datetime
    by: str


class ReleasePage(BaseModel):
    """Some releases, newest first; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_PUBLISHED], next="eyJhIjogMX0")

    items: list[ReleaseView]
    next: str | None = None


@router.post("", operation_id="publish_release", status_code=201, summary="Publish a release")
async def publish(
    body: PublishRelease, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now, response: Response
) -> ReleaseView:
    """Answers when every defect that it fixes knows; their tickets hear of it right after, each once."""
    mark = digest("publish_release", body)
    published = await run_in_threadpool(releases.get, ours.database, body.product, body.version)
    if published is None:
        await run_in_threadpool(_check, ours, body)
        release = Release(
            **body.model_dump(exclude={"fixes"}), fixes=tuple(dict.fromkeys(body.fixes)), published_at=now,
            by=caller.actor, digest=mark,
        )  # fmt: skip
        await ours.engine.publish(release)
        published = await run_in_threadpool(releases.get, ours.database, body.product, body.version)
    else:
        response.headers["Idempotency-Replayed"] = "true"
        # A first request that went unanswered may have recorded it only: its defects must know as well.
        await ours.engine.publish(published)
    if published is None or published.digest != mark:
        raise Problem(
            409, "release_exists", f"{body.product} {body.version} is published already, with other words or fixes."
        )
    response.headers["Location"] = f"/v1/releases/{body.product}/{body.version}"
    return _view(published)


@router.get("", operation_id="list_releases", summary="List the releases", response_model_exclude_none=True)
def list_(
    ours: Ours,
    request: Request,
    response: Response,
    product: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before")] = None,
) -> ReleasePage:
    """One page; the header `Link` and the field `next` lead to the following one."""
    try:
        found = releases.find(ours.database, product, cursor, limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    if found.next is not None:
        following = request.url.include_query_params(cursor=found.next)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return ReleasePage(items=[_view(one) for one in found.releases], next=found.next)


@router.get(
    "/{product}/{version}", operation_id="read_release", summary="Read a release", response_model_exclude_none=True
)
def read(product: _Plain, version: _Plain, ours: Ours) -> ReleaseView:
    """One published version."""
    found = releases.get(ours.database, product, version)
    if found is None:
        raise Problem(404, "unknown_release", f"There is no release {product} {version}; GET /v1/releases lists them.")
    return _view(found)


def _check(ours: Context, body: PublishRelease) -> None:
    """Refuses what it cannot fix: a defect that is not there, is settled, or is another product's."""
    for place, name in enumerate(body.fixes):
        pointer, found = f"/fixes/{place}", defects.get(ours.database, name)
        if found is None:
            raise invalid(pointer, f'There is no defect "{name}". Open it first.', code="unknown_defect")
        if found.status in SETTLED:
            raise invalid(pointer, f'The defect "{name}" is {found.status}. Open a new one.', code="defect_settled")
        if found.product not in (None, body.product):
            raise invalid(pointer, f'"{name}" is a defect of {found.product}.', code="other_product")


def _view(release: Release) -> ReleaseView:
    fields = {name: getattr(release, name) for name in ReleaseView.model_fields if name != "by"}
    return ReleaseView(**{**fields, "fixes": list(release.fixes)}, by=release.by.id)
