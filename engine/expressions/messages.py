"""Every sentence this room says to a person, in one place so that it can be translated.

A sentence names variables, rules and elements; it never repeats a value of a case.
"""

from __future__ import annotations

# --- reading an expression --------------------------------------------------------------------------------------------
EMPTY = "The expression is empty."
TEXT_TOO_LONG = "The expression is too long."
UNEXPECTED = "Did not expect {found} here; {expected} was expected."
UNEXPECTED_END = "The expression ends too early; {expected} was expected."
UNFINISHED_STRING = "The text that starts here has no closing quotation mark."
UNKNOWN_ESCAPE = "The sequence {found} is not allowed in a text; write a backslash as two backslashes."
UNFINISHED_COMMENT = "The comment that starts here has no end."
NUMBER_TOO_LARGE = "The number is too large."
DUPLICATE_KEY = "The entry {name} stands twice in the same context."
MIXED_ARGUMENTS = "Arguments are given either all by name or all by position."
DUPLICATE_ARGUMENT = "The argument {name} is given twice."
TOO_NESTED = "The expression is nested too deeply."
TOO_HARD = "The expression is too complicated to read; split it into several."

# --- running an expression --------------------------------------------------------------------------------------------
TOO_MANY_STEPS = "The expression needs too many steps; it may run over too long a list or range."
TOO_DEEP_CALLS = "Functions call each other too deeply; a function may be calling itself without end."
TEXT_TOO_LARGE = "The expression builds a text that is too long."
SLOW_PATTERN = "The pattern takes too long to match."
UNKNOWN_NAME = "There is nothing named '{name}'."
NOT_A_VALUE = "'{name}' holds something that is not a value of the language."
NOT_FINITE = "A number that came from outside is not a number, or has no end."
NO_ENTRY = "A {kind} has no '{name}'."
NOT_A_FUNCTION = "'{name}' is not a function."
UNLIKE = "A {left} cannot be compared with a {right}."
NO_ARITHMETIC = "Cannot calculate {left} {operator} {right}."
NO_NEGATION = "A {kind} cannot be negated."
NOT_BOOLEAN = "A condition is neither true nor false but a {kind}."
NOT_A_DATE = "'{text}' is not a date, time or duration."
BAD_RANGE = "The ends of a range must both be there and be of the same kind."
BAD_ITERATION = "One can only go through a list or a range of whole numbers or days, not a {kind}."
WRONG_ARGUMENTS = "The function '{name}' does not take these arguments."
FUNCTION_FAILED = "The function '{name}' has no answer for these arguments."
NO_EXTERNAL = "Foreign functions (Java, PMML) are not run."
WRONG_TYPE = "The value of '{name}' is a {kind} but should be {type}."
UNKNOWN_TYPE = "There is no type named '{name}'."

# --- decision models --------------------------------------------------------------------------------------------------
NOT_DMN = "This is not a DMN decision model."
NOT_XML = "The file cannot be read as XML: {reason}"
NO_IMPORT = "The imported model '{name}' was not found."
IMPORT_CYCLE = (
    "The imported model '{name}' leads back to this one; models cannot import each other in a circle."
)
NO_DECISION = "There is no decision named '{name}' in the model."
NO_LOGIC = "'{name}' has no logic: add a decision table or an expression."
CYCLE = "'{name}' needs its own result to be decided."
UNKNOWN_POLICY = "The hit policy '{name}' does not exist; use UNIQUE, FIRST, COLLECT, ANY, PRIORITY, RULE ORDER or OUTPUT ORDER."
UNKNOWN_AGGREGATION = "The aggregation '{name}' does not exist; use SUM, MIN, MAX or COUNT."
AGGREGATION_OUTPUTS = (
    "A table that adds up its results (SUM, MIN, MAX, COUNT) must have exactly one output column."
)
NO_INPUT_EXPRESSION = "'{table}': input column {column} does not say what it looks at; give it an expression."
NO_OUTPUT = "'{table}' has no output column; add one for the result."
CELL_COUNT = "'{table}': rule {rule} has {found} cells but the table has {expected} columns."
BAD_CELL = "'{table}', rule {rule}, column {column}: {reason}"
UNREADABLE = "the expression cannot be read."
BAD_EXPRESSION = "'{name}': {reason}"
UNKNOWN_VARIABLE = (
    "{where} uses '{name}', but nothing of that name reaches it; check the spelling or add a requirement."
)
UNKNOWN_FUNCTION = "{where} calls '{name}', but there is no function of that name."
DUPLICATE_ID = "The id '{name}' is used more than once; it was first used on line {line}."
DUPLICATE_NAME = "The name '{name}' is used by more than one element."
DANGLING = "'{where}' refers to '{name}', which is not in the model."
SEVERAL_FIT_UNIQUE = (
    "'{table}': rules {rules} fit at the same time, but the table allows only one (hit policy UNIQUE)."
)
ANY_DIFFERS = "'{table}': rules {rules} fit at the same time and give different results (hit policy ANY)."
NO_PRIORITY = (
    "'{table}' has the hit policy {policy}, which needs the output values listed in order of priority."
)
OUTPUT_NOT_ALLOWED = (
    "'{table}': rule {rule} gives a result that is not among the allowed values of the output '{name}'."
)
INPUT_NOT_ALLOWED = "The input '{name}' has a value that is not among the allowed ones."
OVERLAP = "'{table}': rules {first} and {second} both fit, for example when {example}; only one may (hit policy {policy})."
CONTRADICTION = (
    "'{table}': rules {first} and {second} both fit, for example when {example}"
    ", but give different results (hit policy {policy})."
)
SEVERAL_KEPT = (
    "'{table}': rules {first} and {second} both fit, for example when {example}"
    ", but the decision's type holds one value, not a list."
)
GAP = "'{table}': no rule fits, for example when {example}; add a rule or a default output."
NO_RULES = "'{table}' has no rules, so it never gives a result; add one."
UNREACHABLE = "'{table}': rule {rule} can never decide: earlier rules ({earlier}) fit whenever it does."
UNLIKE_CELL = "'{table}', rule {rule}, column {column} ({label}): the cell tests a {found}, but the column holds a {expected}."
UNLIKE_COLUMN = "'{table}': column {column} ({label}) mixes a {first} (rule {first_rule}) and a {second} (rule {second_rule})."
UNLIKE_COMPARISON = "{where} compares a {left} with a {right}; that is never true."
VALUE_OUTSIDE = "'{table}', rule {rule}, column {column} ({label}): the cell can never fit, since its value is not among the allowed ones."
EMPTY_CELL = "'{table}', rule {rule}, column {column}: the result cell is empty."
NOT_ANALYSED = "'{table}' is too large to be searched for gaps and overlaps."
