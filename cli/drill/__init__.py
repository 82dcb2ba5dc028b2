"""`escalade drill`: a fault in a demo's stack, to be found with the doctor and the runbook; never in production.

`faults.py` lists them; `processes.py`, `tickets.py` and `surroundings.py` know how each is made and taken back.
`standing.py` keeps which one is on, `command.py` asks and answers.
"""
