"""Raw bytes, and what is odd around a body: everything gets an answer, and what is not JSON is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from apps_contract.contract import OPERATIONS, operation
from apps_contract.payloads import create_request, odd
from apps_contract.payloads.cases import RawCase
from apps_contract.payloads.credentials import WRONG_CREDENTIALS
from apps_contract.payloads.raw import hostile, not_json, not_objects
from apps_contract.run.fuzz.plan import verdict
from apps_contract.run.fuzz.trials import OddTrial, RawTrial

if TYPE_CHECKING:
    from apps_contract.run.fuzz.subject import Subject

WITH_BODY = st.sampled_from([one.name for one in OPERATIONS if one.request_schema])
KNOWN = st.sampled_from([*not_json(), *not_objects(), *hostile()])
SEGMENT = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="/?#"), max_size=40)
VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=200).map(str.strip)


@given(operation=WITH_BODY, case=KNOWN)
def test_known_oddities(subject: Subject, operation: str, case: RawCase) -> None:
    """SRV-INPUT-1 and SRV-INPUT-8."""
    subject.check(RawTrial(operation, case))


@given(operation=WITH_BODY, body=st.binary(max_size=400))
def test_any_bytes(subject: Subject, operation: str, body: bytes) -> None:
    """SRV-INPUT-1 and SRV-INPUT-8."""
    subject.check(RawTrial(operation, RawCase("any bytes", "bytes", body, verdict=verdict(body))))


@given(operation=WITH_BODY, data=st.data())
def test_bytes_changed_in_a_valid_body(subject: Subject, operation: str, data: st.DataObject) -> None:
    """SRV-INPUT-1 and SRV-INPUT-8."""
    text = json.dumps(data.draw(create_request(edition=subject.edition)), ensure_ascii=False).encode()
    start = data.draw(st.integers(0, len(text)), label="from")
    end = data.draw(st.integers(start, min(len(text), start + 16)), label="to")
    changed = text[:start] + data.draw(st.binary(max_size=8), label="put in") + text[end:]
    subject.check(RawTrial(operation, RawCase("changed bytes", "changed", changed, verdict=verdict(changed))))


@given(suffix=st.sampled_from([*odd.PATHS, *odd.QUERIES]) | SEGMENT.map("/{}".format) | SEGMENT.map("?{}".format))
def test_odd_paths(subject: Subject, suffix: str) -> None:
    """SRV-INPUT-8."""
    subject.check(OddTrial("path", suffix))


@given(header=st.sampled_from(odd.HEADERS) | st.tuples(st.sampled_from([name for name, _ in odd.HEADERS]), VALUE))
def test_odd_headers(subject: Subject, header: tuple[str, str]) -> None:
    """SRV-INPUT-8."""
    subject.check(OddTrial("header", header=header))


@given(mask=st.sampled_from(odd.MASKS) | SEGMENT.map(lambda text: text.replace("&", "%26")))
def test_odd_masks(subject: Subject, mask: str) -> None:
    """SRV-INPUT-8."""
    subject.check(OddTrial("mask", f"?{operation('update').mask_parameter(subject.edition)}={mask}"))


@given(name=st.sampled_from([one.name for one in OPERATIONS]), wrong=st.sampled_from(sorted(WRONG_CREDENTIALS)))
def test_wrong_credentials(subject: Subject, name: str, wrong: str) -> None:
    """SRV-AUTH-1, SRV-AUTH-5 and SRV-INPUT-8."""
    subject.check(OddTrial("credentials", f"{name} with {wrong}"))
