"""The blocks of the other pages, pasted into a shell: with a service that is there, and less to wait for."""

import json
import re
import shutil

import pytest

from .shell import NEEDS_NODE, ROOT, blocks

CALL = """
const key = Buffer.from(`${process.env.APPS_KEY_ID}:${process.env.APPS_KEY_SECRET}`).toString("base64");
const project = process.env.APPS_PROJECT_ID ?? process.env.APPS_PROJECT;
const headers = { Authorization: `Basic ${key}`, Accept: "application/json" };
const answer = await fetch(`${process.env.APPS_BASE_URL}/v1/projects/${project}/apps`, { headers });
process.exit(answer.ok ? 0 : 1);
"""
KEY = "export APPS_PROJECT=p APPS_KEY_ID=k APPS_KEY_SECRET=s"


def serve(shell, *options):
    shell.paste(KEY)
    shell.start(f"apps-contract serve --port 8080 --key p:k:s {' '.join(options)} 2>&1 &\n")


def write(folder, **files):
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)


@pytest.fixture
def program(tmp_path):
    """Tests of a client in Node, which make one call."""
    write(tmp_path, client_mjs=CALL, package_json=json.dumps({"scripts": {"test": "node client.mjs"}}))


def test_the_first_ten_minutes(shell):
    install, _, own, start, export, understand, judge = blocks("start.md", "sh")
    assert install.strip() == "pip install ."
    shell.paste("export APPS_REQUIREMENT=SRV-STATE-7")
    said, status = shell.paste(own)
    assert (said[-2], status) == ("Conforms to edition 2023", 0)
    told = shell.start(start.replace("\n", " 2>&1 &\n"))
    (found,) = {secret for line in told for secret in re.findall(r"demo-key:(\S+)", line)}
    said, status = shell.paste(export.replace("…", found))
    assert status == 1
    assert any(line.startswith(blocks("start.md", "text")[0].partition("display_name")[0]) for line in said)
    said, status = shell.paste(understand)
    assert status == 1
    assert said[-1].endswith("still happens")
    assert "--token-url /oauth2/token" in judge


def test_a_server_in_python_is_judged_in_process(shell, tmp_path):
    in_process, _, work = blocks("recipes/server-python.md", "sh")[:3]
    (tmp_path / "myservice").mkdir()
    fault = "from apps_contract.service.app import create_app\nfrom apps_contract.service.faults import fault\n"
    fault += "from apps_contract.http.authentication import KeyPair\n"
    fault += "app = create_app(fault=fault('enum-in-any-case'), keys=[KeyPair('p', 'k', 's')])\n"
    (tmp_path / "myservice" / "main.py").write_text(fault)
    wsgi = "from a2wsgi import ASGIMiddleware\nfrom myservice.main import app\napplication = ASGIMiddleware(app)\n"
    (tmp_path / "myservice" / "wsgi.py").write_text(wsgi)
    shell.paste("export APPS_REQUIREMENT=SRV-INPUT-4")
    for line in in_process.splitlines():
        said, status = shell.paste(line)
        assert status == 1, said
        assert any("SRV-INPUT-4" in one for one in said)
    shell.paste(f"{KEY} APPS_EXAMPLES=1")
    said, status = shell.paste(work)
    assert status == 1
    assert said[-1] == "f1 SRV-INPUT-4: still happens"


def test_a_whole_adapter_keeps_to_the_protocol(shell, tmp_path):
    (adapter,) = [block for block in blocks("recipes/client.md", "python") if "sys.stdin" in block]
    (tmp_path / "adapter.py").write_text(adapter)
    check, judge = blocks("recipes/client.md", "sh")[0].splitlines()
    said, status = shell.paste(check)
    assert (said[-1], status) == ("the adapter keeps to the protocol", 0)
    shell.paste("export APPS_REQUIREMENT=CLI-REQ-2,CLI-REQ-3")
    said, status = shell.paste(judge)
    assert status == 1, said
    assert any("CLI-REQ-2" in line and "read-only member" in line for line in said)
    assert any("CLI-REQ-3 " in line and "✓" in line for line in said)


@NEEDS_NODE
@pytest.mark.usefixtures("program")
def test_a_clients_own_tests_run_against_the_judge(shell):
    (block,) = [block for block in blocks("recipes/client.md", "sh") if "npm test" in block]
    said, status = shell.paste(block)
    assert status == 0, said
    assert any("CLI-REQ-1 " in line and "✓" in line for line in said)


@NEEDS_NODE
@pytest.mark.usefixtures("program")
def test_the_proxy_stands_between_them_and_a_server(shell):
    (block,) = [block for block in blocks("recipes/proxy.md", "sh") if "127.0.0.1" in block and "npm test" in block]
    serve(shell)
    said, status = shell.paste(block)
    assert status == 0, said
    assert any("SRV-SHAPE-1 " in line and "✓" in line for line in said)


def test_a_recording_is_judged(shell, tmp_path):
    shutil.copy(ROOT / "reports" / "sample" / "exchanges.har", tmp_path / "recorded.har")
    (block,) = [block for block in blocks("recipes/proxy.md", "sh") if "--har" in block]
    said, status = shell.paste(block)
    assert status == 0, said
    assert any("SRV-SHAPE-3 " in line for line in said)


def test_a_pipeline_does_what_its_system_is_told(shell, tmp_path):
    github, gitlab = blocks("recipes/ci.md", "yaml")
    steps = re.findall(r"- run: (.*)", github)
    install, start, check, summary = steps
    assert install.startswith("pip install")
    (tmp_path / "start-my-service").write_text("exec apps-contract serve --port $1 --key p:k:s\n")
    shell.start(f"sh {start.replace(' &', ' 8080 2>&1 &')}\n")
    shell.paste(f"{KEY} APPS_REQUIREMENT=SRV-SHAPE-2 GITHUB_STEP_SUMMARY=page.md SERVICE_URL=http://127.0.0.1:8080")
    said, status = shell.paste(check)
    assert status == 0, said
    assert said[-1].startswith("::notice title=Conforms::")
    assert shell.paste(summary) == ([], 0)
    assert "Conforms" in (tmp_path / "page.md").read_text("utf-8")
    (line,) = re.findall(r"- (apps-contract .*)", gitlab)
    assert shell.paste(line)[1] == 0
    assert (tmp_path / re.search(r"junit: (\S+)", gitlab)[1].rstrip(" }")).is_file()


def test_what_is_known_is_kept_and_nothing_becomes_worse(shell):
    keep, fuzz, compare = blocks("recipes/ci.md", "sh")
    serve(shell, "--mutant mask-ignored")
    shell.paste("export APPS_REQUIREMENT=SRV-STATE-7")
    for folder in ("main", "latest"):
        assert shell.paste(f"apps-contract check http://127.0.0.1:8080 -q --report-dir reports/{folder}")[1] == 1
    said, status = shell.paste(keep)
    assert status == 0, said
    said, status = shell.paste(fuzz)
    assert status in {0, 3}, said  # nothing of it is a campaign's
    assert shell.paste(compare)[1] == 0


def test_a_campaign_finds_keeps_and_repeats(shell, tmp_path):
    long, short, repeat, *_ = blocks("recipes/fuzzing.md", "sh")
    serve(shell, "--mutant enum-in-any-case")
    first, second = re.sub(r"--budget \w+", "--budget 400requests", long).splitlines()
    assert shell.paste(f"{first} --operation create --only invalid")[1] == 1
    assert shell.paste(f"{second} --operation create --only invalid")[1] == 1
    assert list((tmp_path / "corpus").iterdir())
    assert shell.paste(short.splitlines()[1])[1] == 1
    said, status = shell.paste(repeat.splitlines()[0])
    assert status == 1, said
    assert shell.paste(repeat.splitlines()[1])[1] == 0
    assert "def test_" in (tmp_path / "test_ttl.py").read_text("utf-8")


def test_a_property_of_ones_own_runs(shell, tmp_path):
    (block,) = [block for block in blocks("recipes/fuzzing.md", "python") if "def test_" in block]
    (tmp_path / "test_own.py").write_text(block)
    shutil.copy(ROOT / "examples" / "own_property" / "conftest.py", tmp_path)
    said, status = shell.paste("python -m pytest -q test_own.py --apps-examples 5")
    assert status == 0, said
