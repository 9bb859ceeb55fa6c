"""What is sent: valid and invalid bodies, raw bytes, texts, their coverage, and how a failing one is made smaller."""
