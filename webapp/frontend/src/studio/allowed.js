// What can be drawn: only what the routine can run. A plain task becomes a task for a person, and what cannot run is not offered; files that
// hold such shapes are still shown as they are, and the findings say what to draw instead.

const KINDS = new Set([
  "bpmn:UserTask", "bpmn:ServiceTask", "bpmn:BusinessRuleTask", "bpmn:CallActivity", "bpmn:SubProcess", "bpmn:ExclusiveGateway", "bpmn:ParallelGateway",
  "bpmn:InclusiveGateway", "bpmn:EventBasedGateway", "bpmn:StartEvent", "bpmn:EndEvent", "bpmn:IntermediateCatchEvent", "bpmn:BoundaryEvent",
]);
const EVENTS = {
  "bpmn:StartEvent": [undefined, "bpmn:MessageEventDefinition"],
  "bpmn:EndEvent": [undefined, "bpmn:TerminateEventDefinition", "bpmn:ErrorEventDefinition"],
  "bpmn:IntermediateCatchEvent": ["bpmn:TimerEventDefinition", "bpmn:MessageEventDefinition"],
  "bpmn:BoundaryEvent": ["bpmn:TimerEventDefinition", "bpmn:MessageEventDefinition", "bpmn:ErrorEventDefinition"],
};
const PALETTE = new Set([
  "hand-tool", "lasso-tool", "space-tool", "global-connect-tool", "tool-separator", "create.start-event", "create.end-event", "create.exclusive-gateway",
  "create.task", "create.subprocess-expanded",
]);
const PAD = new Set([
  "append.append-task", "append.end-event", "append.gateway", "append.timer-intermediate-event", "append.message-intermediate-event",
  "append.text-annotation", "connect", "delete", "replace",
]);
const HEADER = new Set(["toggle-parallel-mi", "toggle-non-interrupting"]);

function keepOnly(entries, kept) {
  for (const name of Object.keys(entries)) if (!kept.has(name)) delete entries[name];
  return entries;
}

class Allowed {
  constructor(palette, contextPad, popupMenu, eventBus, elementFactory, create, autoPlace) {
    this.eventBus = eventBus;
    this.make = () => elementFactory.createShape({ type: "bpmn:UserTask" });
    this.create = create;
    this.autoPlace = autoPlace;
    this.targets = new Map();
    palette.registerProvider(500, this);
    contextPad.registerProvider(500, this);
    popupMenu.registerProvider("bpmn-replace", 500, this);
  }

  getPaletteEntries() {
    const start = (event) => this.create.start(event, this.make());
    return (entries) => {
      const kept = keepOnly(entries, PALETTE);
      if (kept["create.task"]) kept["create.task"] = { ...kept["create.task"], className: "bpmn-icon-user-task", action: { dragstart: start, click: start } };
      return kept;
    };
  }

  getContextPadEntries(element) {
    return (entries) => {
      const kept = keepOnly(entries, PAD);
      const append = kept["append.append-task"];
      if (append) {
        const start = (event) => this.create.start(event, this.make(), { source: element });
        // After a step that already leads somewhere the new one is put in between, by the server, which shifts what follows.
        const place = () => (element.outgoing?.length === 1 ? this.eventBus.fire("studio.insert", { after: element.id }) : this.autoPlace.append(element, this.make()));
        kept["append.append-task"] = { ...append, className: "bpmn-icon-user-task", action: { dragstart: start, click: place } };
      }
      return kept;
    };
  }

  getPopupMenuEntries() {
    return (entries) => {
      for (const [name, entry] of Object.entries(entries)) if (!this.fits(name, entry)) delete entries[name];
      return entries;
    };
  }

  getPopupMenuHeaderEntries() {
    return (entries) => keepOnly(entries, HEADER);
  }

  /** Menu entries carry no target type, so their names are read: `replace-with-timer-boundary`. */
  fits(name) {
    if (/flow/.test(name)) return true;
    return !/(send|receive|manual|script|complex|transaction|ad-hoc|signal|escalation|conditional|compensation|cancel|link|intermediate-throw|none-intermediate|message-end|timer-start|-rule-start|sequential|loop|participant|data|with-task$|event-subprocess|event-sub-process)/.test(name);
  }
}
Allowed.$inject = ["palette", "contextPad", "popupMenu", "eventBus", "elementFactory", "create", "autoPlace"];

export default { __init__: ["allowed"], allowed: ["type", Allowed] };
export { EVENTS, KINDS };
