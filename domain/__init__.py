"""The rules of a support agreement: calendars, clocks, decisions.

Pure: standard library and pydantic only. No I/O, no SQL, no engine, and no clock is read: `now` is always an
argument. Imports nothing of ours; every other folder may import it.
"""
