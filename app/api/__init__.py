"""The door for programs: JSON under /api, described by OpenAPI."""
