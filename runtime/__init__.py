"""What every process needs to run: settings, the Temporal client, telemetry.

Imports nothing of ours and knows no business word. Whatever starts a process (`worker.py`, `api`, `cli`)
reads its settings here.
"""
