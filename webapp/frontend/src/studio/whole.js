// A file that an editor in the browser holds whole: read once, saved a moment after each change, with the revision that the page knows.
import { ask, read, Refused } from "./server.js";
import { toast } from "../say.js";

const PAUSE = 800;

export async function whole(frame, open) {
  const words = frame.dataset, note = document.querySelector("[data-saved]");
  const tell = (said) => { if (note && said) note.textContent = said; };
  let { text, revision } = await read(words.content);
  let timer = 0, dirty = false, saving = Promise.resolve();
  const taken = await open(text, () => { dirty = true; tell(words.saving); clearTimeout(timer); timer = setTimeout(save, PAUSE); });

  function save() {
    saving = saving.then(async () => {
      if (!dirty || words.locked === "true") return;
      dirty = false;
      try {
        const told = await ask(words.save, { text: await taken(), revision });
        if (told.conflict) { location.assign(told.conflict); return; }
        revision = told.revision;
        tell(told.words);
      } catch (error) {
        dirty = true;
        tell(words.notSaved);
        if (error instanceof Refused && error.told.signedOut) document.getElementById("signed-out")?.showModal();
        else if (error instanceof Refused && error.told.words) toast(error.told.words);
        else setTimeout(save, 5000);
      }
    });
    return saving;
  }
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  frame.dataset.ready = "open";
}

export async function start(open) {
  const frame = document.getElementById("editor");
  if (!frame) return;
  try {
    await whole(frame, (text, changed) => open(frame, text, changed));
  } catch (error) {
    console.error(error);
    frame.dataset.ready = "failed";
    frame.textContent = frame.dataset.failed;
  }
}
