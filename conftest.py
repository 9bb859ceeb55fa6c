"""Makes a bare clone run without installation: ``pytest contract_tests`` finds the package and its plugin."""

import importlib.util
import os
import sys
from pathlib import Path

if importlib.util.find_spec("apps_contract") is None:
    sys.path.insert(0, str(Path(__file__).parent))
    # Adapters of clients are processes of their own, and ours stand on the package.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))

# Where it is installed too, pytest knows it by this very name already, and does not register it again.
pytest_plugins = ["apps_contract.pytest_plugin"]
