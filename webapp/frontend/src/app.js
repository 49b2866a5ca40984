// On every page: the look, and htmx for pages that change in place. Every page also works without it.
import "./app.css";
import "htmx.org";
