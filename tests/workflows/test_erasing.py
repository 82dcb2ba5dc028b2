"""What is erased leaves a running ticket: its state, and the history that the next run has."""

from __future__ import annotations

from temporalio.client import WorkflowHistory

from domain.commands import Comment, Erase
from domain.erasure import ERASED
from tests.factories import ANNA, BOB, opening
from tests.workflows.engine import engine

SECRET = "Zoé Müller"


def stored(run: WorkflowHistory) -> str:
    """A run's history as the engine holds it."""
    return "".join(event.SerializeToString().decode("utf-8", "replace") for event in run.events)


async def test_an_erased_ticket_goes_on_in_a_run_that_knows_no_word_of_it() -> None:
    async with engine() as running:
        ticket = await running.open(opening(subject=f"For {SECRET}", description=f"{SECRET} wrote"), ANNA)
        await ticket.do(ANNA, Comment(text=f"{SECRET} says so"))
        before = await ticket.state()
        receipt = await ticket.do(BOB, Erase())
        assert "texts_erased" in receipt.events
        await ticket.do(BOB, Comment(text="We go on."))
        after = await ticket.state()
        assert after.subject == ERASED
        assert [clock.due for clock in after.clocks if clock.number <= before.sequence] == [
            clock.due for clock in before.clocks
        ]
        old, new = await ticket.run_histories()
        assert SECRET in stored(old)
        assert SECRET not in stored(new)
        assert "texts_erased" in running.ledger.types("T1")


async def test_what_one_person_said_leaves_with_the_run_and_the_ticket_stays_as_it_is() -> None:
    async with engine() as running:
        ticket = await running.open(opening(subject="The gates"), ANNA)
        await ticket.do(ANNA, Comment(text=f"{SECRET} says so"))
        await ticket.do(BOB, Erase(whole=False))
        await ticket.do(BOB, Comment(text="We go on."))
        assert (await ticket.state()).subject == "The gates"
        _, new = await ticket.run_histories()
        assert SECRET not in stored(new)
