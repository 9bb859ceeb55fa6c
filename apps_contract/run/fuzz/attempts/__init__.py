"""How a trial is tried: what is sent for it, and what of the answers breaks the contract."""
