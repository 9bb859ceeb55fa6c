"""Consumers of a run's events: terminal, JSON, JUnit."""
