"""A newer revision reaches a running ticket: what moves, what stays, what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.commands import SYSTEM, Command
from domain.decide import handle
from domain.errors import DomainError
from domain.explain import explain
from domain.preview import preview
from domain.record import summarise
from domain.revisions import terms_of
from domain.target import parse
from domain.terms import ConsentTerms, LevelTerms, Terms
from domain.words import ClockKind, Level, Party, Verdict
from tests.factories import ANNA, BOB, CLARA, DAY, HOUR, MINUTE, MONDAY, Life, terms


def newer(severity: dict[str, Any] | None = None, **changes: Any) -> Terms:
    """Revision 2: the severity "critical" with other promises, and whatever else is given."""
    base = terms()
    critical = base.severities["critical"].model_copy(update=severity or {})
    return terms(**{"revision": "2", "severities": {**base.severities, "critical": critical}, **changes})


def rolled(life: Life, newer: Terms, after: timedelta = MINUTE) -> Life:
    return life.do(SYSTEM, cmd.ChangeTerms(terms=newer, rollout="trial-1"), after)


def told(life: Life) -> list[tuple[str, Any, Any]]:
    facts = [event.fact for event in life.events if isinstance(event.fact, ev.TimesMoved)]
    return [(one.clock, one.before, one.after) for fact in facts for one in fact.moved]


def refusal(life: Life, newer: Terms) -> str:
    with pytest.raises(DomainError) as refused:
        rolled(life, newer)
    return refused.value.code


def test_every_live_clock_is_measured_again_from_its_start_and_the_client_is_told_once() -> None:
    life = rolled(Life(), newer({"response": parse("3 h"), "resolution": parse("10 h")}), 30 * MINUTE)
    assert life.ticket.clock(ClockKind.response).due == MONDAY + 3 * HOUR
    assert life.ticket.clock(ClockKind.resolution).due == MONDAY + 10 * HOUR
    assert life.ticket.clock(ClockKind.update).due == MONDAY + 90 * MINUTE
    assert told(life) == [
        ("response", MONDAY + HOUR, MONDAY + 3 * HOUR),
        ("resolution", MONDAY + 8 * HOUR, MONDAY + 10 * HOUR),
    ]
    mails = [message for message in life.take().messages if message.template == "times_moved"]
    assert [(mail.to.kind, mail.to.id) for mail in mails] == [("contact", "anna")]
    assert summarise(life.ticket).revision == "2"


def test_where_no_time_moves_the_client_is_not_written_to() -> None:
    life = rolled(Life(), newer(default_severity="critical"))
    assert [event.fact.type for event in life.events[-1:]] == ["terms_changed"]
    assert not any(message.template == "times_moved" for message in life.take().messages)


def test_other_opening_hours_move_a_clock_whose_words_stay() -> None:
    base = terms()
    early = base.calendars["office"].model_copy(update={"hours": dict.fromkeys(("mon", "tue"), (("10:00", "12:00"),))})
    life = Life(severity="low", at=MONDAY + 7 * HOUR)  # 17:00 in Paris: 2 business days on, 17:00 on Wednesday
    assert life.ticket.clock(ClockKind.response).due == MONDAY + 2 * DAY + 7 * HOUR
    rolled(life, newer(calendars={**base.calendars, "office": early}))
    # Monday 17:00 is outside now: counted from Tuesday's opening at 10:00, so Tuesday week at 10:00.
    assert life.ticket.clock(ClockKind.response).due == MONDAY + 8 * DAY


def test_alarms_and_the_ladder_follow_the_new_target() -> None:
    life = rolled(Life(), newer({"resolution": parse("10 h")}))
    alarms = {alarm.id: alarm.at for alarm in life.ticket.clock(ClockKind.resolution).alarms}
    assert alarms == {"ladder-50": MONDAY + 5 * HOUR, "ladder-100": MONDAY + 10 * HOUR}


def test_a_promise_that_the_new_revision_makes_overdue_is_missed_with_no_lateness_of_ours() -> None:
    life = rolled(Life(), newer({"response": parse("20 min")}), 30 * MINUTE)
    [missed] = [event.fact for event in life.events if isinstance(event.fact, ev.ClockMissed)]
    assert (missed.due, missed.late) == (MONDAY + 20 * MINUTE, 0)


def test_a_miss_is_taken_back_where_the_new_revision_gives_more_time() -> None:
    life = Life().wait(2 * HOUR)
    assert life.ticket.clock(ClockKind.response).missed_due == MONDAY + HOUR
    rolled(life, newer({"response": parse("4 h")}))
    response = life.ticket.clock(ClockKind.response)
    assert (response.missed_due, response.due) == (None, MONDAY + 4 * HOUR)


def test_what_is_no_longer_promised_ends_without_a_verdict_and_the_client_learns_it() -> None:
    life = rolled(Life(), newer({"update": None}))
    assert life.ticket.clock(ClockKind.update) is None
    assert life.ticket.clock_named("update").verdict is Verdict.cancelled
    assert told(life) == [("update", MONDAY + 90 * MINUTE, None)]


def test_a_level_that_stops_other_clocks_now_stops_them_at_once() -> None:
    base = terms()
    life = Life().do(BOB, cmd.Escalate(level="consulting", group="logistics", reason="Layout"), HOUR)
    assert life.ticket.clock(ClockKind.resolution).paused_by == ("level",)
    consulting = base.levels[Level.consulting].model_copy(update={"pauses": (ClockKind.update,)})
    rolled(life, newer(levels={**base.levels, Level.consulting: consulting}), HOUR)
    # The resolution ran one hour before it stood still, and has seven left.
    assert life.ticket.clock(ClockKind.resolution).due == MONDAY + 9 * HOUR
    assert life.ticket.clock(ClockKind.update).paused_by == ("level",)


def test_a_clock_that_waits_for_the_client_goes_on_where_waiting_no_longer_stops_it() -> None:
    life = Life().do(BOB, cmd.Ask(question="Since when?"), HOUR)
    rolled(life, newer(waiting_pauses=()), 3 * HOUR)
    assert life.ticket.clock(ClockKind.resolution).due == MONDAY + 11 * HOUR


def test_an_agreed_interval_of_updates_is_kept() -> None:
    life = Life()
    agreed = life.ticket.model_copy(update={"interval": parse("4 h")})
    life.state = agreed
    rolled(life, newer({"update": parse("30 min")}))
    assert life.ticket.clock(ClockKind.update).due == MONDAY + 4 * HOUR


def resolved(**consent: Any) -> tuple[Life, Terms]:
    asking = terms(consent=ConsentTerms(remind=parse("2 days"), **consent))
    return Life(terms=asking).do(BOB, cmd.Resolve(kind="fix", text="Spooler restarted."), HOUR), asking


def test_silence_never_closes_earlier_than_told_unless_the_client_has_the_whole_time_anew() -> None:
    life, _ = resolved(silence=parse("9 days"))
    rolled(life, newer(consent=ConsentTerms(remind=parse("2 days"), silence=parse("3 days"))), DAY)
    assert life.ticket.clock(ClockKind.consent).due == MONDAY + HOUR + DAY + 3 * DAY
    assert told(life) == [("consent", MONDAY + HOUR + 9 * DAY, MONDAY + HOUR + 4 * DAY)]


def test_a_longer_silence_is_counted_from_the_proposal() -> None:
    life, _ = resolved(silence=parse("3 days"))
    rolled(life, newer(consent=ConsentTerms(remind=parse("2 days"), silence=parse("9 days"))), DAY)
    assert life.ticket.clock(ClockKind.consent).due == MONDAY + HOUR + 9 * DAY


def test_while_consent_is_asked_nothing_begins_that_a_proposal_had_ended() -> None:
    life, _ = resolved(silence=parse("9 days"))
    rolled(life, newer({"resolution": parse("10 h")}, consent=ConsentTerms(remind=parse("2 days"))))
    assert {clock.kind for clock in life.ticket.clocks if clock.live} == {ClockKind.response, ClockKind.resolution}
    assert life.ticket.clock(ClockKind.resolution).paused_by == ("consent",)
    assert life.ticket.resolution.remind_at == MONDAY + HOUR + 2 * DAY
    life.do(ANNA, cmd.Refuse(reason="Still nothing."), HOUR)
    assert life.ticket.clock(ClockKind.update) is not None


def test_reminders_that_are_new_begin_now_and_those_that_are_gone_stop() -> None:
    life, _ = resolved()
    rolled(life, newer(consent=ConsentTerms()), HOUR)
    assert life.ticket.resolution.remind_at is None
    rolled(life, newer(revision="3", consent=ConsentTerms(remind=parse("1 days"), of=(Party.client,))), HOUR)
    assert life.ticket.resolution.remind_at == MONDAY + 3 * HOUR + DAY


def test_a_closed_ticket_keeps_its_window_and_is_reopened_under_the_new_terms() -> None:
    life, _ = resolved()
    life.do(ANNA, cmd.Consent(), HOUR)
    window = life.ticket.reopen_until
    rolled(life, newer({"update": parse("30 min")}), DAY)
    assert life.ticket.reopen_until == window
    life.do(ANNA, cmd.Reopen(reason="It is back."), HOUR)
    assert life.ticket.clock(ClockKind.update).due == life.now + 30 * MINUTE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agreement": "another"}, "other_agreement"),
        ({"revision": "1"}, "terms_unchanged"),
        ({"severities": {"low": terms().severities["low"]}}, "severity_gone"),
    ],
)
def test_a_ticket_that_does_not_fit_is_refused_and_stays_as_it_is(changes: dict[str, Any], code: str) -> None:
    life = Life()
    before = life.ticket
    assert refusal(life, newer(**changes)) == code
    assert life.ticket.terms == before.terms


def test_a_level_or_group_that_is_gone_is_refused() -> None:
    life = Life().do(BOB, cmd.Escalate(level="consulting", group="logistics", reason="Layout"))
    base = terms()
    assert refusal(life, newer(levels={Level.support: base.levels[Level.support]})) == "level_gone"
    other = LevelTerms(title={"en": "Consulting"}, groups={"finance": {"en": "Finance"}})
    assert refusal(life, newer(levels={**base.levels, Level.consulting: other})) == "group_gone"


def test_an_interval_on_a_calendar_that_is_gone_is_refused() -> None:
    life = Life()
    life.state = life.ticket.model_copy(update={"interval": parse("2 business days", on="office")})
    base = terms()
    low = base.severities["low"].model_copy(update={"response": None, "update": None})
    without = newer(
        calendars={"always": base.calendars["always"]}, severities={**base.severities, "low": low},
        consent=ConsentTerms(),
    )  # fmt: skip
    assert refusal(life, without) == "interval_gone"


def test_a_clock_that_had_ended_is_explained_by_the_revision_it_was_kept_under() -> None:
    life = Life().do(BOB, cmd.Acknowledge(means="call", text="On it."), 10 * MINUTE)
    rolled(life, newer({"response": parse("3 h")}), HOUR)
    response, update = life.ticket.clock_named("response"), life.ticket.clock(ClockKind.update)
    held = terms_of(response, life.ticket.terms, life.events)
    assert explain(response, held, life.now).revision == "1"
    assert terms_of(update, life.ticket.terms, life.events).revision == "2"


def test_the_preview_says_what_then_happens() -> None:
    life = Life().do(CLARA, cmd.Note(text="Looking."), 30 * MINUTE)
    command = Command(
        id="trial-1:T1", by=SYSTEM,
        step=cmd.ChangeTerms(terms=newer({"response": parse("20 min"), "update": None}), rollout="trial-1"),
    )  # fmt: skip
    seen = preview(life.ticket, command, life.now)
    assert [(one.clock, one.before, one.after, one.told, one.missed) for one in seen.clocks] == [
        ("response", MONDAY + HOUR, MONDAY + 20 * MINUTE, True, True),
        ("update", MONDAY + 90 * MINUTE, None, True, False),
    ]
    assert handle(life.ticket, command, life.now)
    gone = Command(
        id="trial-1:T1", by=SYSTEM,
        step=cmd.ChangeTerms(terms=newer(severities={"low": terms().severities["low"]}), rollout="trial-1"),
    )  # fmt: skip
    assert preview(life.ticket, gone, life.now).code == "severity_gone"
