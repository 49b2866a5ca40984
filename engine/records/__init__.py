"""ROOM: what do we remember?

The only SQL that writes. Functions take `tx`, an open transaction, and never commit: whoever opened it does (one action = one
transaction = one commit, decision 3). Lock the case first (`cases.lock`), then read the rest under it. Rules that must hold
whatever the code does are constraints in `tables`; `database` turns their names into engine errors. Nothing here decides who may.
"""
