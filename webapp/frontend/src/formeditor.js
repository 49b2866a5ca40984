// A form in the form editor of bpmn.io; what the server cannot draw becomes a finding.
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-viewer/dist/assets/flatpickr/light.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js-editor/dist/assets/properties-panel.css";
import "./css/studio.css";
import { createFormEditor } from "@bpmn-io/form-js-editor";
import { start } from "./studio/whole.js";

await start(async (frame, text, changed) => {
  const editor = await createFormEditor({ container: frame, schema: JSON.parse(text) });
  editor.on("commandStack.changed", changed);
  return async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`;
});
