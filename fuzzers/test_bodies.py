"""Request bodies: what the schema allows is taken and kept; what has one defect is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from apps_contract.payloads import create_request, invalid_case, update_request
from apps_contract.run.fuzz.trials import BodyTrial

if TYPE_CHECKING:
    from apps_contract.run.fuzz.subject import Subject


@given(data=st.data())
def test_valid_create_is_taken_and_kept(subject: Subject, data: st.DataObject) -> None:
    """SRV-INPUT-12, SRV-STATE-2, SRV-STATE-3, SRV-STATE-4 and SRV-STATE-9."""
    subject.check_body("create", data.draw(create_request(edition=subject.edition), label="create"))


@given(data=st.data())
def test_valid_update_changes_what_it_names(subject: Subject, data: st.DataObject) -> None:
    """SRV-INPUT-12, SRV-STATE-4 and SRV-STATE-6."""
    subject.check_body("update", data.draw(update_request(edition=subject.edition), label="update"))


@given(data=st.data())
def test_create_with_one_defect_is_refused(subject: Subject, data: st.DataObject) -> None:
    """SRV-INPUT-2 to SRV-INPUT-6; the body without its defect is taken."""
    subject.check(BodyTrial(data.draw(invalid_case(subject.edition, "create"), label="defect")))


@given(data=st.data())
def test_update_with_one_defect_is_refused_and_changes_nothing(subject: Subject, data: st.DataObject) -> None:
    """SRV-INPUT-2 to SRV-INPUT-6, and SRV-STATE-8."""
    subject.check(BodyTrial(data.draw(invalid_case(subject.edition, "update"), label="defect")))
