"""The reference server: the Apps API as the contract describes it, and ways to deviate from it."""
