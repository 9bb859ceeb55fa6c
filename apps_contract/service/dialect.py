"""The freedom that the contract leaves to a server, as data: each field is one choice that conforms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Choice = Literal["ignored", "refused"]
Acceptance = Literal["accepted", "refused"]


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a conforming server differs from another. Every combination of the fields conforms to every MUST.

    One field breaks a SHOULD on purpose: ``defaults="absent"`` (SRV-STATE-3). ``description`` says so where it is used.
    Fields that name an edition have an effect only there.
    """

    name: str = "default"
    description: str = "Flat errors, 404 for a missing app, null on delete, defaults shown, unknown members ignored."

    # Answers: what they hold (contract 4.1, 4.4, SRV-SHAPE)
    error_envelope: Literal["flat", "wrapped"] = "flat"
    error_words: Literal["rpc", "legacy"] = "rpc"
    error_details: Literal["listed", "empty", "absent"] = "listed"
    delete_answer: Literal["null", "object", "empty"] = "null"
    empty_list: Literal["array", "absent"] = "array"
    list_order: Literal["oldest", "newest"] = "oldest"
    defaults: Literal["shown", "absent"] = "shown"
    read_only: Literal["shown", "absent", "moving"] = "shown"
    extra_members: bool = False
    id_style: Literal["ulid", "uuid", "number"] = "ulid"
    processing_mode_2026: Literal["CONVERSATION", "DISPATCH"] = "DISPATCH"
    null_objects_2026: bool = False
    zero_waiting_time_2026: bool = False
    credential_state_2026: Literal["absent", "moving"] = "absent"

    # Statuses (SRV-STATE-9, 10; SRV-AUTH-2; SRV-INPUT-9, 10)
    missing_app: Literal[404, 403] = 404
    foreign_project: Literal[403, 404] = 403
    wrong_method: Literal[405, 404, 501] = 405
    other_media_type: Literal[415, 400] = 415
    checked_first: Literal["body", "app"] = "body"

    # Requests: what is taken (SRV-STATE-6, 11, 12; SRV-INPUT-3, 7, 8, 12)
    unknown_members: Choice = "ignored"
    read_only_members: Choice = "ignored"
    null_members: Literal["absent", "refused"] = "refused"
    zero_fractions: Acceptance = "accepted"
    empty_credentials: Acceptance = "accepted"
    empty_strings: Acceptance = "accepted"
    repeated_channels: Acceptance = "accepted"
    nul_characters: Acceptance = "accepted"
    small_objects: Literal["merged", "replaced"] = "merged"
    nested_masks: Acceptance = "accepted"
    name_limit: int | None = None
    body_limit: int = 1 << 20
    requests_per_second: int | None = None

    # Transport
    media_type: str = "application/json"
    text: Literal["raw", "escaped", "indented"] = "raw"
    chunked: bool = False
    keep_alive: bool = True
    compressed: bool = False
    delay_s: float = 0.0
    header_case: Literal["lower", "title", "odd"] = "lower"


DEFAULT = Dialect()
