"""The door from the command line: ``apps-contract COMMAND``."""

from apps_contract.cli.main import main

__all__ = ["main"]
