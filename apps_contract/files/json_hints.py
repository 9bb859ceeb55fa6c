"""Says what somebody probably meant whose text is not JSON: other languages' words, quotes, numbers and comments.

No hint shows more of the text than names and known words, since the rest may be a secret.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W\d]\w*")
_MEANT: Final = {
    "null": ("none", "nil", "undefined", "null"),
    "true": ("true", "yes", "on"),
    "false": ("false", "no", "off"),
}
_OF_OTHERS: Final = {word: meant for meant, words in _MEANT.items() for word in words}
_QUOTES: Final = "'`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_LONGEST_NAME: Final = 40

NAME: Final = "a member's name in double quotes or '}'"
VALUE: Final = "a value"


def hint(text: str, at: int, wanted: str) -> str:
    """Return advice on what stands at an offset of a text where ``wanted`` was expected; empty where none is known."""
    if odd := _about_the_character(text, at):
        return odd
    char, before = text[at], text[:at].rstrip()[-1:]
    if wanted not in {NAME, VALUE}:
        return _about_a_separator(char, text[at - 1 : at], wanted)
    if char == ",":
        return "a comma too many" if before in {",", "[", "{"} else "a value is missing"
    return _about_a_word(text, at, wanted) or (_about_a_number(char) if wanted == VALUE else "")


def about_a_string(problem: str) -> str:
    """Return, in better words, what is wrong inside a string."""
    if problem.startswith("Unterminated"):
        return "a string is not closed: its closing quote is missing"
    if problem.startswith("Invalid control"):
        return "a string goes over the end of a line, or holds a tab: written as \\n and \\t"
    if problem.startswith("Invalid \\u"):
        return "an escape \\u that four hexadecimal digits do not follow"
    return 'an unknown escape: a backslash in a string is written twice (\\\\), a quote as \\"'


def _about_the_character(text: str, at: int) -> str:
    char = text[at]
    if char in _QUOTES:
        return 'JSON puts names and text in double quotes (")'
    if text.startswith(("//", "/*", "#"), at):
        return "JSON allows no comments"
    if char == "<" and not text[:at].strip():
        return "this looks like XML or HTML"
    if char.isspace() or unicodedata.category(char) == "Cf":
        return f"{unicodedata.name(char, 'an odd space').lower()}: between values JSON allows plain spaces only"
    return ""


def _about_a_separator(char: str, before: str, wanted: str) -> str:
    if before.isdigit():
        if char.isdigit():
            return "a number has no leading zero"
        if char.isalpha() or char == "_":
            return "a number is decimal, without a unit"
    if char == '"' and wanted.startswith("a comma"):
        return "a comma is missing before it, or a quote inside a text lacks its backslash"
    return ""


def _about_a_word(text: str, at: int, wanted: str) -> str:
    found = _WORD.match(text, at)
    if found is None:
        return ""
    word = found.group()
    if wanted == NAME:
        return f'a name stands in double quotes: "{word[:_LONGEST_NAME]}"'
    if word.lower() in _OF_OTHERS:
        return f"JSON writes {_OF_OTHERS[word.lower()]} for {word}"
    return "text stands in double quotes"


def _about_a_number(char: str) -> str:
    if char == "+":
        return "a number has no plus sign"
    return "a digit stands before the point" if char == "." else ""
