// A form in the form editor of bpmn.io, with the kinds that the server draws and our words.
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-viewer/dist/assets/flatpickr/light.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js-editor/dist/assets/properties-panel.css";
import "./css/studio.css";
import { createFormEditor } from "@bpmn-io/form-js-editor";
import { drawnForms } from "./studio/drawnforms.js";
import { sayer, speak } from "./studio/formwords.js";
import { allowSheets } from "./studio/sheets.js";
import { start } from "./studio/whole.js";

await start(async (frame, text, changed) => {
  const language = document.documentElement.lang;
  allowSheets();
  speak(language);
  const said = sayer(language) ?? ((words) => words);
  const editor = await createFormEditor({ container: frame, schema: JSON.parse(text), additionalModules: [drawnForms(said)] });
  editor.on("commandStack.changed", changed);
  return async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`;
});
