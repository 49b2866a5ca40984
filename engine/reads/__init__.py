"""WINDOWS: what can be seen?

Selects only: never locks, never writes. Enters: an open transaction and who looks. Leaves: frozen values for pages. What an actor may
not see is left out here, by the same `access` rules that actions ask; a page that shows content notes the reading itself.
"""
