"""A word of its own in each field that is stored of a person, and a search for all of them afterwards."""
