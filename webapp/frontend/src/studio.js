// The draft of a routine on the canvas. The server holds the draft and its undoing; the canvas is one way to change it, the panel (the same
// form as in the list) is another. Every change is saved within a second; what somebody else saved meanwhile is never overwritten.
import "./css/studio.css";
import { lookOnly, markFindings, markPresent, openCanvas, reveal, show } from "./studio/canvas.js";
import { differs, redraw } from "./studio/panel.js";
import { ask, page, read, Refused } from "./studio/server.js";
import { isUndrawn, offer } from "./studio/undrawn.js";
import { say, toast } from "./say.js";
import { complete } from "./studio/condition.js";

const PAUSE = 600, CHECK = 900, PRESENCE = 15_000;

class Studio {
  constructor(frame) {
    this.frame = frame;
    this.words = frame.dataset;
    this.revision = Number(frame.dataset.revision);
    this.saving = Promise.resolve();
    this.locked = frame.dataset.locked === "true";
    this.panel = document.getElementById("step-panel");
    this.note = document.querySelector("[data-saved]");
  }

  async start() {
    this.modeler = await openCanvas(this.frame, document.documentElement.lang);
    await this.load({ keep: false });
    const narrow = matchMedia("(max-width: 900px)");
    lookOnly(this.modeler, () => this.locked || narrow.matches);
    const bus = this.modeler.get("eventBus");
    bus.on("commandStack.changed", () => { if (!this.loading) this.later(); });
    bus.on("studio.insert", ({ after }) => this.insert(after));
    bus.on("selection.changed", ({ newSelection }) => { this.choosing = this.choose(newSelection); });
    this.modeler.get("keyboard")?.addListener?.(2000, ({ keyEvent }) => this.key(keyEvent));
    document.addEventListener("keydown", (event) => this.key(event), true);
    for (const button of document.querySelectorAll("[data-step-back], [data-step-on]")) {
      button.form.addEventListener("submit", (event) => { event.preventDefault(); this.step(button.hasAttribute("data-step-back") ? "undo" : "redo"); });
    }
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-reveal]");
      if (!link || !reveal(this.modeler, link.dataset.reveal)) return;
      event.preventDefault();
      if (link.dataset.field) Promise.resolve(this.choosing).then(() => document.getElementById(link.dataset.field)?.focus());
    });
    document.addEventListener("submit", (event) => {
      if (event.target.matches("[data-mend]")) { event.preventDefault(); this.mend(event.target); }
    });
    document.querySelector("[data-find-step]")?.addEventListener("click", (event) => {
      event.stopPropagation(); // a click anywhere else closes it
      this.modeler.get("searchPad").toggle();
    });
    this.panel?.addEventListener("change", () => this.answer());
    this.panel?.addEventListener("submit", (event) => { if (event.target.matches("[data-step-form]")) { event.preventDefault(); this.answer(); } });
    const wanted = new URLSearchParams(location.search).get("element");
    if (wanted) reveal(this.modeler, wanted);
    this.check();
    this.meet();
    setInterval(() => this.meet(), PRESENCE);
    window.addEventListener("beforeunload", (event) => { if (this.dirty) event.preventDefault(); });
    document.documentElement.dataset.studio = "ready";
  }

  async load({ keep }) {
    this.loading = true;
    try {
      const told = await read(this.words.drawing);
      this.revision = told.revision;
      this.buttons(told);
      if (isUndrawn(told.xml)) offer(this.frame, told.xml, (xml) => this.laidOut(xml));
      else await show(this.modeler, told.xml, { keep });
    } finally {
      this.loading = false;
    }
  }

  /** The first picture of a drawing that had none. */
  async laidOut(xml) {
    this.tell(this.words.saving);
    this.loading = true;
    try {
      await show(this.modeler, xml);
    } finally {
      this.loading = false;
    }
    this.dirty = true;
    await this.save();
  }

  key(event) {
    const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (!(event.ctrlKey || event.metaKey) || writes) return false;
    const back = event.key === "z" && !event.shiftKey, on = event.key === "y" || (event.key.toLowerCase() === "z" && event.shiftKey);
    if (!back && !on) return false;
    event.preventDefault();
    event.stopPropagation();
    this.step(back ? "undo" : "redo");
    return true;
  }

  later() {
    this.dirty = true;
    this.tell(this.words.saving);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /** One request at a time, in order: each knows the revision that the one before it made. */
  queue(work) {
    this.saving = this.saving.then(work).catch((error) => this.failed(error));
    return this.saving;
  }

  save() {
    clearTimeout(this.timer);
    return this.queue(async () => {
      if (!this.dirty) return;
      this.dirty = false;
      const { xml } = await this.modeler.saveXML({ format: true });
      const told = await ask(this.words.save, { xml, revision: this.revision }).catch((error) => { this.dirty = true; throw error; });
      if (told.conflict) { this.dirty = false; location.assign(told.conflict); return; }
      this.saved(told);
      if (told.renamed && !this.dirty) await this.load({ keep: true });
    });
  }

  saved(told) {
    this.revision = told.revision;
    this.tell(told.words);
    this.buttons(told);
    this.checkLater();
  }

  step(which) {
    clearTimeout(this.timer);
    this.save();
    return this.queue(async () => {
      const told = await ask(this.words[which], { revision: this.revision });
      this.saved(told);
      await this.load({ keep: true });
      await this.fill();
      toast(told.said);
    });
  }

  /** One press beside a finding: the draft is mended as it stands, with what was drawn here before. */
  mend(form) {
    const fields = Object.fromEntries(new FormData(form));
    form.closest("#findings")?.focus({ preventScroll: true }); // the button goes with its finding
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    if (this.dirty) this.save();
    return this.queue(async () => {
      const told = await ask(form.action, fields).catch((error) => { this.checkLater(); throw error; });
      this.saved(told);
      await this.load({ keep: true });
      await this.fill();
      toast(told.said);
      await this.check();
    });
  }

  /** A new task between this step and the next; then it is chosen, so that it can be named. */
  insert(after) {
    if (this.dirty) this.save();
    return this.queue(async () => {
      const told = await ask(this.words.add, { after, kind: "userTask", name: "" });
      this.saved(told);
      await this.load({ keep: true });
      reveal(this.modeler, told.element);
      say(told.said);
    });
  }

  buttons(told) {
    for (const [mark, may] of [["data-step-back", told.may_undo], ["data-step-on", told.may_redo]]) {
      const button = document.querySelector(`[${mark}]`);
      if (button && may !== undefined) button.disabled = !may;
    }
  }

  async choose(selection) {
    const one = selection.length === 1 ? selection[0] : null;
    const id = one ? (one.labelTarget ?? one).id : "";
    if (id === this.chosen) return;
    await this.answer();
    this.chosen = id;
    await this.saving;
    await this.fill();
  }

  /** The form of the chosen step, as the server draws it. Never waits for what is being saved: it is part of that. */
  async fill() {
    if (!this.panel) return;
    const asked = this.chosen;
    const fresh = await page(`${this.words.panel}${asked ? `&element=${encodeURIComponent(asked)}` : ""}`).catch(() => null);
    const inside = fresh?.getElementById("step-panel");
    if (!inside || asked !== this.chosen) return;
    redraw(this.panel, inside, asked === this.shown);
    this.shown = asked;
  }

  /** The form of the step where something else stands than what the server drew, once every condition in it is whole. */
  written() {
    const form = this.panel?.querySelector("[data-step-form]");
    return form && complete(form) && [...form.elements].some(differs) ? form : null;
  }

  /** What was answered in the panel goes to the server, which writes it into the drawing. */
  answer() {
    if (!this.written()) return Promise.resolve();
    if (this.dirty) this.save();
    return this.queue(async () => {
      const form = this.written();
      if (!form) return; // it went with what was saved before
      const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
      this.tell(this.words.saving);
      const told = await ask(form.action, fields);
      for (const each of form.elements) if (differs(each) && fields[each.name] === each.value) settle(each);
      this.saved(told);
      await this.load({ keep: true });
      await this.fill();
    });
  }

  tell(words) {
    if (this.note && words) this.note.textContent = words;
  }

  failed(error) {
    const told = error instanceof Refused ? error.told : {};
    if (told.signedOut) { document.getElementById("signed-out")?.showModal(); return; }
    this.tell(told.lost ? this.words.lost : this.words.notSaved);
    if (told.words) toast(told.words);
    if (told.lost || !(error instanceof Refused)) { if (this.dirty) setTimeout(() => this.save(), 5000); return; }
    this.load({ keep: true });
  }

  checkLater() {
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.check(), CHECK);
  }

  async check() {
    const list = document.getElementById("findings");
    if (!list) return;
    list.dataset.state = "checking";
    try {
      const fresh = await page(this.words.findings);
      const inside = fresh.getElementById("findings");
      renew("draft-tabs", fresh);
      if (inside) {
        const held = list.contains(document.activeElement), at = document.activeElement?.getAttribute("href");
        list.replaceChildren(...[...inside.childNodes].map((each) => document.importNode(each, true)));
        if (held) ([...list.querySelectorAll("a")].find((each) => at && each.getAttribute("href") === at) ?? list).focus({ preventScroll: true });
      }
      const found = [...list.querySelectorAll("[data-finding]")].map((each) => ({ element: each.dataset.finding, severity: each.dataset.severity, words: each.dataset.words }));
      markFindings(this.modeler, found);
      list.dataset.state = "checked";
    } catch {
      list.dataset.state = "unknown";
      this.tell(this.words.notChecked);
    }
  }

  async meet() {
    const box = document.getElementById("present");
    try {
      const told = await ask(this.words.presence, { element: this.chosen ?? "", edits: this.dirty ? "true" : "" });
      if (box) box.textContent = told.people.map((each) => each.words).join(" · ");
      markPresent(this.modeler, told.people);
      if (told.revision > this.revision && !this.dirty) await this.queue(() => this.load({ keep: true }).then(() => this.fill()));
    } catch { /* the next time */ }
  }
}

/** The tabs say how far the draft has come; the one that has the focus keeps it. */
function renew(id, fresh) {
  const here = document.getElementById(id), there = fresh.getElementById(id);
  if (!here || !there) return;
  const links = [...here.querySelectorAll("a")];
  [...there.querySelectorAll("a")].forEach((each, number) => links[number]?.replaceChildren(...[...each.childNodes].map((one) => document.importNode(one, true))));
}

/** What was saved is what stands there: it is not written any more. */
function settle(field) {
  if (field.options) for (const each of field.options) each.defaultSelected = each.selected;
  else field.defaultValue = field.value;
}

const frame = document.getElementById("canvas");
if (frame) {
  try {
    await new Studio(frame).start();
  } catch (error) {
    frame.dataset.ready = "failed";
    console.error(error);
    const told = document.createElement("p");
    told.className = "pad";
    told.textContent = frame.dataset.failed;
    frame.append(told);
  }
}
