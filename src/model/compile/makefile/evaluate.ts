// As much of make as the Makefiles below the kernel's top one use to say how files are compiled: variables,
// conditionals, includes and the text functions (GNU make manual, chapters 6 to 8). Rules are skipped.

/** Variables by name, expanded. */
export type MakeVariables = ReadonlyMap<string, string>;

interface Variable {
  text: string;
  recursive: boolean;
}

export interface MakefileOptions {
  /** Set before the first line: `CONFIG_X`, `src`, `srctree`, ... */
  readonly variables: ReadonlyMap<string, string>;
  /** The text of an included makefile by the path written there, expanded; `null` when there is none. */
  readonly include: (path: string) => string | null;
}

/** Reads a makefile and gives all its variables. What cannot be known without a shell is empty. */
export function evaluateMakefile(text: string, options: MakefileOptions): MakeVariables {
  const make = new Make(options);
  make.read(text, 0);
  return make.expandAll();
}

const includeDepth = 10;
const expansionDepth = 50;

class Make {
  private readonly variables = new Map<string, Variable>();
  private readonly options: MakefileOptions;

  constructor(options: MakefileOptions) {
    this.options = options;
    for (const [name, text] of options.variables) this.variables.set(name, { text, recursive: false });
  }

  read(text: string, depth: number): void {
    /** For each open conditional: whether its lines count now, and whether a branch of it has counted. */
    const conditionals: { active: boolean; taken: boolean; outer: boolean }[] = [];
    let inDefine = false;
    for (const line of text.replace(/[ \t]*\\\r?\n[ \t]*/g, ' ').split('\n')) {
      const statement = line.startsWith('\t') ? '' : withoutComment(line).trim();
      if (/^(override\s+)?define\b/.test(statement)) inDefine = true;
      else if (/^endef\b/.test(statement)) inDefine = false;
      if (inDefine || statement === '') continue;
      const active = conditionals.at(-1)?.active ?? true;
      const keyword = /^(ifdef|ifndef|ifeq|ifneq|else|endif)\b\s*(.*)$/.exec(statement);
      if (keyword !== null) {
        const [, word = '', rest = ''] = keyword;
        const current = conditionals.at(-1);
        if (word === 'endif') conditionals.pop();
        else if (word === 'else') {
          if (current === undefined) continue;
          const nested = /^(ifdef|ifndef|ifeq|ifneq)\b\s*(.*)$/.exec(rest);
          const holds = nested === null || this.holds(nested[1] ?? '', nested[2] ?? '');
          current.active = current.outer && !current.taken && holds;
          current.taken ||= holds;
        } else {
          const holds = active && this.holds(word, rest);
          conditionals.push({ active: holds, taken: holds, outer: active });
        }
      } else if (active) this.statement(statement, depth);
    }
  }

  expandAll(): MakeVariables {
    return new Map([...this.variables].map(([name, { text }]) => [name, this.expand(text).trim()]));
  }

  private statement(statement: string, depth: number): void {
    const included = /^-?s?include\s+(.+)$/.exec(statement);
    if (included !== null) {
      for (const path of words(this.expand(included[1] ?? ''))) {
        const text = depth < includeDepth ? this.options.include(path) : null;
        if (text !== null) this.read(text, depth + 1);
      }
      return;
    }
    const assigned =
      /^(?:export\s+|override\s+)*([^\s:=+?!]+(?:\([^)]*\)[^\s:=+?!]*)*)\s*(::?=|\+=|\?=|=)\s*(.*)$/.exec(
        statement,
      );
    if (assigned === null) return;
    const [, target = '', operator = '', value = ''] = assigned;
    const name = this.expand(target);
    const before = this.variables.get(name);
    if (operator === '?=' && before !== undefined) return;
    if (operator === '+=' && before !== undefined) {
      before.text = `${before.text} ${before.recursive ? value : this.expand(value)}`;
    } else {
      const recursive = !operator.startsWith(':');
      this.variables.set(name, { text: recursive ? value : this.expand(value), recursive });
    }
  }

  private holds(word: string, rest: string): boolean {
    if (word === 'ifdef' || word === 'ifndef') {
      const isSet = (this.variables.get(this.expand(rest).trim())?.text ?? '') !== '';
      return (word === 'ifdef') === isSet;
    }
    const sides = comparisonSides(rest);
    if (sides === null) return false;
    const equal = this.expand(sides[0]).trim() === this.expand(sides[1]).trim();
    return (word === 'ifeq') === equal;
  }

  private expand(text: string, depth = 0): string {
    if (!text.includes('$') || depth > expansionDepth) return text.includes('$') ? '' : text;
    let result = '';
    for (let at = 0; at < text.length; at += 1) {
      const [character, next] = [text[at], text[at + 1]];
      if (character !== '$' || next === undefined) result += character;
      else if (next === '$') {
        result += '$';
        at += 1;
      } else if (next === '(' || next === '{') {
        const end = closing(text, at + 1);
        result += this.reference(text.slice(at + 2, end), depth + 1);
        at = end;
      } else at += 1; // automatic variables: there are no rules here
    }
    return result;
  }

  private reference(inside: string, depth: number): string {
    const call = /^([a-z-]+)[ \t]+(.*)$/s.exec(inside);
    if (call !== null) return this.call(call[1] ?? '', call[2] ?? '', depth);
    const substitution = /^([^:\s]+):(\S*?)=(\S*)$/.exec(inside);
    if (substitution !== null) {
      const [, name = '', from = '', to = ''] = substitution;
      const pattern = from.includes('%') ? from : `%${from}`;
      return words(this.value(this.expand(name, depth), depth))
        .map((word) => patternSubstitute(pattern, to.includes('%') ? to : `%${to}`, word))
        .join(' ');
    }
    return this.value(this.expand(inside, depth), depth);
  }

  private value(name: string, depth: number): string {
    const variable = this.variables.get(name);
    if (variable === undefined) return '';
    return variable.recursive ? this.expand(variable.text, depth) : variable.text;
  }

  private call(name: string, rest: string, depth: number): string {
    const parts = splitArguments(rest);
    const text = (index: number) => this.expand(parts[index] ?? '', depth);
    const [first, second] = [() => text(0), () => text(1)];
    switch (name) {
      case 'addprefix':
        return words(second())
          .map((word) => first() + word)
          .join(' ');
      case 'addsuffix':
        return words(second())
          .map((word) => word + first())
          .join(' ');
      case 'patsubst':
        return words(text(2))
          .map((word) => patternSubstitute(first().trim(), second().trim(), word))
          .join(' ');
      case 'subst':
        return text(2).replaceAll(first(), second());
      case 'strip':
        return words(text(0)).join(' ');
      case 'filter':
      case 'filter-out': {
        const patterns = words(first());
        return words(second())
          .filter((word) => patterns.some((pattern) => matches(pattern, word)) === (name === 'filter'))
          .join(' ');
      }
      case 'if':
        return first().trim() === '' ? text(2) : second();
      case 'or':
        return parts.map((_, index) => text(index).trim()).find((part) => part !== '') ?? '';
      case 'and':
        return parts.some((_, index) => text(index).trim() === '') ? '' : text(parts.length - 1).trim();
      case 'dir':
        return words(text(0))
          .map((word) => word.replace(/[^/]*$/, '') || './')
          .join(' ');
      case 'notdir':
        return words(text(0))
          .map((word) => word.replace(/^.*\//, ''))
          .join(' ');
      case 'basename':
        return words(text(0))
          .map((word) => word.replace(/\.[^./]*$/, ''))
          .join(' ');
      case 'firstword':
        return words(text(0))[0] ?? '';
      case 'lastword':
        return words(text(0)).at(-1) ?? '';
      case 'foreach':
        return words(second())
          .map((word) => {
            this.variables.set(first().trim(), { text: word, recursive: false });
            return text(2);
          })
          .join(' ');
      case 'sort':
        return [...new Set(words(text(0)))].sort().join(' ');
      case 'abspath':
      case 'realpath':
        return first().trim();
      default: // call, shell, wildcard, ...: flags that a compiler is asked for, of no matter here
        return '';
    }
  }
}

function withoutComment(line: string): string {
  return line.replace(/(^|[^\\])#.*$/, '$1');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function closing(text: string, open: number): number {
  let nested = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(' || text[at] === '{') nested += 1;
    else if (text[at] === ')' || text[at] === '}') {
      nested -= 1;
      if (nested === 0) return at;
    }
  }
  return text.length;
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let [nested, start] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '(' || character === '{') nested += 1;
    else if (character === ')' || character === '}') nested -= 1;
    else if (character === ',' && nested === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function comparisonSides(text: string): readonly [string, string] | null {
  const trimmed = text.trim();
  if (trimmed.startsWith('(')) {
    const [left = '', right = ''] = splitArguments(trimmed.slice(1, closing(trimmed, 0)));
    return [left, right];
  }
  const quoted = /^(["'])(.*?)\1\s+(["'])(.*?)\3$/.exec(trimmed);
  return quoted === null ? null : [quoted[2] ?? '', quoted[4] ?? ''];
}

function matches(pattern: string, word: string): boolean {
  const [before, after] = pattern.split('%', 2);
  if (after === undefined) return pattern === word;
  return word.length >= pattern.length - 1 && word.startsWith(before ?? '') && word.endsWith(after);
}

function patternSubstitute(pattern: string, replacement: string, word: string): string {
  if (!matches(pattern, word)) return word;
  const [before = '', after] = pattern.split('%', 2);
  if (after === undefined) return replacement;
  return replacement.replace('%', word.slice(before.length, word.length - after.length));
}
