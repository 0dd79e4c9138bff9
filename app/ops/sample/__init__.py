"""The sample catalog and its personas: TOML written by hand, read as candidates and as plain structs."""
