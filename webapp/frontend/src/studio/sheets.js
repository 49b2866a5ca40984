// The editor of formulas writes its rules of style into elements made for it, which our Content-Security-Policy refuses. Here such an element
// is a style sheet of the page instead, which the policy allows since a script of ours makes it.

export function allowSheets() {
  const make = document.createElement.bind(document);
  document.createElement = (name, options) => (name === "style" ? sheet(make("template")) : make(name, options));
}

function sheet(stand) {
  const rules = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, rules];
  Object.defineProperty(stand, "textContent", { set: (text) => rules.replaceSync(text), get: () => "" });
  return stand;
}
