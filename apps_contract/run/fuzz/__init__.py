"""A fuzz campaign: trials without end, sent as fast as the target answers, until a budget is spent."""
