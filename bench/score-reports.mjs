// How much of what a kernel report says `millrace parse` reads: field by field against what its collector wrote down.
// A field is a value, or one stack (all of its functions in order, or wrong), or one lock.

/**
 * @param {Record<string, any>} truth an entry of truth.json
 * @param {Record<string, any> | undefined} report the report of that kind and title, as `parse --json` gives it
 * @returns {{ name: string, right: boolean, wanted: unknown, found: unknown }[]}
 */
export function scoreReport(truth, report) {
  const fields = [];
  const field = (name, wanted, found) =>
    fields.push({ name, right: JSON.stringify(wanted) === JSON.stringify(found), wanted, found });
  field('kind', truth.kind, report?.kind);
  field('title', truth.title, report?.title);
  for (const name of ['task', 'pid', 'cpu'])
    field(`where.${name}`, truth.where?.[name] ?? null, report?.where[name]);
  if (truth.access !== null)
    for (const name of ['type', 'size', 'address', 'task', 'pid', 'cpu'])
      field(`access.${name}`, truth.access[name], report?.access?.[name]);
  if (truth.object !== null)
    for (const name of ['cache', 'size', 'offset'])
      field(`object.${name}`, truth.object[name], report?.object?.[name]);
  if (truth.odebug !== undefined)
    for (const name of ['what', 'object_type', 'hint'])
      field(`odebug.${name}`, truth.odebug[name], report?.odebug?.[name]);
  if (truth.ip !== undefined) field('ip', truth.ip, report?.ip?.function);
  const wantedStacks = truth.stacks.filter(({ label }) => label !== 'later');
  for (const { label, functions, questionable, task, pid } of wantedStacks) {
    const found = report?.stacks.find((stack) => stack.label === label);
    field(
      `stack ${label}`,
      functions,
      found?.stack.map((frame) => frame.function),
    );

    if (questionable !== undefined)
      field(
        `unsure frames of ${label}`,
        questionable,
        found?.questionable.map((frame) => frame.function),
      );
    if (task !== undefined) field(`task of ${label}`, task, found?.task);
    if (pid !== undefined) field(`pid of ${label}`, pid, found?.pid);
  }
  const labels = new Set(wantedStacks.map(({ label }) => label));
  for (const { label } of report?.stacks ?? [])
    if (!labels.has(label)) field(`stack ${label}`, undefined, 'a stack that is not there');
  const locks = [...(report?.locks ?? [])];
  for (const wanted of truth.locks) {
    const at = locks.findIndex((lock) => describe(lock) === describe(wanted));
    field(`lock ${wanted.how}`, describe(wanted), at < 0 ? locks.map(describe) : describe(locks[at]));
    if (at >= 0) locks.splice(at, 1);
  }
  for (const lock of locks) field(`lock ${lock.how}`, undefined, describe(lock));
  return fields;
}

function describe({ name, how, at, index, by }) {
  return [name, how, at ?? '?', index ?? '', by ?? ''].join(' ');
}

/** The report that an entry is about: the first of its title, else the first of its kind. */
export function reportOf(truth, reports) {
  return (
    reports.find(({ kind, title }) => kind === truth.kind && title === truth.title) ??
    reports.find(({ kind }) => kind === truth.kind) ??
    reports.find(({ title }) => title === truth.title)
  );
}
