"""`escalade reconcile`: what differs between the engine and the record, shown and mended (docs/restore.md).

`retelling` has a run's history tell what it recorded, `looking` compares tickets and `defects` defects, `mending`
brings the side that is behind to the other, `command` is the command line and `view` what it prints.
"""
