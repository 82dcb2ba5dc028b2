"""The catalogue of products and versions, and the products that an organisation has registered (OL-01, OL-20)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.http.paging import following
from api.http.problems import Problem, invalid
from api.shapes import AT, Body, example
from domain.base import Instant
from domain.commands import Line, Name
from domain.words import Stage
from store import directory, products

router = APIRouter(prefix="/v1", tags=["contracts"])

_VERSION: dict[str, Any] = {
    "product": "ol-connect",
    "version": "2025.1.3",
    "line": "2025.1",
    "stage": "released",
    "released_at": AT,
}
_REGISTERED = {"product": "ol-connect", "serial": "OLC-4471", "registered_at": AT}
_Plain = Annotated[str | None, Query(max_length=250, pattern=r"^[^\x00-\x1f]*$")]
_Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
_Limit = Annotated[int, Query(ge=1, le=products.MOST)]
_Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]


class AddVersion(Body):
    """A version of a product; sent again with other facts, it is corrected."""

    model_config = ConfigDict(json_schema_extra={"examples": [_VERSION]})

    product: Name
    version: Line
    line: Line | None = Field(None, description="versions that are supported together; absent: up to the first point")
    stage: Stage = Stage.released
    released_at: Instant | None = Field(None, description="absent: now")
    end_of_life_at: Instant | None = None

    @model_validator(mode="after")
    def _lives(self) -> AddVersion:
        if self.released_at and self.end_of_life_at and self.end_of_life_at <= self.released_at:
            raise ValueError("the end of life must come after the release")
        return self


class VersionView(BaseModel):
    """A version in the catalogue."""

    model_config = example(**_VERSION)

    product: str
    version: str
    line: str
    stage: Stage
    released_at: datetime
    end_of_life_at: datetime | None = None


class VersionPage(BaseModel):
    """Some versions; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_VERSION])

    items: list[VersionView]
    next: str | None = None


class Register(Body):
    """A product of an organisation, by its serial number."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"product": "ol-connect", "serial": "OLC-4471"}]})

    product: Name
    serial: Line


class RegisteredView(BaseModel):
    """A registered product."""

    model_config = example(**_REGISTERED)

    product: str
    serial: str
    registered_at: datetime


class RegisteredPage(BaseModel):
    """By product and serial number; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_REGISTERED])

    items: list[RegisteredView]
    next: str | None = None


@router.post(
    "/products",
    operation_id="add_version",
    status_code=201,
    summary="Add or correct a product's version",
    responses={200: {"model": VersionView, "description": "It was known, and is corrected."}},
)
def add_version(body: AddVersion, ours: Ours, now: Now, response: Response) -> VersionView:
    """What is supported is counted from it: lines by their first released version. 200 when it was known."""
    known = products.version(ours.database, body.product, body.version)
    began = body.released_at or (known.released_at if known else now)
    if body.end_of_life_at is not None and body.end_of_life_at <= began:
        raise invalid("/end_of_life_at", "The end of life must come after the release.")
    line = body.line or (known.line if known else body.version.split(".")[0])
    version = products.Version(
        product=body.product, version=body.version, line=line, stage=body.stage, released_at=began,
        end_of_life_at=body.end_of_life_at,
    )  # fmt: skip
    products.save_version(ours.database, version)
    if known is not None:
        response.status_code = 200
    return VersionView(**dict(version))


@router.get(
    "/products", operation_id="list_versions", summary="List products' versions", response_model_exclude_none=True
)
def list_versions(
    ours: Ours,
    request: Request,
    response: Response,
    product: _Plain = None,
    line: _Plain = None,
    stage: Stage | None = None,
    order: products.VersionOrder = products.VersionOrder.newest,
    limit: _Limit = 50,
    cursor: _Cursor = None,
) -> VersionPage:
    """One page of the catalogue; the header `Link` and the field `next` lead to the following one."""
    wanted = products.VersionFilter(product=product, line=line, stage=stage)
    try:
        found, beyond = products.versions(ours.database, wanted, order, cursor, limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return VersionPage(items=[VersionView(**dict(one)) for one in found], next=beyond)


@router.post(
    "/organisations/{id}/products",
    operation_id="register_product",
    status_code=201,
    summary="Register a product",
    responses={200: {"model": RegisteredView, "description": "It was registered already, as it is told here."}},
)
def register(id: _Id, body: Register, caller: Caller, ours: Ours, now: Now, response: Response) -> RegisteredView:
    """From now on requests about it are served where only registered products are. 200 when it was registered."""
    _reached(ours, caller, id)
    known = products.registration(ours.database, id, body.product, body.serial)
    if known is not None:
        response.status_code = 200
        return RegisteredView(**known.model_dump(exclude={"organisation"}))
    made = products.Registration(organisation=id, product=body.product, serial=body.serial, registered_at=now)
    products.register(ours.database, made)
    return RegisteredView(**made.model_dump(exclude={"organisation"}))


@router.get(
    "/organisations/{id}/products",
    operation_id="list_registered_products",
    summary="List an organisation's registered products",
    response_model_exclude_none=True,
)
def list_registered(
    id: _Id,
    caller: Caller,
    ours: Ours,
    request: Request,
    response: Response,
    limit: _Limit = 50,
    cursor: _Cursor = None,
) -> RegisteredPage:
    """A client reads its own."""
    _reached(ours, caller, id)
    try:
        found, beyond = products.registrations(ours.database, id, cursor, limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return RegisteredPage(items=[RegisteredView(**one.model_dump()) for one in found], next=beyond)


@router.delete(
    "/organisations/{id}/products",
    operation_id="withdraw_product",
    status_code=204,
    summary="Take a product's registration back",
)
def withdraw(
    id: _Id,
    caller: Caller,
    ours: Ours,
    product: Annotated[str, Query(max_length=250, pattern=r"^[^\x00-\x1f]+$", examples=["ol-connect"])],
    serial: Annotated[str, Query(max_length=250, pattern=r"^[^\x00-\x1f]+$", examples=["OLC-4471"])],
) -> None:
    """New requests about it are served no more where only registered products are; running tickets go on."""
    _reached(ours, caller, id)
    if not products.withdraw(ours.database, id, product, serial):
        detail = f'{id} has not registered "{product}" with the serial number "{serial}".'
        raise Problem(404, "unknown_registration", f"{detail} GET /v1/organisations/{id}/products lists what it has.")


def _reached(ours: Context, caller: Principal, organisation: str) -> None:
    if not caller.reaches(organisation) or directory.organisation(ours.database, organisation) is None:
        raise Problem(404, "unknown_organisation", f'There is no organisation "{organisation}".')
