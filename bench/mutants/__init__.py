"""Planted faults over the code of money and calls: the proofs must see at least 95 % of them."""
