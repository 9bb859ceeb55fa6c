"""Consumers of a run's events: terminal, report.json, and every format and page that is made from it."""
