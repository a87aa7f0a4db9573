"""Kill points: each writing entry of identity, money, numbers and calling dies at each of its requests.

Then it gets its input again, as whoever asked would send it again, and what comes of it must be what comes of
an undisturbed one. What the service itself knows to be an entry is asked of the service, so that an entry
without a sweep is found by its name.
"""
