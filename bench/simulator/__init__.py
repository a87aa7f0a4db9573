"""The seeded simulator: real handlers, real clients and the stand-ins in one process and one thread.

Several accounts buy credit by page and by card, call, refund, dispute and close over weeks of virtual time,
while requests are killed, refused and lost, webhooks come twice, late, in any order or never, clocks differ,
and a provider or the whole endpoint is away for hours or days. After every step the books are checked; at the
end all faults stop, everything that is owed arrives, and the books must be what the providers say. One seed
replays a run.
"""
