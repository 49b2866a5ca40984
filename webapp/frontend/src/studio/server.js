// What the studio asks the server, each with the revision that the page knows; a field may have several values. Whatever is answered, the page hears of it in words.

const token = () => document.querySelector("[name=csrf_token]")?.value ?? "";

export class Refused extends Error {
  constructor(told) { super(told.words ?? ""); this.told = told; }
}

export async function ask(address, fields, { method = "POST" } = {}) {
  const body = new FormData();
  body.set("csrf_token", token());
  for (const [name, value] of Object.entries(fields)) {
    body.delete(name);
    for (const each of [value].flat()) body.append(name, each);
  }
  let answer;
  try {
    answer = await fetch(address, { method, body, headers: { Accept: "application/json" }, redirect: "manual" });
  } catch {
    throw new Refused({ lost: true });
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Refused({ signedOut: true });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(told);
  return told;
}

export async function read(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) throw new Refused({ lost: true });
  return answer.json();
}

export async function page(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "manual" });
  if (!answer.ok) throw new Refused({ lost: answer.status >= 500 });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
