"""A property of one's own: of two names that an app is given, the second stays.

pytest examples/own_property --apps-target http://127.0.0.1:8080 --apps-project p --apps-key-id k
"""

from hypothesis import given

from apps_contract.payloads import app_text
from apps_contract.run.fuzz.subject import Subject


@given(first=app_text(), second=app_text())
def test_the_second_name_stays(subject: Subject, first: str, second: str) -> None:
    """Renaming is no more than what the last call says."""
    api = subject.api
    app = api.given_app()
    for name in (first, second):
        api.update(app["id"], {"display_name": name})
    assert api.app_in(api.get(app["id"]))["display_name"] == second
    api.delete(app["id"])
