"""The project's own reference client as an adapter.

Install: pip install apps-contract
Run:     apps-contract judge --adapter 'python adapter.py'
"""

from apps_contract.clients.reference.adapter import serve

serve()
