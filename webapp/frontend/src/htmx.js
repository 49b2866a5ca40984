// htmx without anything the Content-Security-Policy forbids: no evaluated attributes, no style element of its own.
import htmx from "htmx.org";
import { toast } from "./say.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages with case content must not lie in the browser's storage
htmx.config.refreshOnHistoryMiss = true;
htmx.config.scrollBehavior = "auto";

// A row that changed in place keeps the focus: the pressed button is gone, so its link takes it.
let changing = "";
document.addEventListener("htmx:beforeSwap", (event) => { changing = event.detail.target.closest("tr[id]")?.id ?? ""; });
document.addEventListener("htmx:afterSwap", () => {
  if (!changing || (document.activeElement && document.activeElement !== document.body)) return;
  document.getElementById(changing)?.querySelector("a[href]")?.focus();
  changing = "";
});
for (const fault of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(fault, () => toast(document.body.dataset.noContact));
}

export default htmx;
