"""Numbers: what was dialled and which caller ids are whose."""
