"""SRV-STATE-4 and 5: get and list show what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach
from apps_contract.checks.lifecycle import same_app
from apps_contract.contract import credential_forms
from apps_contract.payloads.valid import create_for, full_update, minimal_create
from apps_contract.run.marks import requirement
from apps_contract.run.steps import shows_the_same

if TYPE_CHECKING:
    from apps_contract.run.api import Api

CROWD = 205  # above the page sizes that services are built with


@requirement("SRV-STATE-4")
def test_get_shows_what_create_answered(api: Api) -> None:
    """Get returns what create answered; two gets with nothing between are equal."""
    bodies = [create_for(api.edition, form, api.session.new_name()) for form in credential_forms(api.edition)]
    for body in [minimal_create(api.edition, api.session.new_name()), bodies[0], bodies[-1]]:
        app = api.given_app(body)
        once = shows_the_same(api, app, "create")
        twice = api.app_in(api.get(app["id"]))
        api.require(same_app(once, twice, api.edition, "SRV-STATE-4", "two gets with nothing between"))


@requirement("SRV-STATE-4")
def test_get_shows_what_the_last_update_answered(api: Api) -> None:
    """Get returns the last update's answer, also after several, and after a get between them."""
    app = api.given_app()
    for tag in ("first", "second", "third"):
        updated = api.app_in(api.update(app["id"], full_update(api.edition, api.session.new_name(), tag)))
        shows_the_same(api, updated, "update")
    for name in ("one more", "and the last"):
        updated = api.app_in(api.update(app["id"], {"display_name": name}))
    shows_the_same(api, updated, "the last of two updates")


@requirement("SRV-STATE-5", alone=True)
def test_list_holds_every_app_once(api: Api) -> None:
    """List holds every app of the project exactly once, each equal to its get, also when there are hundreds."""
    session = api.session
    missing = CROWD - len(session.ledger.alive())
    bodies = [minimal_create(api.edition, session.new_name()) for _ in range(missing)]
    session.together(lambda body: session.api().create(body), bodies)
    listed = api.apps_in(api.list())
    ids = [str(app.get("id")) for app in listed]
    mine = [entry.app_id for entry in session.ledger.alive() if entry.project_id == session.key.project_id]
    lost = [app_id for app_id in mine if app_id not in set(ids)]
    if lost:
        found = f"{len(mine) - len(lost)} of {len(mine)}; {lost[0]} is missing"
        api.require(Breach("SRV-STATE-5", "list does not hold every app", f"all {len(mine)} apps", found, "body.apps"))
    doubled = [app_id for app_id in set(ids) if ids.count(app_id) > 1]
    if doubled:
        title = "list holds an app more than once"
        api.require(
            Breach("SRV-STATE-5", title, "each app once", f"{doubled[0]} {ids.count(doubled[0])} times", "body.apps")
        )


@requirement("SRV-STATE-5", alone=True)
def test_list_shows_each_app_as_get_does(api: Api) -> None:
    """What list says of an app is what get says of it: first, last and updated apps, with few entries and with all."""
    forms = credential_forms(api.edition)
    apps = [api.given_app(create_for(api.edition, form, api.session.new_name())) for form in (forms[0], forms[-1])]
    apps += [api.given_app(), api.given_app()]
    api.update(apps[0]["id"], full_update(api.edition, api.session.new_name()))
    listed = {str(app.get("id")): app for app in api.apps_in(api.list())}
    for app in apps:
        shown = api.app_in(api.get(app["id"]))
        if app["id"] not in listed:
            missing = Breach("SRV-STATE-5", "list does not hold every app", f"app {app['id']}", "absent", "body.apps")
            api.require(missing)
        api.require(same_app(shown, listed[app["id"]], api.edition, "SRV-STATE-5", "an app in get and in list"))


@requirement("SRV-STATE-5", alone=True)
def test_list_follows_every_change(api: Api) -> None:
    """What was just created, updated or deleted shows in the very next list."""
    app = api.given_app()
    for step in ("create", "update", "masked update", "delete"):
        if "update" in step:
            mask = ("display_name",) if step == "masked update" else None
            app = api.app_in(api.update(app["id"], full_update(api.edition, api.session.new_name(), step), mask))
        if step == "delete":
            api.delete(app["id"])
        listed = {str(one.get("id")): one for one in api.apps_in(api.list())}
        is_there = app["id"] in listed
        if is_there == (step == "delete"):
            title, found = f"list does not follow a {step}", "listed" if is_there else "not listed"
            # A deleted app that is still listed is SRV-STATE-9's business.
            rule = "SRV-STATE-9" if step == "delete" else "SRV-STATE-5"
            api.require(Breach(rule, title, "not listed" if is_there else "listed", found, "body.apps"))
        if is_there:
            api.require(same_app(app, listed[app["id"]], api.edition, "SRV-STATE-5", f"{step} and the list after it"))


@requirement("SRV-STATE-5", alone=True)
def test_list_holds_no_other_projects_apps(api: Api) -> None:
    """No app of another project is listed, in either direction."""
    other = api.of_other_project()
    ours, theirs = api.given_app()["id"], other.given_app()["id"]
    for caller, foreign, own in ((api, theirs, ours), (other, ours, theirs)):
        ids = {str(app.get("id")) for app in caller.apps_in(caller.list())}
        if foreign in ids:
            api.require(Breach("SRV-STATE-5", "list holds an app of another project", "own apps", foreign, "body.apps"))
        if own not in ids:
            api.require(Breach("SRV-STATE-5", "list does not hold every app", f"app {own}", "absent", "body.apps"))
