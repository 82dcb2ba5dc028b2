"""The command line `escalade`, and the embedded stack that `escalade up` runs.

May import everything: beside `worker.py` this is the only place that wires. Nobody imports it.
"""
