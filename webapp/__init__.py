"""The web: knows requests and pages, asks the engine for everything else.

`create_app` only wires. Where to look: `session` (one transaction and one `now` per request), `auth` (who asks), `errors` (an engine
error becomes a status and a sentence), `pages/` (one module per screen), `formview` (a form as it is drawn).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from engine import clock
from engine.records.database import connect
from webapp import (
    asked,
    assets,
    auth,
    catalogues,
    errors,
    frame,
    headers,
    language,
    openid,
    pace,
    providers,
    session,
)
from webapp.pages import (
    absences,
    account,
    admin,
    admin_signing_in,
    anew,
    attachments,
    board,
    board_files,
    case,
    case_reading,
    caselisting,
    consent,
    contact_requests,
    correcting,
    corrections,
    deviation_files,
    deviations,
    diagram,
    directory,
    directory_days,
    directory_files,
    directory_forms,
    figures,
    followed,
    following,
    heat,
    instructions,
    kept,
    late_step,
    led_units,
    letters,
    link_register,
    log_extract,
    log_review,
    logbook,
    message,
    outside,
    own,
    own_ways,
    paper_files,
    papers,
    plan,
    proposing,
    proving,
    public,
    public_links,
    public_papers,
    public_routines,
    reassigning,
    reported,
    retention,
    retention_archive,
    shielding,
    signin,
    staff_routines,
    start,
    statements,
    task,
    technical,
    training,
    unit_knowledge,
    versions,
    why,
    worklist,
)
from webapp.settings import Settings
from webapp.studio import beginning as studio_beginning
from webapp.studio import changes as studio_changes
from webapp.studio import conflicts as studio_conflicts
from webapp.studio import decided as studio_decided
from webapp.studio import editing as studio_editing
from webapp.studio import exporting as studio_exporting
from webapp.studio import finding as studio_finding
from webapp.studio import giving_up as studio_giving_up
from webapp.studio import guard as studio_guard
from webapp.studio import parts as studio_parts
from webapp.studio import play as studio_play
from webapp.studio import publish as studio_publish
from webapp.studio import routines as studio_routines
from webapp.studio import taking_in as studio_taking_in
from webapp.studio import versions as studio_versions

PAGES = (
    signin, worklist, task, reassigning, why, caselisting, case, diagram, papers, attachments, correcting, consent, shielding, plan,
    letters, paper_files, deviation_files, reported, message, start, followed,
    board, board_files, following, late_step, led_units, figures, heat, deviations,
    anew, admin, versions, technical, proposing, corrections, account, proving, kept,
    outside, own, own_ways, contact_requests,
    retention, retention_archive, admin_signing_in, logbook, log_extract, log_review,
    absences, directory, directory_forms, directory_files, directory_days,
    statements, public, public_routines, public_papers, public_links,
    staff_routines, training, instructions, unit_knowledge, link_register, case_reading,
    studio_routines, studio_editing, studio_finding, studio_parts,
    studio_changes, studio_conflicts, studio_decided, studio_publish, studio_taking_in, studio_play,
    studio_beginning, studio_exporting, studio_giving_up, studio_versions,
)  # fmt: skip

MOST_BYTES = 8_000_000  # of one request


def create_app(settings: Settings, *, now: Callable[[], datetime] = clock.now) -> Flask:
    """The application; `now` is the clock, so that tests travel."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-samordna" if settings.is_production else "samordna",
        SESSION_COOKIE_SECURE=settings.is_production,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_PARTS=5_000,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="sv",
        DEBUG=settings.debug,
    )
    app.extensions["samordna"] = session.House(connect(settings.database_url), settings, now)
    app.extensions["samordna.providers"] = {
        name: openid.Client(one) for name, one in providers.read(settings.providers).items()
    }
    CSRFProtect(app)
    babel = Babel(app, default_locale="sv", locale_selector=language.of_request)
    with app.app_context():
        catalogues.install(babel)
    built = assets.read(lambda name: f"/static/dist/{name}")
    for module in PAGES:
        app.register_blueprint(module.pages)
    asked.install(app)
    auth.install(app)
    studio_guard.install(app)
    pace.install(app)
    errors.install(app)
    frame.install(app, built)
    headers.install(app, settings)
    return app
