"""A person is erased on request: open tickets first, then the record, then the person.

`doors.py` is the operation, which keeps what is asked for; `carrying.py` carries it out in the background, after a
restart too; `erasing.py` does it, for the command line as well.
"""
