"""FEEL and DMN, the language of process owners: what does a condition, a date or a decision table say?

Read `feel` first: text -> `grammar` (over `scanning`) -> tree (`nodes`) -> closures (`compilation`) -> value. The grammar stands
on `grammar_values`, `grammar_words` and `grammar_names`; the closures come from `operators`, `references`, `loops`, `paths`,
`testing` and `three_valued`.
What values are and how they compare: `values`, `temporal`, `comparing`, `arithmetic`; the built-ins by theme: `builtins/`.
Then `dmn`: file -> `requirements` (what needs what) -> `boxed` and `tables` (logic) -> `deciding` (one run) -> `Decision`.
`analysis` tells the author what to mend (`coverage` on `sampling`: gaps, overlaps; `inference`: unlike types); all sentences: `messages`.
Rules of the room: no Python object is reachable from an expression, everything is counted by `budget`, and it knows nothing
of the house but `engine.xml` and `engine.errors`.
"""
