"""The Python examples of the documentation, and the example of the vendor's SDK, do what they say."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(
    r"^```python\n(.*?)^```", (ROOT / "docs/recipes/client.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
)


def run_by_pytest(folder, *options):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, *options, folder]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300, check=False)  # noqa: S603 -- pytest


def test_the_tests_of_the_client_recipe_pass(tmp_path):
    (block,) = [block for block in BLOCKS if "def test_" in block]
    (tmp_path / "test_recipe.py").write_text(block)
    ran = run_by_pytest(tmp_path, "--apps-edition", "2026")
    assert f"{block.count('def test_')} passed" in ran.stdout, ran.stdout


def test_the_context_manager_of_the_client_recipe_works(tmp_path):
    (block,) = [block for block in BLOCKS if "apps_api_mock" in block]
    (tmp_path / "recipe.py").write_text(block)
    subprocess.run([sys.executable, str(tmp_path / "recipe.py")], timeout=120, check=True)  # noqa: S603 -- our own


@pytest.mark.skipif(find_spec("sinch") is None, reason="the vendor's SDK is not installed: pip install 'sinch>=2,<3'")
def test_the_example_of_the_vendors_sdk_passes():
    ran = run_by_pytest(ROOT / "examples" / "apps_api")
    assert ran.returncode == 0, ran.stdout
    assert "passed" in ran.stdout
