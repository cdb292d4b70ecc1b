// Facts with their words beside them: what `--json` prints.
import type {
  ClassReason,
  HarmEvidence,
  LockRule,
  OutcomeEvidence,
  RunReason,
  RunStatement,
  Suggestion,
} from '../evidence/index.js';
import type { IncompleteBoots } from '../judge/index.js';
import { classReasonWords, harmText, lockRuleText, outcomesText, suggestionWords } from './evidence.js';
import { bootsText, runReasonWords, runStatementWords, type Words, wordsOf } from './verdict/index.js';

type Fact =
  | RunStatement
  | RunReason
  | IncompleteBoots
  | ClassReason
  | Suggestion
  | HarmEvidence
  | LockRule
  | OutcomeEvidence;

const words: Words<Fact> = {
  ...runStatementWords,
  ...runReasonWords,
  ...classReasonWords,
  ...suggestionWords,
  incomplete: bootsText,
  'lock-rule': lockRuleText,
  harm: harmText,
  outcomes: outcomesText,
};

/** Plain data with `text` in every fact that `says` something, at any depth. */
export function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withTexts(one)]));
  return 'says' in value ? { text: wordsOf(words, value as Fact), ...inner } : inner;
}
