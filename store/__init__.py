"""Everything SQL: the tables, every query, the migrations. Functions take a `Database` and speak in domain models.

May import: domain. Must not: an engine, a web framework, anything that decides. The workflow of an open ticket is
the truth; its row here is a projection that `record` alone writes (docs/decisions/0005-the-record.md).
"""
