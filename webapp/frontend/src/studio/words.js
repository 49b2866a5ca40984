// What the editor itself says, in the language of the page: the words of bpmn-js are keys, English is what they say themselves.
// Whatever is asked for and missing is kept in `window.untranslated`, where a test looks.

const SV = {
  "Activate create/remove space tool": "Gör eller ta bort utrymme", "Activate global connect tool": "Dra pilar", "Activate hand tool": "Flytta bilden",
  "Activate lasso tool": "Välj flera", "Add text annotation": "Lägg till en anteckning", "Append end event": "Lägg till ett slut",
  "Append gateway": "Lägg till ett val", "Append task": "Lägg till en uppgift", "Append intermediate/boundary event": "Lägg till en händelse",
  "Append timer intermediate catch event": "Lägg till en väntan", "Append message intermediate catch event": "Lägg till en väntan på besked",
  "Change element": "Byt slag", "Connect to other element": "Dra en pil", "Connect using association": "Förbind med en streckad linje",
  "Create end event": "Nytt slut", "Create expanded sub-process": "Ny del", "Create gateway": "Nytt val", "Create group": "Ny ram",
  "Create intermediate/boundary event": "Ny händelse", "Create pool/participant": "Ny pool", "Create start event": "Ny start", "Create task": "Ny uppgift",
  "Delete": "Ta bort", "Open {element}": "Öppna {element}", "Search in diagram": "Sök steg", "Toggle non-interrupting": "Avbryter steget eller inte",
  "Align elements": "Rätta in", "Align elements ": "Rätta in ", "Distribute elements horizontally": "Sprid vågrätt", "Distribute elements vertically": "Sprid lodrätt",
  "Add lane above": "Ny bana ovanför", "Add lane below": "Ny bana nedanför", "Divide into two lanes": "Dela i två banor", "Divide into three lanes": "Dela i tre banor",
  "User task": "Uppgift för en person", "Service task": "Sker av sig självt", "Business rule task": "Beslutstabell", "Call activity": "Delrutin",
  "Sub-process": "Del", "Sub-process (expanded)": "Del, öppen", "Sub-process (collapsed)": "Del, stängd", "Exclusive gateway": "Val: en väg",
  "Parallel gateway": "Alla vägar samtidigt", "Inclusive gateway": "Val: en eller flera vägar", "Event-based gateway": "Det som händer först",
  "Start event": "Start", "End event": "Slut", "Terminate end event": "Slut för allt som pågår", "Error end event": "Slut med avbrott",
  "Message start event": "Start när något startas", "Timer intermediate catch event": "Väntan", "Message intermediate catch event": "Väntan på besked",
  "Timer boundary event": "Tid som avbryter", "Timer boundary event (non-interrupting)": "Tid som påminner", "Message boundary event": "Besked som avbryter",
  "Message boundary event (non-interrupting)": "Besked bredvid", "Error boundary event": "Avbrott fångas", "Parallel multi-instance": "Flera samtidigt",
  "Sequence flow": "Pil", "Default flow": "Pil: annars", "Conditional flow": "Pil med villkor", "Loop": "Upprepa", "Sequential multi-instance": "Flera i tur och ordning",
  "Toggle minimap": "Visa eller dölj översikten", "Open minimap": "Visa översikten", "Close minimap": "Dölj översikten", "Event sub-process": "Del som en händelse startar",
  "Participant multiplicity": "Flera parter", "Collection": "Samling", "Append {type}": "Lägg till {type}", "Ad-hoc": "I valfri ordning",
  "Task": "Uppgift", "{name} element": "{name}", "Elements": "Steg", "flow elements must be children of pools/participants": "Steget måste stå i en pool",
  "no parent for {element} in {parent}": "{element} har ingen plats i {parent}", "no shape type specified": "Slag saknas",
  "out of bounds release": "Släppt utanför", "more than {count} child lanes": "Fler än {count} banor", "element required": "Ett steg behövs",
  "Ad-hoc sub-process": "Del i valfri ordning", "Ad-hoc sub-process (collapsed)": "Del i valfri ordning, stängd", "Ad-hoc sub-process (expanded)": "Del i valfri ordning, öppen",
  "Create data object reference": "Ny uppgift i ärendet", "Create data store reference": "Nytt register", "Manual task": "Uppgift utan system", "Receive task": "Uppgift att ta emot", "Script task": "Programsteg", "Send task": "Uppgift att skicka", "Transaction": "Avtalad del", "Complex gateway": "Val: sammansatt",
  "View DRD": "Visa översikten", "View DRG": "Visa översikten", "When": "När", "And": "Och", "Then": "Då", "Annotations": "Anteckningar",
  "Hit policy": "Så väljs rader", "Hit policy:": "Så väljs rader:", "Unique": "Högst en rad", "First": "Första raden", "Any": "Vilken som helst", "Priority": "Viktigaste raden",
  "Collect": "Alla rader", "Rule order": "Alla rader i ordning", "Output order": "Alla svar i ordning", "Add input": "Ny fråga", "Add output": "Nytt svar", "Add rule": "Ny rad",
  "Add rule above": "Ny rad ovanför", "Add rule below": "Ny rad nedanför", "Remove rule": "Ta bort raden", "Remove input": "Ta bort frågan", "Remove output": "Ta bort svaret", "Label": "Rubrik",
  "Expression": "Uttryck", "Type": "Slag", "Name": "Namn", "Output name": "Svarets namn", "Output label": "Svarets rubrik", "Input label": "Frågans rubrik",
  "Copy": "Kopiera", "Cut": "Klipp ut", "Rule": "Rad", "Input": "Fråga", "Output": "Svar", "Remove": "Ta bort",
  "Paste": "Klistra in",
};
const NB = {
  "Activate create/remove space tool": "Lag eller fjern plass", "Activate global connect tool": "Trekk piler", "Activate hand tool": "Flytt bildet",
  "Activate lasso tool": "Velg flere", "Add text annotation": "Legg til et notat", "Append end event": "Legg til en slutt",
  "Append gateway": "Legg til et valg", "Append task": "Legg til en oppgave", "Append intermediate/boundary event": "Legg til en hendelse",
  "Append timer intermediate catch event": "Legg til en venting", "Append message intermediate catch event": "Legg til en venting på beskjed",
  "Change element": "Bytt type", "Connect to other element": "Trekk en pil", "Connect using association": "Forbind med en stiplet linje",
  "Create end event": "Ny slutt", "Create expanded sub-process": "Ny del", "Create gateway": "Nytt valg", "Create group": "Ny ramme",
  "Create intermediate/boundary event": "Ny hendelse", "Create pool/participant": "Ny pool", "Create start event": "Ny start", "Create task": "Ny oppgave",
  "Delete": "Fjern", "Open {element}": "Åpne {element}", "Search in diagram": "Søk steg", "Toggle non-interrupting": "Avbryter steget eller ikke",
  "Align elements": "Still inn", "Align elements ": "Still inn ", "Distribute elements horizontally": "Spre vannrett", "Distribute elements vertically": "Spre loddrett",
  "Add lane above": "Ny bane over", "Add lane below": "Ny bane under", "Divide into two lanes": "Del i to baner", "Divide into three lanes": "Del i tre baner",
  "User task": "Oppgave for en person", "Service task": "Skjer av seg selv", "Business rule task": "Beslutningstabell", "Call activity": "Delrutine",
  "Sub-process": "Del", "Sub-process (expanded)": "Del, åpen", "Sub-process (collapsed)": "Del, lukket", "Exclusive gateway": "Valg: én vei",
  "Parallel gateway": "Alle veier samtidig", "Inclusive gateway": "Valg: én eller flere veier", "Event-based gateway": "Det som skjer først",
  "Start event": "Start", "End event": "Slutt", "Terminate end event": "Slutt for alt som pågår", "Error end event": "Slutt med avbrudd",
  "Message start event": "Start når noe startes", "Timer intermediate catch event": "Venting", "Message intermediate catch event": "Venting på beskjed",
  "Timer boundary event": "Tid som avbryter", "Timer boundary event (non-interrupting)": "Tid som minner om", "Message boundary event": "Beskjed som avbryter",
  "Message boundary event (non-interrupting)": "Beskjed ved siden av", "Error boundary event": "Avbrudd fanges", "Parallel multi-instance": "Flere samtidig",
  "Sequence flow": "Pil", "Default flow": "Pil: ellers", "Conditional flow": "Pil med vilkår", "Loop": "Gjenta", "Sequential multi-instance": "Flere etter tur",
  "Toggle minimap": "Vis eller skjul oversikten", "Open minimap": "Vis oversikten", "Close minimap": "Skjul oversikten", "Event sub-process": "Del som en hendelse starter",
  "Participant multiplicity": "Flere parter", "Collection": "Samling", "Append {type}": "Legg til {type}", "Ad-hoc": "I valgfri rekkefølge",
  "Task": "Oppgave", "{name} element": "{name}", "Elements": "Steg", "flow elements must be children of pools/participants": "Steget må stå i en pool",
  "no parent for {element} in {parent}": "{element} har ingen plass i {parent}", "no shape type specified": "Type mangler",
  "out of bounds release": "Sluppet utenfor", "more than {count} child lanes": "Flere enn {count} baner", "element required": "Et steg trengs",
  "Ad-hoc sub-process": "Del i valgfri rekkefølge", "Ad-hoc sub-process (collapsed)": "Del i valgfri rekkefølge, lukket", "Ad-hoc sub-process (expanded)": "Del i valgfri rekkefølge, åpen",
  "Create data object reference": "Ny opplysning i saken", "Create data store reference": "Nytt register", "Manual task": "Oppgave uten system", "Receive task": "Oppgave å ta imot", "Script task": "Programsteg", "Send task": "Oppgave å sende", "Transaction": "Avtalt del", "Complex gateway": "Valg: sammensatt",
  "View DRD": "Vis oversikten", "View DRG": "Vis oversikten", "When": "Når", "And": "Og", "Then": "Da", "Annotations": "Notater",
  "Hit policy": "Slik velges rader", "Hit policy:": "Slik velges rader:", "Unique": "Høyst én rad", "First": "Første rad", "Any": "Hvilken som helst", "Priority": "Viktigste rad",
  "Collect": "Alle rader", "Rule order": "Alle rader i rekkefølge", "Output order": "Alle svar i rekkefølge", "Add input": "Nytt spørsmål", "Add output": "Nytt svar", "Add rule": "Ny rad",
  "Add rule above": "Ny rad over", "Add rule below": "Ny rad under", "Remove rule": "Fjern raden", "Remove input": "Fjern spørsmålet", "Remove output": "Fjern svaret", "Label": "Overskrift",
  "Expression": "Uttrykk", "Type": "Type", "Name": "Navn", "Output name": "Svarets navn", "Output label": "Svarets overskrift", "Input label": "Spørsmålets overskrift",
  "Copy": "Kopier", "Cut": "Klipp ut", "Rule": "Rad", "Input": "Spørsmål", "Output": "Svar", "Remove": "Fjern",
  "Paste": "Lim inn",
};
const DICTIONARIES = { sv: SV, nb: NB };

/** A module for diagram-js that says everything in the language of the page; `more` are further words by language. */
export function translation(language, more = {}) {
  const named = language.slice(0, 2), known = DICTIONARIES[named] && { ...DICTIONARIES[named], ...more[named] };
  const missing = (window.untranslated ??= new Set());
  function translate(template, replacements = {}) {
    if (known && !(template in known)) missing.add(template);
    return (known?.[template] ?? template).replace(/\{([^}]+)\}/g, (whole, key) => replacements[key] ?? whole);
  }
  return { translate: ["value", translate] };
}
