"""The hour packages of an organisation: sold, used, followed by the client (1L-01, 1L-16, 1L-17, 1L-23)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Context, Now, Ours
from api.http.idempotency import IdempotencyKey, digest, ticket_id
from api.http.problems import Problem, invalid
from api.intake.opening import conflict
from api.shapes import AT, TICKET, Body, example
from domain.base import Instant
from domain.commands import Name
from domain.hours import left
from domain.terms import HoursTerms, Terms
from domain.words import Cover, Role, Work
from papers.picture import DARK, LIGHT, MEDIA_TYPE, hours_picture
from papers.words import Words
from store import directory, hour_entries, hours
from store.directory import Organisation
from store.hour_entries import EntryFilter, EntryOrder
from store.hours import SoldPackage

router = APIRouter(prefix="/v1/organisations/{id}", tags=["hours"])
OrganisationId = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$", examples=["acme"])]
NEAR = timedelta(days=366)
"""A package is entered at most so long before or after it is bought."""

_PACKAGE = {
    "id": "H-K7M39QX24T", "contract": "acme-maintenance", "hours": 10, "minutes": 600, "used": 60, "left": 540,
    "bought_at": AT, "expires_at": "2027-03-02T08:00:00Z", "in_force": True, "expired": 0,
}  # fmt: skip
_ENTRY = {
    "ticket": TICKET, "number": 1, "work": "work", "began_at": AT, "logged_at": "2026-03-02T09:00:00Z", "worked": 50,
    "counted": 60, "charged": 60, "cover": "deducted", "text": "The column has been added.", "contract": "acme-main",
}  # fmt: skip


class Sale(Body):
    """A package that is sold. `hours` is one of the agreement's sizes; `bought_at` absent: now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"contract": "acme-maintenance", "hours": 10}]})

    contract: Name
    hours: int = Field(ge=1, le=10_000)
    bought_at: Instant | None = None


class PackageView(BaseModel):
    """A package, in minutes. What it held at its end is lost: `expired`."""

    model_config = example(**_PACKAGE)

    id: str
    contract: str
    hours: int
    minutes: int
    used: int
    left: int
    bought_at: datetime
    expires_at: datetime
    in_force: bool
    expired: int


class EntryView(BaseModel):
    """One intervention, in minutes. `member` of our staff is shown to staff only."""

    ticket: str
    number: int
    contract: str
    work: Work
    began_at: datetime
    logged_at: datetime
    worked: int
    counted: int
    charged: int
    cover: Cover
    text: str
    member: str | None = None


class HoursView(BaseModel):
    """How the hours stand at `at`: `left` in all packages in force, each package, and one page of what was worked."""

    model_config = example(organisation="acme", at=AT, left=540, packages=[_PACKAGE], entries=[_ENTRY], next=None)

    organisation: str
    at: datetime
    left: int
    packages: list[PackageView]
    entries: list[EntryView]
    next: str | None = None


class Wanted(BaseModel):
    """Which entries, in which order. Everything given must hold."""

    model_config = ConfigDict(extra="forbid")

    ticket: Name | None = None
    cover: Cover | None = None
    work: Work | None = None
    began_from: Instant | None = None
    began_to: Instant | None = Field(None, description="exclusive")
    logged_from: Instant | None = None
    logged_to: Instant | None = Field(None, description="exclusive")
    order: EntryOrder = EntryOrder.began_at
    limit: int = Field(50, ge=1, le=hour_entries.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.post("/hour-packages", operation_id="sell_hours", status_code=201, summary="Sell an hour package")
def sell(
    id: OrganisationId, sale: Sale, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now, response: Response
) -> PackageView:
    """One of the agreement's sizes, valid as long as the agreement says."""
    reached_organisation(ours, caller.organisation, id)
    terms, counted = _counted(ours, id, sale.contract, now)
    if sale.hours not in counted.sizes:
        sizes = ", ".join(map(str, counted.sizes))
        raise invalid("/hours", f"{sale.hours} is no size of the agreement's packages; sizes: {sizes}.")
    bought_at = sale.bought_at or now
    if abs(bought_at - now) > NEAR:
        raise invalid("/bought_at", "A package is entered within a year of when it is bought. Check the date.")
    expires_at = counted.validity.due(bought_at, terms.calendars)
    assert expires_at is not None  # the file's schema wants a length of time
    kept, again = hours.sell(
        ours.database,
        SoldPackage(
            id=f"H-{ticket_id('hours', caller.scope, key.value)}",
            organisation=id,
            contract=sale.contract,
            agreement=terms.agreement,
            minutes=sale.hours * 60,
            bought_at=bought_at,
            expires_at=expires_at,
            sold_by=caller.id,
            sold_at=now,
            digest=digest(f"sell_hours {id}", sale),
        ),
    )
    if kept.digest != digest(f"sell_hours {id}", sale):
        raise conflict()
    if again:
        response.headers["Idempotency-Replayed"] = "true"
    return package_view(kept, now)


@router.get("/hours", operation_id="read_hours", summary="Follow the use of the hour packages")
def read(
    id: OrganisationId,
    wanted: Annotated[Wanted, Query()],
    caller: Caller,
    ours: Ours,
    now: Now,
    request: Request,
    response: Response,
) -> HoursView:
    """Packages with what is left and until when, and the interventions, newest first. A client reads its own."""
    reached_organisation(ours, caller.organisation, id)
    packages = hours.packages(ours.database, id)
    fields = wanted.model_dump(exclude={"order", "limit", "cursor"})
    try:
        page = hour_entries.find(
            ours.database, EntryFilter(organisation=id, **fields), wanted.order, wanted.cursor, wanted.limit
        )
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    if page.next is not None:
        following = request.url.include_query_params(cursor=page.next)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    client = caller.role is Role.client
    entries = [EntryView(**{**dict(entry), "member": None if client else entry.member}) for entry in page.entries]
    shown = [package_view(package, now) for package in packages]
    return HoursView(organisation=id, at=now, left=left(packages, now), packages=shown, entries=entries, next=page.next)


@router.get(
    "/hours/picture.svg",
    operation_id="draw_hours",
    summary="See how the hours are used up",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}, "description": "Hours left in each package over time."}},
)
def draw(
    id: OrganisationId,
    caller: Caller,
    ours: Ours,
    now: Now,
    theme: Annotated[Literal["light", "dark"], Query(description="of the page that it stands on")] = "light",
    language: Annotated[Literal["en", "fr"] | None, Query(description="absent: the client's")] = None,
) -> Response:
    """What each package held over time, as steps, with where it expires."""
    client = reached_organisation(ours, caller.organisation, id)
    words = Words(language or client.language, zone_of(ours, id, now))
    packages, movements = hours.packages(ours.database, id), hours.movements(ours.database, id)
    picture = hours_picture(packages, movements, client.name, now, words, {"light": LIGHT, "dark": DARK}[theme])
    return Response(picture, media_type=MEDIA_TYPE, headers={"Content-Language": words.language})


def reached_organisation(ours: Context, bound: str | None, id: str) -> Organisation:
    """The organisation, when a key `bound` to one may reach it; else the same answer as for one that is not there."""
    found = directory.organisation(ours.database, id)
    if found is None or bound not in (None, found.id):
        raise Problem(404, "unknown_organisation", f'There is no organisation "{id}".')
    return found


def zone_of(ours: Context, id: str, now: datetime) -> str:
    """The time zone of the agreement whose hours the organisation has; UTC where it has none."""
    for contract in reversed(directory.contracts(ours.database, id)):
        try:
            terms = ours.agreements.terms(ours.database, contract, now)
        except Problem:
            continue  # its agreement is no longer loaded
        if terms.hours is not None:
            return terms.zone
    return "UTC"


def package_view(package: SoldPackage, now: datetime) -> PackageView:
    """A package as it stands now."""
    over = package.expires_at <= now
    fields: dict[str, Any] = {name: getattr(package, name) for name in ("id", "contract", "minutes", "used")}
    return PackageView(
        **fields,
        hours=package.minutes // 60,
        left=0 if over else package.left,
        bought_at=package.bought_at,
        expires_at=package.expires_at,
        in_force=package.in_force(now),
        expired=package.left if over else 0,
    )


def _counted(ours: Context, id: str, contract_id: str, now: datetime) -> tuple[Terms, HoursTerms]:
    contracts = directory.contracts(ours.database, id)
    contract = next((one for one in contracts if one.id == contract_id), None)
    if contract is None or (contract.valid_to is not None and contract.valid_to <= now):
        known = ", ".join(one.id for one in contracts if one.valid_to is None or one.valid_to > now) or "none"
        detail = f'"{contract_id}" is no contract of {id} that is still valid; valid: {known}.'
        raise invalid("/contract", detail, code="unknown_contract")
    terms = ours.agreements.terms(ours.database, contract, now)
    if terms.hours is None:
        raise invalid("/contract", f'The agreement "{terms.agreement}" sells no hour packages.', code="no_hours")
    return terms, terms.hours
