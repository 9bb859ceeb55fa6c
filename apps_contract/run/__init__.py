"""A run: its target, what it made, what it found, and the events that tell of it."""
