"""The examples of the documentation: every command is one that the command line understands."""

import re
import runpy
import shlex
from pathlib import Path

import click
import pytest

from apps_contract import __version__
from apps_contract.cli.main import COMMANDS, group
from apps_contract.contract import requirements
from apps_contract.report.catalogue import groups
from apps_contract.report.links import published

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md", ROOT / "reports" / "README.md"]
BLOCK = re.compile(r"^ *```(?:sh|bash|yaml|json)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"apps-contract (?=[a-z])(?:'[^'\n]*'|[^\n#&|')])*")


def commands():
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            for line in COMMAND.findall(block.replace("\\\n", " ")):
                yield pytest.param(line.strip(), id=f"{page.name}: {line.strip()[:60]}")


@pytest.mark.parametrize("line", list(commands()))
def test_a_command_of_the_documentation_is_understood(line):
    words = shlex.split(re.sub(r"\s[><].*", "", line))[1:]
    assert words[0] in COMMANDS
    command, rest = group.get_command(click.Context(group), words[0]), words[1:]
    if isinstance(command, click.Group):
        command, rest = command.commands[rest[0]], rest[1:]
    assert command is not None
    command.make_context(words[0], rest, parent=click.Context(group), resilient_parsing=False).close()


def test_there_are_examples_to_try():
    assert len(list(commands())) > 30


@pytest.fixture(scope="module")
def catalogue():
    """The hook, but for what it takes from MkDocs, which only the site's build needs."""
    source = (ROOT / "docs" / "catalogue.py").read_text("utf-8")
    module = {"__name__": "catalogue", "__file__": str(ROOT / "docs" / "catalogue.py")}
    exec(compile(source.replace("from mkdocs.structure.files import File\n", ""), "catalogue", "exec"), module)  # noqa: S102
    return module


def test_the_catalogue_has_every_requirement_and_its_anchor(catalogue):
    index = catalogue["index"](groups())
    pages = {group.id: catalogue["group_page"](group) for group in groups()}
    for rule in requirements():
        assert f"{{ #{rule.id} }}" in pages[rule.group]
        assert f"({rule.group.lower()}.md#{rule.id})" in index
        assert published(rule.id, "https://docs.test/x").endswith(f"/requirements/{rule.group.lower()}/#{rule.id}")


def test_each_group_has_a_place_in_the_navigation():
    nav = (ROOT / "mkdocs.yml").read_text("utf-8")
    for name in {rule.group for rule in requirements()}:
        assert f"requirements/{name.lower()}.md" in nav


def test_the_picture_of_the_architecture_is_that_of_the_code():
    module = runpy.run_path(str(ROOT / "docs" / "rooms.py"))
    rooms = runpy.run_path(str(ROOT / "tests" / "test_layering.py"))["ROOMS"]
    assert list(module["ROOMS"]) == rooms
    below = {room: set(rooms[: rooms.index(room)]) for room in rooms}
    found = module["imports"]()
    assert all(set(others) <= below[room] for room, others in found.items())
    assert "http" in found["checks"]
    assert module["picture"]().count("<path") == sum(len(others) for others in found.values())
    assert all(module["purpose"](room) in module["table"]() for room in rooms)


def test_the_changelog_is_that_of_the_version():
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heads[0] == __version__
    assert len(heads) == len(set(heads))
