"""Tastebuds: one box over everything you read, watch, play and listen to."""

__version__ = "0.1.0"
