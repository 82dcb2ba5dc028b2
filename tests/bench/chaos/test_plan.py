"""A seed is a run that can be asked for again."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from bench.chaos.plan import kinds, plan


def test_the_same_seed_plans_the_same_faults_and_another_one_others() -> None:
    assert plan(7, 600, 2, 2) == plan(7, 600, 2, 2)
    assert plan(7, 600, 2, 2) != plan(8, 600, 2, 2)


@pytest.mark.parametrize("seed", range(5))
def test_every_kind_of_fault_comes_in_ten_minutes(seed: int) -> None:
    happened = Counter((fault.kind, fault.target) for fault in plan(seed, 600, 2, 2))
    assert happened.keys() == {(kind, target) for kind, target, _, _ in kinds(2, 2)}
    assert max(happened.values()) - min(happened.values()) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_one_thing_suffers_one_fault_at_a_time(seed: int) -> None:
    until: dict[str, float] = {}
    for fault in plan(seed, 600, 2, 2):
        thing = {"database": "postgres", "mail": "mail server"}.get(fault.kind, fault.target)
        assert fault.at >= until.get(thing, 0.0), fault
        until[thing] = fault.until


def test_several_things_fail_at_once() -> None:
    planned = plan(1, 600, 2, 2)
    together = sum(1 for one, other in pairwise(planned) if other.at < one.until)
    assert together > 10
