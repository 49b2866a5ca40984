// A drawing from elsewhere may say what happens and not where it stands on the paper. Nothing can be shown of it, nor is anything changed
// by itself: whoever opens it is offered a first picture, which is saved like every other change.

export const isUndrawn = (xml) => !/<([\w-]+:)?BPMNShape[\s/>]/.test(xml);

/** Words and a button over the empty canvas; `draw` gets the drawing with a picture. */
export function offer(frame, xml, draw) {
  const box = document.createElement("div"), told = document.createElement("p");
  box.className = "studio-undrawn pad";
  told.textContent = frame.dataset.undrawn;
  box.append(told);
  if (frame.dataset.locked !== "true") box.append(button(frame, xml, draw, told));
  frame.append(box);
}

function button(frame, xml, draw, told) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "ds-button";
  one.textContent = frame.dataset.layOut;
  one.addEventListener("click", async () => {
    one.disabled = true;
    try {
      const { layoutProcess } = await import("bpmn-auto-layout");
      await draw(await layoutProcess(xml));
      one.parentElement.remove();
      frame.focus();
    } catch (error) {
      console.error(error);
      told.textContent = frame.dataset.failed;
      one.remove();
    }
  });
  return one;
}
