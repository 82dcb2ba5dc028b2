"""Makes `sample_log.csv`: a small made-up log of a help desk, the same one for the same seed.

python examples/make_log.py > examples/sample_log.csv
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import datetime, timedelta

SEED = 7
TICKETS = 40
FIRST_DAY = datetime(2025, 3, 3, 8, 0)  # noqa: DTZ001  the log writes local times without offset, as many do
AGENTS = ("alice", "bruno", "chloe")
PROBLEMS = ("Gates stay closed", "Report is empty", "Import stops half-way", "Badge is not read", "Login is slow")

Line = tuple[datetime, int, str, str, str, str, str]


def lives(dice: random.Random) -> list[Line]:
    """Every row of every ticket, in the order they happened."""
    rows: list[Line] = []
    for number in range(1, TICKETS + 1):
        opened = FIRST_DAY + timedelta(minutes=dice.randrange(0, 40 * 24 * 60, 7))
        priority = dice.choices(("urgent", "high", "normal", "low"), (1, 3, 8, 4))[0]
        subject, agent, now, team = dice.choice(PROBLEMS), dice.choice(AGENTS), opened, "desk"

        def row(event: str, who: str) -> None:
            rows.append((now, number, event, who, priority, team, subject))  # noqa: B023  used inside this turn only

        row("opened", "client")
        now += timedelta(minutes=dice.randrange(5, 600))
        row("taken", agent)
        if dice.random() < 0.4:
            now += timedelta(minutes=dice.randrange(5, 300))
            row("question", agent)
            now += timedelta(minutes=dice.randrange(60, 3000))
            row("reply", "client")
        if dice.random() < 0.3:
            now += timedelta(minutes=dice.randrange(30, 600))
            team = dice.choice(("experts", "development"))
            row("handed on", agent)
            agent = dice.choice(AGENTS)
            now += timedelta(minutes=dice.randrange(30, 2000))
            row("taken", agent)
        now += timedelta(minutes=dice.randrange(10, 4000))
        if dice.random() < 0.05:
            row("withdrawn", "client")
            continue
        row("solved", agent)
        if dice.random() < 0.15:
            now += timedelta(minutes=dice.randrange(30, 1500))
            row("not solved", "client")
            now += timedelta(minutes=dice.randrange(60, 3000))
            row("solved", agent)
        if dice.random() < 0.85:
            now += timedelta(minutes=dice.randrange(30, 3000))
            row("accepted", "client")
            if dice.random() < 0.15:
                now += timedelta(days=dice.randrange(2, 40))
                row("again", "client")
                now += timedelta(minutes=dice.randrange(60, 3000))
                row("solved", agent)
                now += timedelta(minutes=dice.randrange(60, 1500))
                row("accepted", "client")
    return sorted(rows)


def main() -> None:
    """Writes the log to standard output; one row is broken on purpose, as real logs have them."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("number", "when", "event", "who", "priority", "team", "subject"))
    for place, (now, number, event, who, priority, team, subject) in enumerate(lives(random.Random(SEED)), 1):
        when = "31/03/2025 ?" if place == 60 else f"{now:%Y-%m-%d %H:%M}"
        out.writerow((f"HD-{number:03}", when, event, who, priority, team, subject))


if __name__ == "__main__":
    main()
