// The macro language of Kconfig files: `NAME := text`, `$(name,argument,...)` and the built-in functions
// (Documentation/kbuild/kconfig-macro-language.rst and scripts/kconfig/preprocess.c, v6.12).
import { inputError } from '../base/index.js';
import { shellOutput } from './shell-answers.js';

interface Macro {
  readonly text: string;
  /** Set by `=`: expanded at each use, not where it is defined. */
  readonly recursive: boolean;
}

const depthLimit = 100;

/** The variables of one reading of Kconfig files. */
export class Macros {
  private readonly variables = new Map<string, Macro>();
  private readonly environment: Readonly<Record<string, string>>;

  /** @param environment what `make` would have exported: `SRCARCH`, `KERNELVERSION`, `srctree`, ... */
  constructor(environment: Readonly<Record<string, string>>) {
    this.environment = environment;
  }

  assign(name: string, operator: '=' | ':=' | '+=', text: string): void {
    const before = this.variables.get(name);
    if (operator === '+=' && before !== undefined) {
      const more = before.recursive ? text : this.expand(text);
      this.variables.set(name, { text: `${before.text} ${more}`, recursive: before.recursive });
    } else {
      const recursive = operator !== ':=';
      this.variables.set(name, { text: recursive ? text : this.expand(text), recursive });
    }
  }

  /** Expands every `$(...)` in `text`. Errors: `input` for a macro that never ends. */
  expand(text: string): string {
    return this.expandWith(text, [], 0);
  }

  private expandWith(text: string, parameters: readonly string[], depth: number): string {
    if (!text.includes('$')) return text;
    if (depth > depthLimit) throw inputError('a Kconfig macro refers to itself without end');
    let result = '';
    for (let at = 0; at < text.length; ) {
      if (text[at] === '$' && text[at + 1] === '(') {
        const end = closingParenthesis(text, at + 1);
        result += this.call(text.slice(at + 2, end), parameters, depth);
        at = end + 1;
      } else {
        result += text[at];
        at += 1;
      }
    }
    return result;
  }

  private call(inside: string, parameters: readonly string[], depth: number): string {
    const [name = '', ...values] = splitArguments(inside).map((part) =>
      this.expandWith(part, parameters, depth + 1),
    );
    const parameter = /^\d+$/.test(name) ? Number(name) : 0;
    if (parameter > 0) return parameters[parameter - 1] ?? '';
    const macro = this.variables.get(name);
    if (macro !== undefined) {
      return macro.recursive ? this.expandWith(macro.text, values, depth + 1) : macro.text;
    }
    if (name === 'shell') return shellOutput(values.join(','));
    return this.environment[name] ?? '';
  }
}

function closingParenthesis(text: string, open: number): number {
  let nested = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') nested += 1;
    else if (text[at] === ')') {
      nested -= 1;
      if (nested === 0) return at;
    }
  }
  return text.length;
}

function splitArguments(inside: string): string[] {
  const parts: string[] = [];
  let nested = 0;
  let start = 0;
  for (let at = 0; at < inside.length; at += 1) {
    const character = inside[at];
    if (character === '(') nested += 1;
    else if (character === ')') nested -= 1;
    else if (character === ',' && nested === 0) {
      parts.push(inside.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(inside.slice(start));
  return parts;
}
