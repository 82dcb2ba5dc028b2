"""What Escalade is measured by: a module for each part, its goals in `goals.py`, one table of all at the end.

`python -m bench [PART ...] [--without PART] [--quick] [--json FILE]`. Each figure stands beside its floor or its rival,
taken in the same run. A part prints its own details, and gives its lines of the table (`figures(quick)`). What the
parts share: `standing.py` (a stack and a bare worker beside it), `calling.py` (a load that costs little), `bare.py`
(the bare engine). `chaos/` is another thing: the run in which everything fails.
"""
