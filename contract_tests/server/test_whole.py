"""SRV-STATE-4 and 5 over the whole run: what became of all its apps in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach
from apps_contract.checks.last_answers import last_answers
from apps_contract.checks.lifecycle import same_app
from apps_contract.run.api import BrokenError
from apps_contract.run.marks import requirement

if TYPE_CHECKING:
    from apps_contract.run.api import Api

MOST_ASKED = 5


@requirement("SRV-STATE-5", alone=True)
def test_every_app_is_at_last_what_its_last_answer_showed(api: Api) -> None:
    """Whatever happened to other apps meanwhile, each is in the end as its own create or last update left it."""
    session = api.session
    made = session.ledger.ever_made(session.key.project_id)
    known = {app_id: app for app_id, app in last_answers(session.wire.traffic).items() if app_id in made}
    listed = {str(app.get("id")): app for app in api.apps_in(api.list())}
    asked = 0
    for app_id, last in known.items():
        if app_id not in listed:
            title = "list does not hold every app at the end of the run"
            api.require(Breach("SRV-STATE-5", title, f"app {app_id}", "absent", "body.apps"))
        if asked < MOST_ASKED and same_app(last, listed[app_id], api.edition, "SRV-STATE-5", ""):
            asked += 1
            shown = api.app_in(api.get(app_id))
            api.require(same_app(last, shown, api.edition, "SRV-STATE-4", "an app's last answer and a later get"))
            breach = same_app(shown, listed[app_id], api.edition, "SRV-STATE-5", "an app in get and in list")
            if breach:
                raise BrokenError(breach)
