"""The files of a version, for whoever may read the routine; the versions themselves stand with their routines in the studio."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine import library
from engine.access import Act, RoutineObject, may
from webapp.auth import actor
from webapp.session import reads, tx
from webapp.studio.exporting import packed

pages = Blueprint("versions", __name__, url_prefix="/admin")


@pages.get("/versions")
def page() -> AnyResponse:
    """Where routines and their versions stood before."""
    return redirect(url_for("studio_routines.page"))


@pages.get("/versions/<bundle_hash>.zip")
@reads
def download(bundle_hash: str) -> Response:
    """The routine's folder as it was deployed, to be edited in any BPMN editor."""
    loaded = library.loaded(tx(), bundle_hash)
    may(actor(), Act.ROUTINE_SEE, RoutineObject(loaded.routine.region)).required()
    name = f"{loaded.bundle.process_id}-{bundle_hash[:8]}.zip"
    return Response(
        packed(library.whole(tx(), bundle_hash)),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
