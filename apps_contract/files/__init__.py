"""Payload files: reading any format, choosing a schema, judging millions of payloads, telling people what to change."""
