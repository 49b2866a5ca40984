"""The studio: where process owners change a routine in a draft, see what the change means, try it and have it approved.

Enters: requests of those who answer for a routine. Leaves: pages, and the parts of pages that the canvas asks for. Every change is an
action of the engine on the draft; the list and the canvas draw the same form and send it to the same place.
"""
