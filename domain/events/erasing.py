"""That what people wrote was taken out of a ticket."""

from __future__ import annotations

from typing import Literal

from domain.base import Model


class TextsErased(Model):
    """`whole`: every text of the ticket so far; else only what one person had said on it."""

    type: Literal["texts_erased"] = "texts_erased"
    whole: bool = True
