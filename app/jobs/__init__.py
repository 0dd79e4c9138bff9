"""The door for clock and queue: what runs by itself."""
