"""Tells whether a server or a client keeps the contract of the Sinch Conversation API's Apps endpoints."""

__version__ = "0.1.0"
