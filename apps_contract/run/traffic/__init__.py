"""Judging traffic that passes by, or was recorded: the judge's, the proxy's, and that of HAR files."""
