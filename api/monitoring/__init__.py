"""Monitoring: every sender's words are brought to one notion, an episode reported, and one function takes it.

`senders/` has an adapter per sender; `files` and `monitors` what a monitor is told by its file; `signing` the proofs
other than a key; `taking` the one way in, `carrying` what the ticket is told; `alerts` and `rejected` are read again.
"""
