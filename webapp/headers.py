"""What every answer says to the browser, and what is believed of a request that came through a proxy.

Enters: the settings, and answers as views made them. Leaves: the same answers with headers that keep other sites out and nothing in caches
but what was built, also where the answer is an error. A view that sets one of the headers itself is left alone.
"""

from __future__ import annotations

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.settings import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "style-src-attr 'none'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "object-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
UNUSED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
    "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock",
    "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""What a browser may lend a page, and none of ours asks for."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
}
NAMED_BY_CONTENT = "/static/dist/assets/"
"""Where the front-end build puts what it names by its content: another content has another address."""
FOR_GOOD = "private, max-age=31536000, immutable"
"""For a year, by the person's own browser only: an answer can carry a cookie, which no cache that people share may hand on."""
HTTPS_ONLY = "max-age=63072000; includeSubDomains"  # two years


def install(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer, and believe as many proxies as the operator says there are."""
    told = HEADERS | ({"Strict-Transport-Security": HTTPS_ONLY} if settings.is_production else {})

    @app.after_request
    def guard(response: Response) -> Response:
        for name, value in told.items():
            response.headers.setdefault(name, value)
        if "wait_for" in g:
            response.headers["Retry-After"] = str(g.wait_for)
        if request.path.startswith(NAMED_BY_CONTENT) and response.status_code in (200, 304):
            response.headers["Cache-Control"] = FOR_GOOD
        elif not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response

    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
