"""What a campaign found: made small, told apart, kept on disk for the next one, and held against the baseline."""
