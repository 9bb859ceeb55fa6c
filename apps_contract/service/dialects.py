"""Conforming servers that differ: together they take every freedom that the contract leaves."""

from __future__ import annotations

from apps_contract.contract.library import unknown_name_message
from apps_contract.service.dialect import DEFAULT, Dialect


class UnknownDialectError(LookupError):
    """No dialect of that name; the message names the nearest one."""

    def __init__(self, name: str) -> None:
        super().__init__(unknown_name_message("dialect", name, DIALECTS))


def dialect(name: str) -> Dialect:
    """Return the dialect of that name; raise UnknownDialectError."""
    try:
        return DIALECTS[name]
    except KeyError:
        raise UnknownDialectError(name) from None


_ALL = (
    DEFAULT,
    Dialect(
        name="wrapped",
        description="Errors wrapped in `error` with the older status words, 403 for a missing app, 404 for another's "
        "project, {} on delete.",
        error_envelope="wrapped",
        error_words="legacy",
        error_details="empty",
        missing_app=403,
        foreign_project=404,
        delete_answer="object",
        processing_mode_2026="CONVERSATION",
    ),
    Dialect(
        name="terse",
        description="Leaves out what may be left out: defaults (breaks the SHOULD of SRV-STATE-3), read-only members, "
        "an empty list, error details, the body after delete.",
        defaults="absent",
        read_only="absent",
        empty_list="absent",
        error_details="absent",
        delete_answer="empty",
    ),
    Dialect(
        name="strict",
        description="Refuses all that may be refused: unknown and read-only members, integers written with a fraction, "
        "empty or NUL-bearing text, no or doubled channels, names over 256 characters, bodies over 64 KiB, "
        "nested masks.",
        unknown_members="refused",
        read_only_members="refused",
        zero_fractions="refused",
        empty_strings="refused",
        empty_credentials="refused",
        repeated_channels="refused",
        nul_characters="refused",
        nested_masks="refused",
        name_limit=256,
        body_limit=1 << 16,
    ),
    Dialect(
        name="lenient",
        description="Null counts as absent; replaces small objects whole, looks for the app before the body, "
        "answers 400 to another media type and 404 to an unknown method.",
        null_members="absent",
        small_objects="replaced",
        checked_first="app",
        other_media_type=400,
        wrong_method=404,
    ),
    Dialect(
        name="growing",
        description="Shows members that no edition knows, counters that move by themselves, states and ids of "
        "credentials, newest apps first, UUIDs.",
        extra_members=True,
        read_only="moving",
        credential_state_2026="moving",
        list_order="newest",
        id_style="uuid",
    ),
    Dialect(
        name="observed",
        description="What answers of edition 2026 were seen to hold: null objects, CONVERSATION by default, errors "
        "wrapped.",
        error_envelope="wrapped",
        null_objects_2026=True,
        processing_mode_2026="CONVERSATION",
    ),
    Dialect(
        name="idle-fallback",
        description="A waiting time of 0 while the fallback is disabled (seen in edition 2026), ids that are digits, "
        "indented JSON.",
        zero_waiting_time_2026=True,
        id_style="number",
        text="indented",
    ),
    Dialect(
        name="gateway",
        description="As behind a proxy: compressed, chunked answers, header names in odd case, a charset, 501 for an "
        "unknown method.",
        compressed=True,
        chunked=True,
        header_case="odd",
        media_type="application/json; charset=utf-8",
        wrong_method=501,
    ),
    Dialect(
        name="closing",
        description="Closes the connection after each answer, header names in title case, non-ASCII text escaped.",
        keep_alive=False,
        header_case="title",
        text="escaped",
    ),
    Dialect(
        name="slow",
        description="Takes 200 ms for each answer.",
        delay_s=0.2,
    ),
    Dialect(
        name="limited",
        description="Answers 429 with Retry-After beyond 150 requests per second of one key.",
        requests_per_second=150,
    ),
)

DIALECTS: dict[str, Dialect] = {each.name: each for each in _ALL}
