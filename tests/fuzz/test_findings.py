"""Which findings of a campaign are made small, and which of them are told."""

from dataclasses import replace

from apps_contract.checks.breach import Breach
from apps_contract.contract import Level, requirements
from apps_contract.run.fuzz.attempts.attempt import Key
from apps_contract.run.fuzz.discoveries.corpus import Discovery
from apps_contract.run.fuzz.discoveries.findings import Findings
from apps_contract.run.fuzz.trials import LifeTrial


def discovery(location, state="confirmed"):
    key = Key("SRV-STATE-5", "life", location)
    breach = Breach(key.requirement, "list holds an app twice", "1 times", "2 times", location)
    return Discovery(key, breach, Level.MUST, LifeTrial(({"do": "list"},)), (), "2026", state)


def test_of_many_places_the_first_few_are_made_small():
    findings = Findings()
    claims = [findings.claim(discovery(f"body.apps[{number}]").key) for number in range(5)]

    assert claims == [(True, True)] * 3 + [(True, False)] * 2
    assert findings.claim(discovery("body.apps[0]").key) == (False, False)


def test_what_did_not_show_again_takes_the_place_of_nothing_that_does():
    findings = Findings()
    for number in range(3):
        assert findings.claim(discovery(f"body.apps[{number}]").key) == (True, True)
        findings.add(discovery(f"body.apps[{number}]", "flaky"))

    assert findings.claim(discovery("body.apps[0]").key) == (True, True), "another trial may show it better"
    assert findings.claim(discovery("body").key) == (True, True)


def test_what_never_shows_again_is_not_looked_into_for_ever():
    findings = Findings()
    flaky = discovery("body.apps", "flaky")
    looks = 0
    while findings.claim(flaky.key)[0]:
        findings.add(flaky)
        looks += 1

    assert 1 < looks < 10


def test_what_was_seen_again_is_told_and_nothing_that_was_not():
    findings = Findings()
    for found in (discovery("body"), discovery("body.apps", "flaky"), discovery("body.apps[0]")):
        findings.add(found)
    other = discovery("body", "flaky")
    findings.add(replace(other, key=replace(other.key, operator="valid")))

    (told,) = findings.grouped(tuple(requirements()))
    assert not told.flaky
    assert told.also == ("body.apps[0]", "body.apps")
