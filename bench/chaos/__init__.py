"""The chaos run: tickets live while everything they stand on is killed, paused, cut off, filled up (docs/chaos.md).

`plan` draws faults from a seed, `parts`, `postgres`, `links` and `mailbox` are what can be hurt, `faults` hurts it,
`people` work meanwhile and keep what they were answered, `checks` and its neighbours look from outside at what became
of it.
"""
