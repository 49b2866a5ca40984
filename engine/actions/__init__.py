"""HALL: what can be done?

The only place where rooms meet. One call is one action in one open transaction `tx`; nobody commits here. Every action asks
`access.may` first, locks the case before it reads the rest, and goes through `advance` when the routine is to move. Read
`advance.py` first.
"""
