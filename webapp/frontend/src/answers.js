// What a form says, without files: they go with the button that hands them in, not with every draft.

export function answersOf(form, submitter) {
  const data = new FormData(form, submitter);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}
