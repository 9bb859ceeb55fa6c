"""Oracles: pure functions from exchanges to breaches, each naming the requirement of the contract that it judges."""
