"""Why a file could not be judged, as data with a message for a person."""

from __future__ import annotations


class NotJsonError(ValueError):
    """A text is not one JSON value; ``offset`` counts characters, ``kind`` names the fault in a word or two."""

    def __init__(self, message: str, offset: int, kind: str) -> None:
        self.message = message
        self.offset = offset
        self.kind = kind
        super().__init__(message)


class DocumentError(ValueError):
    """A file's content is not of its format; ``line`` and ``column`` count from 1, None where they are not known."""

    def __init__(self, message: str, kind: str, line: int | None = None, column: int | None = None) -> None:
        self.message = message
        self.kind = kind
        self.line = line
        self.column = column
        super().__init__(message)


class UnreadableFileError(Exception):
    """A file cannot be read at all: no permission, a loop of links, a missing library."""


class UnknownSchemaChoiceError(LookupError):
    """Nothing tells which schema a payload is meant to keep to."""


class ConfigurationError(ValueError):
    """A configuration file, or a value in it, cannot be used; the message names the file."""


class NoSuchFileError(FileNotFoundError):
    """A file, folder or pattern that was asked for leads to nothing."""
