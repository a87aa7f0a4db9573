"""Credit: a prepaid ledger that holds first, settles once and books every movement in one place."""
