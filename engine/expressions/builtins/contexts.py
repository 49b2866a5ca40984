"""Context built-ins."""

from __future__ import annotations

from engine.expressions.registry import builtin
from engine.expressions.scope import State
from engine.expressions.values import member, plain

Entries = dict[str, object]


@builtin("get value", "m: context, key: string")
def get_value(state: State, m: Entries, key: str) -> object:
    return member(m, key, state.budget)


@builtin("get entries", "m: context")
def get_entries(state: State, m: Entries) -> list[object]:
    state.budget.spend(len(m))
    return [{"key": key, "value": member(m, key, state.budget)} for key in m]


@builtin("context", "entries: list")
def context(state: State, entries: list[object]) -> Entries | None:
    made: Entries = {}
    for entry in map(plain, entries):
        state.budget.spend()
        if not isinstance(entry, dict) or "value" not in entry:
            return None
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            return None
        made[key] = member(entry, "value", state.budget)
    return made


@builtin("context put", "context: context, key: string, value: any")
def context_put(state: State, context: Entries, key: str, value: object) -> Entries:
    state.budget.spend(len(context))
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def context_put_deep(state: State, context: Entries, keys: list[object], value: object) -> Entries | None:
    if not keys or not isinstance(keys[0], str):
        return None
    first = keys[0]
    state.budget.spend(1 + len(context))
    if len(keys) == 1:
        return {**context, first: value}
    inner = member(context, first, state.budget)
    if not isinstance(inner, dict):
        return None
    changed = context_put_deep(state, inner, keys[1:], value)
    return None if changed is None else {**context, first: changed}


@builtin("context merge", "contexts: list")
def context_merge(state: State, contexts: list[object]) -> Entries | None:
    made: Entries = {}
    for context in map(plain, contexts):
        if not isinstance(context, dict):
            return None
        state.budget.spend(1 + len(context))
        made |= context
    return made
