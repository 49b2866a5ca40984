// What the form editor says, in the language of the page. It asks for no translation, so its words are exchanged where they appear: in the
// palette, in the panel, on its buttons; never what stands in the form itself. What is missing is kept in `window.untranslated`.

const WORDS = [
  ["Text field", "En rad text", "Én linje tekst"],
  ["Text area", "Flera rader text", "Flere linjer tekst"],
  ["Number", "Ett tal", "Et tall"],
  ["Date time", "En dag eller tid", "En dag eller tid"],
  ["Checkbox", "En ruta att kryssa", "En rute å krysse av"],
  ["Checkbox group", "Flera ur en lista", "Flere fra en liste"],
  ["Radio group", "Ett av några val", "Ett av noen valg"],
  ["Select", "Ett ur en lista", "Ett fra en liste"],
  ["Text view", "Vägledning mellan frågorna", "Veiledning mellom spørsmålene"],
  ["Group", "En del med rubrik", "En del med overskrift"],
  ["Dynamic list", "En lista med rader", "En liste med rader"],
  ["Form", "Formulär", "Skjema"],
  ["Components", "Vad kan frågas?", "Hva kan spørres om?"],
  ["Search components", "Sök", "Søk"],
  ["Clear content", "Töm", "Tøm"],
  ["No components found.", "Inget hittades.", "Ingenting ble funnet."],
  ["Input", "Svar att skriva", "Svar å skrive"],
  ["Selection", "Svar att välja", "Svar å velge"],
  ["Presentation", "Text", "Tekst"],
  ["Containers", "Delar och listor", "Deler og lister"],
  ["Build your form", "Tomt formulär", "Tomt skjema"],
  ["Drag and drop components here to start designing.", "Dra hit det som ska frågas.", "Dra hit det som skal spørres om."],
  ["Drag and drop components here.", "Dra hit det som ska frågas.", "Dra hit det som skal spørres om."],
  ["Use the preview window to test your form.", "Spela rutinen för att prova formuläret.", "Spill rutinen for å prøve skjemaet."],
  ["Select a form field to edit its properties.", "Välj en fråga för att ändra den.", "Velg et spørsmål for å endre det."],
  ["Multiple form fields are selected. Select a single form field to edit its properties.", "Flera frågor är valda. Välj en.", "Flere spørsmål er valgt. Velg ett."],
  ["General", "Frågan", "Spørsmålet"],
  ["Validation", "Krav på svaret", "Krav til svaret"],
  ["Constraints", "Gränser", "Grenser"],
  ["Condition", "Frågas inte när", "Spørres ikke når"],
  ["Custom properties", "Egna uppgifter", "Egne opplysninger"],
  ["Options source", "Varifrån valen kommer", "Hvor valgene kommer fra"],
  ["Static options", "Valen", "Valgene"],
  ["Dynamic options", "Val ur ärendet", "Valg fra saken"],
  ["Options expression", "Val enligt formel", "Valg etter formel"],
  ["ID", "Id", "Id"],
  ["Key", "Svarets namn i ärendet", "Svarets navn i saken"],
  ["Path", "Listans namn i ärendet", "Listens navn i saken"],
  ["Label", "Ord som läses", "Ord som leses"],
  ["Value", "Värde", "Verdi"],
  ["Field label", "Fråga", "Spørsmål"],
  ["Group label", "Rubrik", "Overskrift"],
  ["Date label", "Fråga om dagen", "Spørsmål om dagen"],
  ["Time label", "Fråga om klockslaget", "Spørsmål om klokkeslettet"],
  ["Field description", "Hjälp under frågan", "Hjelp under spørsmålet"],
  ["Text", "Text", "Tekst"],
  ["Title", "Rubrik", "Overskrift"],
  ["Default value", "Svar från början", "Svar fra start"],
  ["Read only", "Kan bara läsas", "Kan bare leses"],
  ["Required", "Måste besvaras", "Må besvares"],
  ["Minimum", "Minst", "Minst"],
  ["Maximum", "Högst", "Høyst"],
  ["Minimum length", "Minst så många tecken", "Minst så mange tegn"],
  ["Maximum length", "Högst så många tecken", "Høyst så mange tegn"],
  ["Validation pattern", "Form på svaret", "Svarets form"],
  ["Custom regular expression", "Eget mönster", "Eget mønster"],
  ["Custom error message", "Vad som sägs när det är fel", "Hva som sies når det er feil"],
  ["Custom", "Egen", "Egen"],
  ["Email", "E-postadress", "E-postadresse"],
  ["Phone", "Telefonnummer", "Telefonnummer"],
  ["Subtype", "Dag eller tid", "Dag eller tid"],
  ["Date", "Dag", "Dag"],
  ["Time", "Klockslag", "Klokkeslett"],
  ["Date & Time", "Dag och klockslag", "Dag og klokkeslett"],
  ["Disallow past dates", "Inga dagar som varit", "Ingen dager som har vært"],
  ["Type", "Slag", "Type"],
  ["Static", "Skrivna här", "Skrevet her"],
  ["Input data", "Ur ärendet", "Fra saken"],
  ["Expression", "Enligt formel", "Etter formel"],
  ["Input values key", "Uppgift i ärendet", "Opplysning i saken"],
  ["Hide if", "Formel", "Formel"],
  ["Repeatable", "Kan fyllas i flera gånger", "Kan fylles ut flere ganger"], ["Month", "Månad", "Måned"], ["Year", "År", "År"],
  ["Supports markdown and templating.", "Kan delas i stycken och listor (Markdown).", "Kan deles i avsnitt og lister (Markdown)."], ["Learn more", "Läs mer, på engelska", "Les mer, på engelsk"],
  ["yyyy-mm-dd", "åååå-mm-dd", "åååå-mm-dd"], ["dd.mm.yyyy", "dd.mm.åååå", "dd.mm.åååå"], ["mm/dd/yyyy", "åååå-mm-dd", "dd.mm.åååå"], ["hh:mm --", "tt:mm", "tt:mm"],
  ["Condition under which the field is hidden", "Frågan döljs när formeln stämmer.", "Spørsmålet skjules når formelen stemmer."],
  ["Binds to a form variable", "Under det här namnet sparas svaret.", "Under dette navnet lagres svaret."],
  ["Where the child variables of this component are pathed to.", "Under det här namnet sparas raderna.", "Under dette navnet lagres radene."],
  ["Define which input property to populate the values from", "Vilken uppgift valen hämtas ur.", "Hvilken opplysning valgene hentes fra."],
  ["Define an expression to populate the options from.", "En formel som ger valen.", "En formel som gir valgene."],
  ["<none>", "inget", "ingen"], ["<empty>", "tom", "tom"],
  ["Checked", "Kryssad", "Krysset av"], ["Not checked", "Inte kryssad", "Ikke krysset av"],
  ["Create", "Ny", "Ny"], ["Create new list item", "Ny rad", "Ny rad"], ["Delete item", "Ta bort", "Fjern"],
  ["Toggle section", "Visa eller dölj", "Vis eller skjul"], ["Toggle list item", "Visa eller dölj", "Vis eller skjul"],
  ["Section contains edits", "Något är ifyllt", "Noe er fylt ut"], ["Section contains an error", "Något är fel", "Noe er feil"],
  ["FEEL expression is mandatory", "Skrivs som formel", "Skrives som formel"],
  ["Click to set a dynamic value with FEEL expression", "Skriv som formel", "Skriv som formel"],
  ["Click to remove dynamic value with FEEL expression", "Skriv som text", "Skriv som tekst"],
  ["Open pop-up editor", "Öppna större ruta", "Åpne større rute"], ["Opened in editor", "Öppet i den större rutan", "Åpent i den større ruten"],
  ["Opened in popup", "Öppet i den större rutan", "Åpent i den større ruten"],
  ["Unparsable FEEL expression.", "Formeln kan inte läsas.", "Formelen kan ikke leses."],
  ["Must not be empty.", "Får inte vara tomt.", "Kan ikke være tomt."], ["Must not be empty", "Får inte vara tomt.", "Kan ikke være tomt."],
  ["Must be unique.", "Finns redan.", "Finnes allerede."], ["Must not contain spaces.", "Utan mellanslag.", "Uten mellomrom."],
  ["Must not contain prefix.", "Utan kolon.", "Uten kolon."], ["Must be a valid QName.", "Kan inte heta så.", "Kan ikke hete det."],
  ["Must be a variable or a dot separated path.", "Bara små bokstäver, siffror och understreck.", "Bare små bokstaver, sifre og understrek."],
  ["Must not contain numerical path segments.", "Får inte vara bara siffror.", "Kan ikke være bare sifre."],
  ["Must not be a prohibited path.", "Kan inte heta så.", "Kan ikke hete det."],
  ["Must not cause two binding paths to collide", "Två frågor kan inte heta så.", "To spørsmål kan ikke hete det."],
  ["Should be a valid number", "Ska vara ett tal.", "Skal være et tall."], ["Should be a valid number.", "Ska vara ett tal.", "Skal være et tall."],
  ["Should be an integer.", "Ska vara ett helt tal.", "Skal være et helt tall."], ["Should be greater than zero.", "Ska vara mer än noll.", "Skal være mer enn null."],
  ["Should be greater than or equal to zero.", "Ska vara noll eller mer.", "Skal være null eller mer."],
  ["Drop is not a valid target", "Kan inte stå där.", "Kan ikke stå der."], ["Remove form field", "Ta bort", "Fjern"],
  ["Make this field read-only when it cannot be edited by the end-user, but its content is important for them to see. Its data will still be submitted.",
    "Svaret visas men kan inte ändras. Det lämnas in med resten.", "Svaret vises, men kan ikke endres. Det leveres med resten."],
  ["Use a unique \"key\" to link the form element and the related input/output data. When dealing with nested data, break it down in the user task's input mapping before using it.",
    "Små bokstäver, siffror och understreck. Samma namn i två formulär är samma uppgift.", "Små bokstaver, sifre og understrek. Samme navn i to skjemaer er samme opplysning."],
  ["The error message to display when the input does not match the regular expression.", "Det som sägs när svaret inte följer mönstret.", "Det som sies når svaret ikke følger mønsteret."],
  ["The built-in phone validation pattern is based on the E.164 standard with no spaces. Ex: +491234567890", "Med landsnummer och utan mellanslag: +46701234567.", "Med landskode og uten mellomrom: +4791234567."],
  ["Routes the children of this component into a form variable, may be left empty to route at the root level.", "Kan lämnas tomt.", "Kan stå tomt."],
  ["Routes the children of this component into a form variable.", "Små bokstäver, siffror och understreck.", "Små bokstaver, sifre og understrek."],
];
const PATTERNS = [
  [/^Create an? (.+) element$/, "Lägg till: {0}", "Legg til: {0}"],
  [/^Remove (.+)$/, "Ta bort: {0}", "Fjern: {0}"],
  [/^List contains (\d+) items?$/, "{0} rader", "{0} rader"],
];
const COLUMN = { sv: 1, nb: 2 };
const OWN = ".fjs-palette-container, .fjs-properties-container, .fjs-context-pad, .fjs-empty-editor, .fjs-empty-component, .fjs-select-placeholder, .fjs-repeat-render-footer, .fjs-form-field-datetime input, .bio-properties-panel-popup, .bio-properties-panel-tooltip";
const THEIRS = ".bio-properties-panel-header-label, .bio-properties-panel-collapsible-entry-header-title, [id$='-defaultValue'] option:not([value=''], [value='true'], [value='false']), .cm-editor, textarea, pre";
const WRITTEN = ".cm-editor"; // what stands in it is somebody's own, what it is called is the editor's
const SAID = ["title", "placeholder", "aria-label"];

/** What the editor says, said in the language; what is unknown stays, and is told to `missed`. */
export function sayer(language, missed = () => {}) {
  const column = COLUMN[language.slice(0, 2)];
  if (!column) return null;
  const known = new Map(WORDS.map((row) => [row[0], row[column]]));
  const ours = new Set(known.values());
  return function said(words) {
    const plain = words.trim();
    if (!/\p{L}{2}/u.test(plain) || ours.has(plain)) return words;
    if (known.has(plain)) return words.replace(plain, () => known.get(plain));
    for (const row of PATTERNS) {
      const found = row[0].exec(plain);
      if (found) return row[column].replace("{0}", () => said(found[1]));
    }
    if (!PATTERNS.some((row) => plain.startsWith(row[column].split("{0}")[0]) && row[column].indexOf("{0}") > 0) && !/^\d+ rader$/.test(plain)) missed(plain);
    return words;
  };
}

/** Exchange the editor's words inside the page, now and whenever it draws. */
export function speak(language) {
  const missing = (window.untranslated ??= new Set());
  const said = sayer(language, (words) => missing.add(words));
  if (!said) return;
  const ours = (element) => element?.closest(OWN) && !element.closest(THEIRS);
  const put = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const words = ours(node.parentElement) ? said(node.data) : node.data;
      if (words !== node.data) node.data = words;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of SAID) {
      const words = ours(node) || (node.closest(OWN) && node.closest(WRITTEN)) ? node.getAttribute(name) : null;
      if (words && said(words) !== words) node.setAttribute(name, said(words));
    }
    node.childNodes.forEach(put);
  };
  new MutationObserver((seen) => {
    for (const one of seen) (one.type === "childList" ? one.addedNodes : [one.target]).forEach(put);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: SAID });
}
