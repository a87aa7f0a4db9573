"""The seeded simulator: real handlers, real clients and the stand-ins in one process and one thread.

Several accounts top up, call, refund and dispute over weeks of virtual time, while requests are killed,
refused and lost, and webhooks come twice, late, in any order or never. After every step the books are
checked; at the end all faults stop, everything that is owed arrives, and the books must be what the providers
say. One seed replays a run.
"""
