"""``python -m apps_contract``: the command, where its script is not on the path."""

from apps_contract.cli import main

main()
