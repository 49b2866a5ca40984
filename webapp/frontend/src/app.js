// What every page loads. Each part works on what it finds in the page; without this script everything still works, slower.
import "@fontsource-variable/source-sans-3/wght.css";
import "@digdir/designsystemet-css/base.css";
import "@digdir/designsystemet-css/button.css";
import "@digdir/designsystemet-css/input.css";
import "./css/tokens.css";
import "./css/page.css";
import "./css/parts.css";
import "./css/forms.css";
import "./css/public.css";
import "./css/print.css";
import "./htmx.js";
import { start as startKeys } from "./keys.js";
import { start as startForms } from "./form.js";
import { start as startPresses } from "./press.js";
import { start as startConditions } from "./studio/condition.js";

document.documentElement.classList.add("has-script");
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
startPresses();
startForms();
startKeys();
startConditions();
document.documentElement.dataset.ready = "true";
