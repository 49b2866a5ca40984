"""Why a step does not change places with its neighbour, and where beyond it the step could stand instead.

Enters: an opened draft, a step and the direction. Leaves: sentences, and the places as choices; nothing is moved here.
"""

from __future__ import annotations

from flask_babel import gettext

from engine.definitions.diagram import GATEWAYS, Node
from engine.definitions.editing import moving
from engine.definitions.editing.drawing import NotPossible
from engine.errors import EngineError
from webapp.studio.draft import Opened
from webapp.studio.stepform import kind_words
from webapp.studio.stepwords import REFUSED

WAYS = ("earlier", "later")


def beyond(found: Opened, element_id: str, way: str) -> list[dict[str, str]]:
    """Each place: `flow` and its words, the best first; none where there is no other, or nobody asked."""
    if way not in WAYS or found.locked or element_id not in found.nodes:
        return []
    try:
        flows = moving.places(found.drawing, element_id, later=way == "later")
    except EngineError:
        return []
    return [{"flow": one, "words": _place(found, one)} for one in flows]


def refusal(found: Opened, element_id: str, way: str, error: NotPossible) -> str:
    """What stands in the way, and the nearest place beyond it."""
    node = found.nodes.get(error.element_id)
    if error.reason != "branch" or node is None or node.id == element_id:
        return REFUSED[error.reason]() if error.reason in REFUSED else gettext("That cannot be done here.")
    words = {"step": _name(found, element_id), "other": _name(found, node.id)}
    if node.kind in ("startEvent", "boundaryEvent"):
        return gettext("%(step)s is the first step here already.", **words)
    if node.kind == "endEvent":
        return gettext("%(step)s is the last step here already.", **words)
    why = (
        gettext("Ways part or meet at “%(other)s”, so %(step)s does not change places with it.", **words)
        if _parts(node)
        else gettext(
            "Several ways lead to or from “%(other)s”, so %(step)s does not change places with it.", **words
        )
    )
    places = beyond(found, element_id, way)
    nearest = [gettext("It could stand %(place)s.", place=one["words"]) for one in places[:1]]
    return " ".join([why, *nearest])


def _parts(node: Node) -> bool:
    return node.kind in GATEWAYS


def _name(found: Opened, element_id: str) -> str:
    node = found.nodes[element_id]
    return node.name or kind_words(found, element_id)


def _place(found: Opened, flow_id: str) -> str:
    """Under the word of a way, after the step that comes before, else before the one that follows."""
    flow = found.drawing.element(flow_id)
    source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
    before, after = found.nodes.get(source), found.nodes.get(target)
    word = flow.get("name", "")
    if before is None or after is None:
        return word
    if _parts(before) and len(before.outgoing) > 1:
        named = _name(found, target)
        if word:
            return gettext("on the way %(way)s, before %(step)s", way=word, step=named)
        return gettext("before %(step)s", step=named)
    if before.name or not after.name:
        return gettext("after %(step)s", step=_name(found, source))
    return gettext("before %(step)s", step=after.name)
