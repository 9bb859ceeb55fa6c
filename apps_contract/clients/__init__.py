"""Clients: adapters that run them for the judge, the reference client, seeded faulty clients."""
