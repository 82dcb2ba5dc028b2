"""Whether what a contract has chosen fits its agreement: asked when it is entered, not when its client is in need."""

from __future__ import annotations

from agreements.compiling.cover import choose
from agreements.schema import AgreementFile
from domain.errors import DomainError


def faults(
    agreement: AgreementFile, *, programme: str | None, region: str | None, success_manager: str | None
) -> list[str]:
    """What is wrong with a contract's choices, each as a sentence that says what to do; empty where they fit."""
    found: list[str] = []
    for chosen in ({"programme": programme, "region": None}, {"programme": None, "region": region}):
        try:
            choice = choose(agreement, **chosen)
        except DomainError as refusal:
            found.append(refusal.message)
            continue
        named = choice.programme
        # A region is looked at with the default programme, which the contract may not have.
        if chosen["region"] is None and named and named[1].success_manager and not success_manager:
            clause = f" ({', '.join(named[1].clause)})" if named[1].clause else ""
            found.append(
                f'The programme "{named[0]}" of {agreement.agreement} includes a success manager{clause}, and the '
                "contract names none. Add `success_manager` with the id of a member of staff."
            )
    return found
