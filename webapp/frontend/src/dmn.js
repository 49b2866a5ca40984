// A decision table in the table editor of bpmn.io.
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import "./css/studio.css";
import DmnModeler from "dmn-js/lib/Modeler";
import { chooseKinds } from "./studio/columntype.js";
import { allowSheets } from "./studio/sheets.js";
import { TABLE_WORDS } from "./studio/tablewords.js";
import { translation } from "./studio/words.js";
import { start } from "./studio/whole.js";

await start(async (frame, text, changed) => {
  allowSheets();
  chooseKinds();
  const words = translation(document.documentElement.lang, TABLE_WORDS);
  const modeler = new DmnModeler({
    container: frame,
    drd: { additionalModules: [words] },
    decisionTable: { additionalModules: [words] },
    literalExpression: { additionalModules: [words] },
  });
  await modeler.importXML(text);
  const table = modeler.getViews().find((view) => view.type === "decisionTable");
  if (table) await modeler.open(table);
  frame.toggleAttribute("data-single", modeler.getViews().filter((view) => view.type !== "drd").length < 2); // nothing to survey
  const listened = new WeakSet();
  const listen = () => {
    const viewer = modeler.getActiveViewer();
    if (!viewer || listened.has(viewer)) return;
    listened.add(viewer);
    viewer.on("commandStack.changed", changed);
  };
  modeler.on("views.changed", listen);
  listen();
  return async () => (await modeler.saveXML({ format: true })).xml;
});
