"""Menus served in courses: composing them, and sharing them at a stable slug."""
