"""A typed client of Escalade's API.

`Escalade(url, key)` has one attribute for each part of the API and one method for each operation. What is written by
hand is small: how a request is carried (`carrying`), what a refusal is (`refused`), how pages follow (`paging`).
"""

from .client import Escalade
from .paging import every
from .refused import Refused

__all__ = ["Escalade", "Refused", "every"]
