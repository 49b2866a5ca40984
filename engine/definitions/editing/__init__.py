"""A routine changed by its owner: one act on the bytes of one drawing at a time, the same for the list, the panel and a mended finding.

Enters: the bytes of a `.bpmn` file. Leaves: the bytes with one thing changed and the layout kept, or NotPossible with what is in the way.
Nothing here decides whether the result may run: that is for `checks`.
"""
