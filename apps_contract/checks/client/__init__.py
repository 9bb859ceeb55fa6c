"""Oracles for clients: pure functions from what was seen on the wire, and what the caller got, to breaches."""
