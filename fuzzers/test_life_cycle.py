"""The life cycle of apps in two projects: every answer is what a model says, whatever the order of calls.

Some steps send several requests at the same time; what they leave behind has to be what one order of them would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test

from apps_contract.payloads import create_request, invalid_case, update_request
from apps_contract.run.api import BrokenError
from apps_contract.run.errors import NotTestedError

if TYPE_CHECKING:
    from apps_contract.run.fuzz.subject import Subject

PROJECTS = st.sampled_from([0, 1])
HOW = st.sampled_from(["get", "update", "delete"])


class AppsLife(RuleBasedStateMachine):
    """Draws steps; ``subject`` is set by the test. A user's own rules go into a class that inherits from this one."""

    subject: Subject
    apps = Bundle("apps")

    def __init__(self) -> None:
        super().__init__()
        self.life = self.subject.life()
        self.made = 0

    def do(self, step: dict[str, Any]) -> None:
        """Apply a step; what breaks the contract fails the test, with the steps to repeat it."""
        try:
            self.life.apply(step)
        except BrokenError as broken:
            raise AssertionError(self.subject.explain(broken.breach, self.life.api(0).trace)) from None
        except NotTestedError:
            pass  # the target gave nothing to go on with: judged by other tests

    @rule(target=apps, project=PROJECTS, data=st.data())
    def create(self, project: int, data: st.DataObject) -> str:
        """Make an app."""
        self.made += 1
        name = f"app {self.made}"
        body = data.draw(create_request(edition=self.subject.edition))
        self.do({"do": "create", "name": name, "project": project, "body": body})
        return name

    @rule(name=apps)
    def get(self, name: str) -> None:
        """Get an app, or one that was deleted."""
        self.do({"do": "get", "name": name})

    @rule(name=apps, data=st.data())
    def update(self, name: str, data: st.DataObject) -> None:
        """Update an app, with a mask or without."""
        body = data.draw(update_request(edition=self.subject.edition))
        masks = st.none() | st.lists(st.sampled_from(sorted(body)), min_size=1, unique=True) if body else st.none()
        self.do({"do": "update", "name": name, "body": body, "mask": data.draw(masks, label="mask")})

    @rule(name=apps, data=st.data())
    def reject(self, name: str, data: st.DataObject) -> None:
        """Send an update that has to be refused."""
        body = data.draw(invalid_case(self.subject.edition, "update")).body
        self.do({"do": "reject", "name": name, "body": body})

    @rule(name=apps)
    def delete(self, name: str) -> None:
        """Delete an app, once or again."""
        self.do({"do": "delete", "name": name})

    @rule(project=PROJECTS)
    def list(self, project: int) -> None:
        """List a project."""
        self.do({"do": "list", "project": project})

    @rule(name=apps, how=HOW, intrudes=st.booleans(), data=st.data())
    def stray(self, name: str, how: str, intrudes: bool, data: st.DataObject) -> None:  # noqa: FBT001 - drawn by name
        """Reach for an app from the other project, or with its key."""
        body = data.draw(update_request(edition=self.subject.edition)) if how == "update" else None
        self.do({"do": "stray", "name": name, "how": how, "intrudes": intrudes, "body": body})

    @rule(name=apps, data=st.data())
    def updates(self, name: str, data: st.DataObject) -> None:
        """Update one app several times at once."""
        bodies = data.draw(st.lists(update_request(edition=self.subject.edition), min_size=2, max_size=4))
        self.do({"do": "updates", "name": name, "bodies": bodies})

    @rule(project=PROJECTS, data=st.data())
    def creates(self, project: int, data: st.DataObject) -> None:
        """Make several apps at once."""
        self.made += 1
        bodies = data.draw(st.lists(create_request(edition=self.subject.edition), min_size=2, max_size=4))
        self.do({"do": "creates", "name": f"parallel {self.made} ", "project": project, "bodies": bodies})

    def teardown(self) -> None:
        """Delete what is still there. Nothing is judged: it would hide what the steps have broken."""
        self.life.end()


def test_life_cycle(subject: Subject) -> None:
    """SRV-STATE-1 to SRV-STATE-10, SRV-AUTH-2, SRV-LOAD-1 and SRV-LOAD-2."""
    machine = type("AppsLifeHere", (AppsLife,), {"subject": subject})
    run_state_machine_as_test(machine, settings=settings(stateful_step_count=20))  # type: ignore[no-untyped-call]
