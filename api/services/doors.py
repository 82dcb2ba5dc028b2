"""The provider's services, and how available they were (TF-14)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from agreements.compiling.provider import provider_terms
from api.access.auth import Caller, Principal
from api.context import Context, Language, Now, Ours
from api.http.problems import Problem, invalid
from api.shapes import AT, TICKET, Body, example
from domain.availability import Availability, availability
from domain.base import Instant
from domain.commands import Line, Name
from domain.terms.provider import AvailabilityTerms, ProviderTerms
from domain.words import Fault
from store import agreements as stored
from store import directory, provider
from store.provider import Service

router = APIRouter(prefix="/v1/services", tags=["services"])
ServiceId = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$", examples=["sites"])]

_SERVICE = {"id": "sites", "name": "Site access", "agreement": "trackforce"}
_OUTAGE = {
    "ticket": TICKET, "down_since": AT, "up_at": "2026-03-02T11:36:00Z", "fault": "provider", "within": 12960,
    "counts": 12960,
}  # fmt: skip
_AVAILABILITY = {
    "service": "sites", "begins_at": "2026-01-31T12:00:00Z", "ends_at": "2026-03-02T12:00:00Z", "at_least": "99.5",
    "over": "30 days", "clause": ["TF-14"], "assumed": None, "percent": "99.5", "met": True, "period": 2592000,
    "left_out": 0, "down": 12960, "interruptions": [_OUTAGE], "maintenance": [],
}  # fmt: skip


class ServiceBody(Body):
    """A service of ours. `monitor` is the value of the alerts' label `service`; absent: the service's id.

    `organisation`: whose tickets alerts about it are where they name no client.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_SERVICE, "monitor": "sites-prod", "organisation": "trackforce"}]}
    )

    name: Line
    agreement: Name
    monitor: Line | None = None
    organisation: Name | None = None


class ServiceView(BaseModel):
    """A service; what monitors call it is told to staff only."""

    model_config = example(**_SERVICE)

    id: str
    name: str
    agreement: str
    monitor: str | None = None
    organisation: str | None = None


class ServicePage(BaseModel):
    """Some services, by id; `next` is the cursor of those that follow."""

    model_config = example(items=[_SERVICE])

    items: list[ServiceView]
    next: str | None = None


class InterruptionView(BaseModel):
    """A service interruption. `within`, `counts`: its seconds in the period, and those that count as down.

    `ticket` is told to whoever may read it.
    """

    model_config = example(**_OUTAGE)

    ticket: str | None = None
    down_since: datetime
    up_at: datetime | None = None
    fault: Fault
    within: float
    counts: float


class PlannedView(BaseModel):
    """A maintenance window of the period. `left_out`: whether it does not count; beyond the limit it does."""

    window: str
    starts_at: datetime
    ends_at: datetime
    left_out: bool


class AvailabilityView(BaseModel):
    """What was promised, and how it was kept up to `ends_at`. Seconds; `percent` is never rounded up.

    `percent` is absent when the whole period is left out. Left-out time is taken out of both sides of the share.
    """

    model_config = example(**_AVAILABILITY)

    service: str
    begins_at: datetime
    ends_at: datetime
    at_least: str
    over: str
    clause: list[str]
    assumed: str | None
    percent: str | None
    met: bool
    period: float
    left_out: float
    down: float
    interruptions: list[InterruptionView]
    maintenance: list[PlannedView]


At = Annotated[Instant | None, Query(description="up to when; absent: up to now")]


@router.put("/{id}", operation_id="save_service", summary="Add a service, or change it")
def save(id: ServiceId, body: ServiceBody, caller: Caller, ours: Ours) -> ServiceView:
    """The whole of it. What is down under one agreement does not count under another: its agreement never changes."""
    if stored.current(ours.database, body.agreement) is None:
        raise invalid("/agreement", f'There is no agreement "{body.agreement}".', code="unknown_agreement")
    if body.organisation is not None and directory.organisation(ours.database, body.organisation) is None:
        raise invalid("/organisation", f'There is no organisation "{body.organisation}".', code="unknown_organisation")
    known = provider.service(ours.database, id)
    if known is not None and known.agreement != body.agreement:
        raise Problem(409, "other_agreement", f"The service is under {known.agreement}. Add another service instead.")
    made = Service(
        id=id, name=body.name, agreement=body.agreement, monitor=body.monitor or id, organisation=body.organisation
    )
    try:
        provider.save_service(ours.database, made)
    except provider.Taken:
        detail = f'Another service is known to monitors as "{made.monitor}" already.'
        raise Problem(409, "monitor_taken", detail) from None
    return _view(made, caller)


@router.get("", operation_id="list_services", summary="List the services", response_model_exclude_none=True)
def list_(
    caller: Caller,
    ours: Ours,
    now: Now,
    request: Request,
    response: Response,
    agreement: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=provider.MOST)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> ServicePage:
    """By id; a client sees those under its contracts."""
    bound = agreements_of(ours, caller, now)
    if agreement is not None:
        bound = frozenset({agreement}) & (bound if bound is not None else {agreement})
    try:
        found, following = provider.services(ours.database, bound, cursor, limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    link(request, response, following)
    return ServicePage(items=[_view(one, caller) for one in found], next=following)


@router.get("/{id}", operation_id="read_service", summary="Read a service", response_model_exclude_none=True)
def read(id: ServiceId, caller: Caller, ours: Ours, now: Now) -> ServiceView:
    """A client reads those under its contracts."""
    return _view(reached(ours, caller, id, now), caller)


@router.get("/{id}/availability", operation_id="read_availability", summary="Read how available a service was")
def read_availability(id: ServiceId, caller: Caller, ours: Ours, now: Now, at: At = None) -> AvailabilityView:
    """Over the agreement's time up to `at`: the share, whether the promise is kept, and everything it is made of."""
    service = reached(ours, caller, id, now)
    terms, kept, planned = _worked_out(ours, service, at, now)
    return AvailabilityView(
        service=service.id,
        begins_at=kept.begins_at,
        ends_at=kept.ends_at,
        at_least=f"{terms.at_least:f}",
        over=terms.over_words,
        clause=list(terms.clause),
        assumed=terms.assumed,
        percent=kept.percent,
        met=kept.met,
        period=kept.period,
        left_out=kept.left_out,
        down=kept.down,
        interruptions=[
            InterruptionView(
                ticket=one.outage.ticket if caller.reaches(one.outage.organisation) else None,
                down_since=one.outage.down_since,
                up_at=one.outage.up_at,
                fault=one.outage.fault,
                within=one.within,
                counts=one.counts,
            )
            for one in kept.outages
        ],
        maintenance=planned,
    )


@router.get(
    "/{id}/availability.svg",
    operation_id="draw_availability",
    summary="See how available a service was",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
)
def picture(id: ServiceId, caller: Caller, ours: Ours, now: Now, language: Language, at: At = None) -> Response:
    """The same as a picture: when it was up, when down, what is left out."""
    from api.services.availability_picture import draw  # a second to import, which no other request should wait for

    service = reached(ours, caller, id, now)
    terms, kept, planned = _worked_out(ours, service, at, now)
    windows = [(one.starts_at, one.ends_at) for one in planned if one.left_out]
    svg = draw(service.name, terms, kept, windows, language)
    return Response(svg, media_type="image/svg+xml", headers={"Content-Language": language})


def reached(ours: Context, caller: Principal, id: str, now: datetime) -> Service:
    """The service, when the caller may know of it: 404 otherwise, as for one that is not there."""
    found = provider.service(ours.database, id)
    bound = agreements_of(ours, caller, now)
    if found is None or (bound is not None and found.agreement not in bound):
        raise Problem(404, "unknown_service", f'There is no service "{id}"; GET /v1/services lists them.')
    return found


def agreements_of(ours: Context, caller: Principal, now: datetime) -> frozenset[str] | None:
    """The agreements of the caller's contracts that are valid now; None for every one."""
    if caller.organisation is None:
        return None
    return frozenset(one.agreement for one in directory.contracts(ours.database, caller.organisation, at=now))


def promised(ours: Context, agreement: str) -> ProviderTerms:
    """What the agreement says of its services, as it stands now."""
    current = stored.current(ours.database, agreement)
    if current is None:
        raise Problem(422, "agreement_not_loaded", f'The agreement "{agreement}" is not loaded. Ask operations.')
    return provider_terms(ours.agreements.read(current))


def link(request: Request, response: Response, following: str | None) -> None:
    """The header that leads to the next page."""
    if following is not None:
        url = request.url.include_query_params(cursor=following)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'


def _worked_out(
    ours: Context, service: Service, at: datetime | None, now: datetime
) -> tuple[AvailabilityTerms, Availability, list[PlannedView]]:
    terms = promised(ours, service.agreement).availability
    if terms is None:
        raise Problem(404, "availability_not_promised", f"{service.agreement} promises no availability.")
    end = at or now
    if end > now:
        raise invalid("/at", "is still to come; ask up to now at most", where="query", code="at_in_the_future")
    begin = end - timedelta(seconds=terms.over)
    outages = provider.outages(ours.database, service.id, begin, end)
    windows = provider.standing(ours.database, service.id, begin, end)
    limited = [(one.starts_at, one.ends_at) for one in windows if one.within_limit]
    planned = [
        PlannedView(
            window=one.id,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            left_out=one.within_limit and Fault.maintenance in terms.not_counting,
        )
        for one in windows
    ]
    return terms, availability(terms, end, outages, limited), planned


def _view(service: Service, reader: Principal) -> ServiceView:
    ours_alone = {"monitor", "organisation"} if reader.organisation is not None else set()
    return ServiceView(**{name: value for name, value in service if name not in ours_alone})
