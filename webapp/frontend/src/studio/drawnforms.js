// What a form may ask, in the form editor: the kinds and settings that the server draws. What else a file holds is shown as it is, and is
// kept when it is saved; the findings say what to do about it.

const KINDS = new Set(["textfield", "textarea", "number", "datetime", "checkbox", "radio", "select", "checklist", "text", "group", "dynamiclist"]);
const GROUPS = new Set(["general", "constraints", "validation", "condition", "valuesSource", "staticOptions", "dynamicOptions", "optionsExpression", "custom-values"]);
const SETTINGS = new Set(["id", "label", "text", "description", "key", "path", "defaultValue", "readonly", "subtype", "date-label", "time-label"]);

/** `said` gives the editor's words in the language of the page. */
export function drawnForms(said) {
  class DrawnForms {
    constructor(formFields, propertiesPanel) {
      const all = formFields._formFields;
      for (const [type, field] of Object.entries(all)) {
        Object.defineProperty(all, type, { value: field, enumerable: KINDS.has(type) }); // the palette lists what can be counted
        const { name, create } = field.config;
        if (name) field.config.name = said(name);
        field.config.create = (given) => named(create(given), name, given);
      }
      propertiesPanel.registerProvider(this, 500);
    }

    getGroups() {
      return (groups) => groups.filter((group) => GROUPS.has(group.id)).map(narrowed).filter((group) => !group.entries || group.entries.length);
    }
  }
  DrawnForms.$inject = ["formFields", "propertiesPanel"];

  /** A new question is called what its kind is called; one that is read from a file what it is called there. */
  function named(made, name, given = {}) {
    return name && made?.label === name && !("label" in given) ? { ...made, label: said(name) } : made;
  }
  return { __init__: ["drawnForms"], drawnForms: ["type", DrawnForms] };
}

function narrowed(group) {
  const entries = group.id === "general" ? group.entries.filter((entry) => SETTINGS.has(entry.id)) : group.entries;
  return { ...group, entries: entries?.filter((entry) => !entry.id.endsWith("-timeInterval")), tooltip: undefined };
}
