// Calls of macros, as the expressions that they stand for.
import type { CNode } from '../c-syntax/index.js';
import type { CScope } from './c-scope.js';

/** Longer ones are programs of their own. */
const mostCharacters = 400;

export interface MacroExpander {
  /** The body of the macro `name` with its arguments put in; null for one that is no expression. */
  expand(name: string, args: readonly CNode[], scope: CScope): CNode | null;
}

export function createMacroExpander(parse: (text: string) => CNode): MacroExpander {
  const known = new Map<string, CNode | null>();
  return {
    expand(name, args, scope) {
      const macro = scope.macro(name);
      if (macro === null || macro.parameters === null || macro.body.length > mostCharacters) return null;
      const { parameters } = macro;
      const text = macro.body.replace(/[A-Za-z_]\w*/g, (word) => {
        const index = parameters.indexOf(word);
        return index === -1 ? word : (args[index]?.text ?? word);
      });
      const before = known.get(text);
      if (before !== undefined) return before;
      const root = parse(`void f(void) { value = ${text}; }`);
      const node = root.descendantsOfType('assignment_expression')[0]?.childForFieldName('right') ?? null;
      const expression = root.hasError ? null : node;
      known.set(text, expression);
      return expression;
    },
  };
}
