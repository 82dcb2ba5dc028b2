"""What was agreed and with whom: agreements and organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from agreements import AgreementError, AgreementFile
from api.access.auth import Caller, Principal
from api.context import Context, Language, Now, Ours
from api.http.problems import Problem
from api.shapes import AT, example
from store import agreements as stored
from store import directory

router = APIRouter(prefix="/v1", tags=["contracts"])
_Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]

_SHORT = {
    "name": "trackforce", "revision": "5d1c2f09ab34", "title": {"en": "Trackforce service-level agreement"},
    "publisher": "Trackforce", "languages": ["fr", "en"], "severities": ["critical", "important", "low", "none"],
    "loaded_at": AT,
}  # fmt: skip


class AgreementShort(BaseModel):
    """An agreement that is loaded; `severities` from the most to the least severe."""

    model_config = example(**_SHORT)

    name: str
    revision: str
    title: dict[str, str]
    publisher: str
    languages: list[str]
    severities: list[str]
    loaded_at: datetime


class AgreementView(AgreementShort):
    """The same with its document: the agreement file, as in its JSON Schema."""

    model_config = example(**_SHORT, document={"agreement": "trackforce", "zone": "Europe/Paris"})

    document: dict[str, Any]


class AgreementBroken(BaseModel):
    """An agreement whose stored revision cannot be read any more; operations find out why from the doctor."""

    model_config = example(name="olcare", revision="0b7c51e2aa90", loaded_at=AT)

    name: str
    revision: str
    loaded_at: datetime


class AgreementList(BaseModel):
    """The agreements that new tickets can be opened under; `broken` are those that cannot be used until mended."""

    model_config = example(items=[_SHORT], broken=[])

    items: list[AgreementShort]
    broken: list[AgreementBroken] = []


class ImpactView(BaseModel):
    """An impact that the client can state, and the severity that it proposes."""

    impact: str
    title: str
    severity: str
    severity_title: str


class ImpactList(BaseModel):
    """The impacts of an agreement; none where it tells none apart."""

    model_config = example(
        agreement="trackforce", revision="5d1c2f09ab34", language="en",
        items=[{"impact": "most-users", "title": "Most users are affected", "severity": "critical",
                "severity_title": "Critical impact"}],
    )  # fmt: skip

    agreement: str
    revision: str
    language: str
    items: list[ImpactView]


class Person(BaseModel):
    """A member of our staff by name: whom the contract names for its client (OL-03)."""

    id: str
    name: str


class ContractView(BaseModel):
    """Which agreement, with what chosen of it, from when until before when, and who looks after the client."""

    id: str
    agreement: str
    programme: str | None = None
    region: str | None = None
    cover: str | None = None
    accepted_at: datetime | None = None
    success_manager: Person | None = None
    account_manager: Person | None = None
    valid_from: datetime
    valid_to: datetime | None = None
    valid: bool


class ContactView(BaseModel):
    """A person of the organisation."""

    id: str
    name: str
    role: Literal["key_user", "end_user", "administrator"]
    language: str
    email: str | None = None
    telephone: str | None = None


class OrganisationShort(BaseModel):
    """A client; `aliases` are its names in monitors."""

    model_config = example(id="acme", name="ACME Logistics", language="fr", aliases=["ACME"])

    id: str
    name: str
    language: str
    aliases: list[str] = []


class OrganisationList(BaseModel):
    """Every organisation, by name."""

    model_config = example(items=[{"id": "acme", "name": "ACME Logistics", "language": "fr", "aliases": ["ACME"]}])

    items: list[OrganisationShort]


class OrganisationView(OrganisationShort):
    """An organisation with its contracts and contacts."""

    model_config = example(
        id="acme",
        name="ACME Logistics",
        language="fr",
        aliases=["ACME"],
        contracts=[{"id": "acme-trackforce", "agreement": "trackforce", "valid_from": AT, "valid": True}],
        contacts=[
            {"id": "anna", "name": "Anna", "role": "administrator", "language": "fr", "email": "anna@acme.example"}
        ],
    )

    contracts: list[ContractView]
    contacts: list[ContactView]


@router.get("/agreements", operation_id="list_agreements", summary="List the agreements")
def list_agreements(caller: Caller, ours: Ours) -> AgreementList:
    """The current revision of each; a client sees those of its contracts."""
    names = _agreements_of(ours, caller)
    found = AgreementList(items=[])
    for one in stored.revisions(ours.database, current_only=True):
        if names is not None and one.name not in names:
            continue
        try:
            found.items.append(AgreementShort(**_short(one, ours.agreements.read(one))))
        except AgreementError:  # one that is broken must not hide the others
            found.broken.append(AgreementBroken(name=one.name, revision=one.revision, loaded_at=one.loaded_at))
    return found


@router.get("/agreements/{name}", operation_id="read_agreement", summary="Read an agreement")
def read_agreement(name: _Id, caller: Caller, ours: Ours, revision: str | None = None) -> AgreementView:
    """Every promise with its clause, as data. A ticket names its revision; without one, the current is shown."""
    one = _current(ours, caller, name, revision)
    agreement = ours.agreements.read(one)
    document = agreement.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return AgreementView(**_short(one, agreement), document=document)


@router.get("/agreements/{name}/impacts", operation_id="read_impacts", summary="Read the impacts that can be stated")
def read_impacts(name: _Id, caller: Caller, ours: Ours, language: Language, response: Response) -> ImpactList:
    """Each with the severity that it proposes, most severe first, in the caller's language: what a form offers."""
    one = _current(ours, caller, name)
    agreement = ours.agreements.read(one)
    told = language if language in agreement.languages else agreement.languages[0]
    response.headers["Content-Language"] = told
    items = [
        ImpactView(impact=impact, title=title[told], severity=severity, severity_title=rule.title[told])
        for severity, rule in agreement.severities.items()
        for impact, title in rule.impacts.items()
    ]
    return ImpactList(agreement=name, revision=one.revision, language=told, items=items)


@router.get("/organisations", operation_id="list_organisations", summary="List the organisations")
def list_organisations(caller: Caller, ours: Ours) -> OrganisationList:
    """Every organisation that the caller can reach."""
    found = [one for one in directory.organisations(ours.database) if caller.reaches(one.id)]
    return OrganisationList(items=[OrganisationShort(**_plain(one)) for one in found])


@router.get("/organisations/{id}", operation_id="read_organisation", summary="Read an organisation")
def read_organisation(id: _Id, caller: Caller, ours: Ours, now: Now) -> OrganisationView:
    """With its contracts and contacts; a client reads its own."""
    found = directory.organisation(ours.database, id)
    if found is None or not caller.reaches(found.id):
        raise Problem(404, "unknown_organisation", f'There is no organisation "{id}".')
    contracts = [
        ContractView(
            id=one.id,
            agreement=one.agreement,
            programme=one.programme,
            region=one.region,
            cover=one.cover,
            accepted_at=one.accepted_at,
            success_manager=_person(ours, one.success_manager),
            account_manager=_person(ours, one.account_manager),
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            valid=one.valid_from <= now and (one.valid_to is None or now < one.valid_to),
        )
        for one in directory.contracts(ours.database, id)
    ]
    contacts = [
        ContactView(
            id=one.id, name=one.name, role=one.role, language=one.language, email=one.email, telephone=one.telephone
        )
        for one in directory.contacts(ours.database, id)
    ]
    return OrganisationView(**_plain(found), contracts=contracts, contacts=contacts)


def _current(ours: Context, caller: Principal, name: str, revision: str | None = None) -> stored.Revision:
    """The current revision of an agreement, or the one that is named; a Problem (404) where the caller may see none."""
    names = _agreements_of(ours, caller)
    one = None
    if names is None or name in names:
        if revision is None:
            one = stored.current(ours.database, name)
        elif revision.isalnum():
            one = stored.get(ours.database, name, revision)
    if one is None:
        raise Problem(404, "unknown_agreement", f'There is no such agreement "{name}"; GET /v1/agreements lists them.')
    return one


def _person(ours: Context, staff_id: str | None) -> Person | None:
    found = directory.member(ours.database, staff_id) if staff_id else None
    return Person(id=found.id, name=found.name) if found else None


def _agreements_of(ours: Context, caller: Principal) -> set[str] | None:
    """The agreements a caller may read; None for every one."""
    if caller.organisation is None:
        return None
    return {one.agreement for one in directory.contracts(ours.database, caller.organisation)}


def _short(one: stored.Revision, agreement: AgreementFile) -> dict[str, Any]:
    return {
        "name": one.name,
        "revision": one.revision,
        "title": agreement.title,
        "publisher": agreement.publisher,
        "languages": list(agreement.languages),
        "severities": list(agreement.severities),
        "loaded_at": one.loaded_at,
    }


def _plain(one: directory.Organisation) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "language": one.language, "aliases": list(one.aliases)}
