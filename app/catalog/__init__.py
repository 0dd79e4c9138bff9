"""Canonical items, their identifiers, and where each fact came from."""
