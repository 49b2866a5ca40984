"""FLOOR beside the scenarios' roof: where is each requirement met, and what shows it?

A number such as S3-042 stands on an element of a diagram, a rule of a table, a field of a form, or in the docstring of code that
does what is asked. What shows it is a scenario that fails without that element, or a test that names the number.

- `places`    a folder of regions -> every element, rule and field with its numbers, and the elements that have none
- `code`      Python, templates and settings -> where they name a number, and which tests name it
- `removing`  a bundle -> the same without one of those places
- `shown`     `processes/shown.toml`: for each place the scenario that was seen to fail without it
- `proving`   finds that scenario by taking the place away and playing those that pass there
- `report`    all of it together, as JSON and as lines for people
"""
