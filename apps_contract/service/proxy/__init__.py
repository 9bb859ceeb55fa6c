"""A proxy that changes nothing and shows every exchange to whoever judges it."""
