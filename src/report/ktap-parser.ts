// KTAP to test results (Documentation/dev-tools/ktap.rst, v6.12; printed by lib/kunit/test.c), a line at a time.
// Lines that are not KTAP's are no concern of its: a console carries everything else as well.
import { type Damage, maxDamageText } from './damage.js';
import { parseHarnessCounts } from './harness-counts.js';
import { indentation, type KtapLine, type KtapResult, parseKtapLine } from './ktap-lines.js';
import type { ConsoleLine } from './line-prefix.js';
import type { MissingResults, TestResult } from './test-result.js';

const maxDiagnostics = 200;
const maxDiagnosticLength = 2000;
/** Results that wait for the name of the suite that they are in; KUnit names it beforehand. */
const maxWaiting = 4096;
const maxDepth = 32;

const failedExpectation = /: (?:EXPECTATION|ASSERTION) FAILED at /;

export interface KtapHandlers {
  readonly onTest: (result: TestResult) => void;
  /** A result that is nobody's, or counts that cannot be trusted. */
  readonly onDamage: (damage: Damage) => void;
  /** A plan that ended with fewer results than it announced. */
  readonly onMissing: (missing: MissingResults) => void;
  /** The outermost version line was read. */
  readonly onStart: (time: number | null) => void;
  /** The outermost plan is fulfilled. */
  readonly onEnd: (time: number | null) => void;
}

export interface KtapParser {
  /** Takes one line; true when it is KTAP's. */
  push(line: ConsoleLine): boolean;
  /** Whether a KTAP document has begun and not ended. */
  isOpen(): boolean;
  /** Whether the next line may belong to it whatever it looks like. */
  awaitsMore(): boolean;
  /** Nothing follows: what began and has no result crashed. */
  end(time: number | null): void;
}

/** One indentation: the outermost document, or the subtests of one test. */
interface Level {
  readonly indent: number;
  /** Of the test that the level is about; the outermost has none. */
  name: string | null;
  plan: number | null;
  done: number;
  /** Of the suite itself: what stands before its plan. */
  readonly diagnostics: string[];
  readonly waiting: TestResult[];
  lastResult: string;
}

export function createKtapParser(handlers: KtapHandlers): KtapParser {
  const levels: Level[] = [];
  let pending: { indent: number; text: string }[] = [];
  // TAP 14 names a subtest before its first line, one indentation out.
  let nextName: string | null = null;
  let diagnosticCaller: string | null | undefined;
  // A failed expectation is one record of printk, whose lines all have its stamp; the message in it is not indented.
  let failure: ConsoleLine | null = null;

  const openLevel = (indent: number): Level => {
    const level: Level = {
      indent,
      name: nextName,
      plan: null,
      done: 0,
      diagnostics: [],
      waiting: [],
      lastResult: '',
    };
    nextName = null;
    if (levels.length < maxDepth) levels.push(level);
    return level;
  };

  /** Hands a result outwards through the levels until one has no name yet. */
  const hand = (result: TestResult, depth: number) => {
    let path = result.path;
    for (let i = depth; i > 0; i--) {
      const level = levels[i];
      if (level === undefined) break;
      if (level.name === null && level.waiting.length < maxWaiting) {
        level.waiting.push({ ...result, path });
        return;
      }
      if (level.name !== null) path = [level.name, ...path];
    }
    handlers.onTest({ ...result, path });
  };

  const flush = (level: Level, name: string | null) => {
    for (const result of level.waiting) {
      hand({ ...result, path: name === null ? result.path : [name, ...result.path] }, levels.length - 1);
    }
    level.waiting.length = 0;
  };

  /** Says of a level that ends which results of its plan did not come; `levels` are those around it. */
  const checkPlan = (level: Level, name: string | null, time: number | null) => {
    const { plan, done } = level;
    if (plan === null || done >= plan) return;
    const around = levels.flatMap((outer) => (outer.name === null ? [] : [outer.name]));
    handlers.onMissing({ path: name === null ? around : [...around, name], planned: plan, seen: done, time });
  };

  const takeDiagnostics = (indent: number): string[] => {
    const taken = pending.filter((diagnostic) => diagnostic.indent >= indent);
    pending = pending.filter((diagnostic) => diagnostic.indent < indent);
    return taken.map((diagnostic) => diagnostic.text);
  };

  /** Ends the innermost level without a result of its own. */
  const crash = (time: number | null, innermost: boolean) => {
    const level = levels.at(-1);
    if (level === undefined) return;
    const depth = levels.length - 1;
    const diagnostics = takeDiagnostics(level.indent);
    // KUnit's messages begin with the test case's name: it had begun.
    const running = innermost ? /^([A-Za-z_]\w*): /.exec(diagnostics[0] ?? '')?.[1] : undefined;
    const hasCase = running !== undefined && running !== level.name;
    if (hasCase) hand({ path: [running], status: 'crashed', reason: null, diagnostics, time }, depth);
    levels.pop();
    flush(level, level.name);
    checkPlan(level, level.name, time);
    if (level.name !== null) {
      const own = hasCase ? level.diagnostics : [...level.diagnostics, ...diagnostics];
      hand({ path: [level.name], status: 'crashed', reason: null, diagnostics: own, time }, depth - 1);
    }
  };

  const crashDownTo = (indent: number, time: number | null) => {
    for (let innermost = true; (levels.at(-1)?.indent ?? -1) >= indent; innermost = false)
      crash(time, innermost);
  };

  const onVersion = (indent: number, time: number | null) => {
    const top = levels.at(-1);
    if (top?.indent === indent && isFresh(top)) return;
    if (levels.length === 0) handlers.onStart(time);
    else crashDownTo(indent, time);
    pending = pending.filter((diagnostic) => diagnostic.indent < indent);
    openLevel(indent);
  };

  const onSubtest = (indent: number, name: string, time: number | null) => {
    const top = levels.at(-1);
    if (top === undefined) {
      handlers.onStart(time);
      openLevel(indent).name = name;
    } else if (top.indent === indent && levels.length > 1 && isFresh(top)) {
      top.name = name;
    } else if (indent > top.indent) {
      openLevel(indent).name = name;
    } else if (top.name !== name) {
      nextName = name;
    }
  };

  const onResult = (indent: number, result: KtapResult, { time, text }: ConsoleLine) => {
    // Deeper levels than the one next to this result began and got no result.
    let innermost = true;
    while ((levels.at(-1)?.indent ?? -1) > indent && (levels.at(-2)?.indent ?? -1) > indent) {
      crash(time, innermost);
      innermost = false;
    }
    const inner = levels.at(-1);
    let own: string[] = [];
    const name = result.name ?? inner?.name ?? String(result.number);
    if (inner !== undefined && inner.indent > indent) {
      levels.pop();
      own = inner.diagnostics;
      if (levels.length === 0) openLevel(indent);
      flush(inner, inner.name ?? name);
      checkPlan(inner, inner.name ?? name, time);
    }
    let level = levels.at(-1);
    if (level === undefined || level.indent !== indent) level = openLevel(indent);
    const key = `${result.number} ${name}`;
    if (level.lastResult === key) return;
    level.lastResult = key;
    level.done += 1;
    const diagnostics = [...own, ...takeDiagnostics(indent)].slice(0, maxDiagnostics);
    if (result.note !== null) diagnostics.push(result.note);
    const { status, reason } = result;
    if (contradicts(name, inner !== undefined && inner.indent > indent ? inner.name : null, diagnostics))
      handlers.onDamage({ kind: 'result', text: text.trim().slice(0, maxDamageText), time });
    else hand({ path: [name], status, reason, diagnostics, time }, levels.length - 1);
    endIfDone(time);
  };

  const onPlan = (indent: number, count: number, time: number | null) => {
    const level = levels.at(-1);
    if (level === undefined || level.indent !== indent) return;
    level.plan = count;
    if (level.done === 0) level.diagnostics.push(...takeDiagnostics(indent));
    endIfDone(time);
  };

  const endIfDone = (time: number | null) => {
    const root = levels[0];
    if (levels.length !== 1 || root === undefined || root.plan === null || root.done < root.plan) return;
    levels.length = 0;
    pending = [];
    nextName = null;
    handlers.onEnd(time);
  };

  const addDiagnostic = (indent: number, text: string) => {
    if (pending.length < maxDiagnostics) pending.push({ indent, text: text.slice(0, maxDiagnosticLength) });
  };

  /** Takes a line that is no KTAP by itself but goes on with a diagnostic, as a failed expectation does. */
  const takeContinuation = (line: ConsoleLine): boolean => {
    const indent = levels.at(-1)?.indent ?? 0;
    const sameRecord = failure !== null && failure.time === line.time && failure.caller === line.caller;
    if (!sameRecord && failure?.caller === line.caller) failure = null;
    const indented =
      indent > 0 && line.caller === diagnosticCaller && indentation(line.text).indent >= indent;
    if (line.text.trim() === '' || !(sameRecord || indented)) return false;
    addDiagnostic(indent, line.text.trim());
    return true;
  };

  const take = (parsed: KtapLine, line: ConsoleLine) => {
    diagnosticCaller = undefined;
    failure = null;
    switch (parsed.kind) {
      case 'version':
        return onVersion(parsed.indent, line.time);
      case 'subtest':
        return onSubtest(parsed.indent, parsed.name, line.time);
      case 'plan':
        return onPlan(parsed.indent, parsed.count, line.time);
      case 'result':
        return onResult(parsed.indent, parsed, line);
      case 'diagnostic':
        diagnosticCaller = line.caller;
        if (line.time !== null && failedExpectation.test(parsed.text)) failure = line;
        if (parseHarnessCounts(parsed.text) === 'damaged')
          handlers.onDamage({
            kind: 'counts',
            text: parsed.text.slice(0, maxDamageText),
            time: line.time,
          });
        return addDiagnostic(parsed.indent, parsed.text);
    }
  };

  return {
    push(line) {
      const parsed = parseKtapLine(line.text);
      if (parsed === null) return takeContinuation(line);
      if (levels.length === 0 && parsed.kind !== 'version' && parsed.kind !== 'subtest') return false;
      take(parsed, line);
      return true;
    },
    isOpen: () => levels.length > 0,
    awaitsMore: () => failure !== null,
    end(time) {
      crashDownTo(0, time);
      pending = [];
    },
  };
}

/** KUnit's statistics (kunit_print_test_stats(), lib/kunit/test.c, v6.12), which no result line has outside of a comment. */
const statistics = /(?:^|\s)(?:pass|fail|skip|total):\d+(?:\s|$)/;

/**
 * Whether a result's name cannot be the one that was printed: the suite that it ends is called otherwise, the harness
 * counted for another test, or it has run into a line that followed.
 */
function contradicts(name: string, suite: string | null, diagnostics: readonly string[]): boolean {
  const counted = diagnostics
    .map(parseHarnessCounts)
    .filter((counts) => counts !== null && counts !== 'damaged');
  return (
    (suite !== null && suite !== name) ||
    (suite === null && counted.some(({ test }) => test !== name)) ||
    statistics.test(name)
  );
}

function isFresh(level: Level): boolean {
  return level.plan === null && level.done === 0 && level.diagnostics.length === 0 && level.name === null;
}
