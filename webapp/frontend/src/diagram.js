// Draws the diagram of a case into each element with data-diagram="<address of the BPMN file>".
import "bpmn-js/dist/assets/diagram-js.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

for (const container of document.querySelectorAll("[data-diagram]")) {
  const viewer = new NavigatedViewer({ container });
  const answer = await fetch(container.dataset.diagram);
  await viewer.importXML(await answer.text());
  viewer.get("canvas").zoom("fit-viewport");
}
