"""Agreements as data: one YAML file per publisher, a strict schema for them, and what turns them into terms.

`load` reads a file or says everything that is wrong with it; `compile_terms` makes the snapshot that a
ticket carries. May import: domain. Must not: anything that runs or stores a ticket, or reads a clock (the day
is an argument).
"""

from agreements.compiling import compile_terms
from agreements.problems import AgreementError
from agreements.reading import load, parse, published, revision
from agreements.schema import AgreementFile
from domain.errors import Problem

__all__ = [
    "AgreementError",
    "AgreementFile",
    "Problem",
    "compile_terms",
    "load",
    "parse",
    "published",
    "revision",
]
