"""Operations' door: what is wrong, what it means, what to do next; and the figures that Prometheus reads.

`examining.examine` looks at every part at once, each with a time limit of its own, and works while half of them are
down; the page, `GET /v1/operations/health` and `escalade doctor` show what it finds, and the metrics count it. A
module of `probes/` looks at one part. `guide.py` has what to look at and to do, under the codes that alert rules and
docs/runbook.md share.
"""
