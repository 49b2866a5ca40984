"""ROOM definitions: what may run?

Files in, checked bundles out. Nothing here executes a diagram, reads a row or knows the web; FEEL is parsed
and, for the conditions of form fields, evaluated by `engine.expressions`.

- `files`    a routine's folder, with everything it calls -> one Bundle of bytes, named by its hash
- `diagram`  the bytes of a BPMN file -> nodes and flows with their lines
- `forms`    the bytes of a form -> fields; what somebody handed in -> typed values, or what must be mended
- `routine`  a bundle -> what the rest of the house needs to know about it
- `region`   `region.toml` -> calendar, roles, zone, law
- `checks`   one rule a file: a bundle -> findings with file, line and element
"""
