"""Whose portal it is: the organisation, the person, and the zone in which its instants are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.pages.rendering import DEFAULT_ZONE
from domain.terms import Terms
from store import directory
from store.directory import Contact, Contract, Organisation


@dataclass(frozen=True)
class Client:
    """`person` is absent for a key that stands for a program. `terms` by contract, as they are for new tickets."""

    caller: Principal
    organisation: Organisation
    person: Contact | None
    contracts: tuple[Contract, ...]
    terms: dict[str, Terms]

    @property
    def zone(self) -> str:
        """Of the first contract's agreement."""
        return next((terms.zone for terms in self.terms.values()), DEFAULT_ZONE)

    @property
    def manages(self) -> bool:
        """Whether this person speaks for the organisation, not only for itself."""
        return self.person is not None and self.person.role != "end_user"

    def severity(self, agreement: str, name: str, language: str) -> str:
        """A severity's title, as the agreement stands now."""
        for terms in self.terms.values():
            if terms.agreement == agreement and name in terms.severities:
                return terms.said(terms.severities[name].title, language, name)
        return name


def client(caller: Caller, ours: Ours, now: Now) -> Client:
    """The caller's own organisation. A Problem (403) for a client without one."""
    found = directory.organisation(ours.database, caller.organisation) if caller.organisation else None
    if found is None:
        raise Problem(403, "not_permitted", "This page is for the people of a client.")
    person = directory.contact(ours.database, caller.id)
    contracts = tuple(directory.contracts(ours.database, found.id, at=now))
    own = person if person is not None and person.organisation == found.id else None
    return Client(caller, found, own, contracts, _terms(ours, contracts, now))


def _terms(ours: Context, contracts: tuple[Contract, ...], now: datetime) -> dict[str, Terms]:
    known: dict[str, Terms] = {}
    for contract in contracts:
        try:
            known[contract.id] = ours.agreements.terms(ours.database, contract, now)
        except Problem:
            continue  # its agreement is not loaded: nothing can be filed under it, and the rest goes on
    return known


ThisClient = Annotated[Client, Depends(client)]
