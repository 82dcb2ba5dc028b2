"""What touches the outside: recording, waking delivery, delivering. One class per outside thing.

May import: domain, store, runtime. Must not: api, cli, agreements. An activity may run twice; each says what then.
"""
