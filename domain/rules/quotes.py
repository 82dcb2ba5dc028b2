"""Quotes: asked for, made, accepted, refused, expired."""

from __future__ import annotations

from domain.rules.shape import Decisions

DECISIONS: Decisions = {}
