"""While a process begins, nobody looks for garbage; afterwards as before, but not among what was there."""

import gc

from runtime.growing import growing


def test_nothing_is_looked_through_while_a_process_begins_nor_what_it_began_with_ever_again() -> None:
    frozen = gc.get_freeze_count()
    try:
        with growing():
            assert not gc.isenabled()
            kept = [[number] for number in range(1000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() >= frozen + len(kept)
    finally:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def test_where_nobody_looked_before_nobody_looks_afterwards() -> None:
    gc.disable()
    try:
        with growing():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
