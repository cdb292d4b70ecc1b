// What holds at the step that the cursor is on: what it does, why memory held that, who can go next, locks, variables.
import { useState } from 'preact/hooks';
import type { Blocked, Trace } from '../src/page/trace.js';
import { whyValue } from '../src/page/why.js';

interface AtStep {
  readonly trace: Trace;
  /** Index of the step. */
  readonly at: number;
}

const nameOf = ({ contexts }: Trace, number: number): string => contexts[number]?.side.name ?? `T${number}`;
const placeText = ({ file, line }: { readonly file: string; readonly line: number }): string =>
  `${file.split('/').at(-1)}:${line}`;

function Step({
  trace,
  index,
  onGo,
}: {
  readonly trace: Trace;
  readonly index: number;
  readonly onGo: (index: number) => void;
}) {
  const step = trace.steps[index];
  if (step === undefined) return null;
  return (
    <button type="button" class="step-link" onClick={() => onGo(index)}>
      {nameOf(trace, step.context)}: {step.text} <span class="faint">{placeText(step.place)}</span>
    </button>
  );
}

export function Now({
  trace,
  at,
  position,
  count,
  onGo,
  onWatch,
}: AtStep & {
  readonly position: number;
  readonly count: number;
  readonly onGo: (index: number) => void;
  readonly onWatch: (name: string) => void;
}) {
  const [asked, setAsked] = useState(true);
  const step = trace.steps[at];
  if (step === undefined) return null;
  const why = asked ? whyValue(trace, at) : null;
  return (
    <section>
      <h3>
        Step {position + 1} of {count}
      </h3>
      <p class="now">
        <b>{nameOf(trace, step.context)}</b> <code>{step.text}</code>
      </p>
      <p class="faint">
        {step.stack.length === 0
          ? placeText(step.place)
          : step.stack.map(({ function: name, ...place }) => `${name}() ${placeText(place)}`).join(' ← ')}
      </p>
      {step.size === 0 ? null : (
        <p>
          <button type="button" aria-expanded={asked} onClick={() => setAsked(!asked)}>
            Why this value?
          </button>{' '}
          {step.variable === null ? null : (
            <button type="button" onClick={() => onWatch(step.variable as string)}>
              Watch {step.variable}
            </button>
          )}
        </p>
      )}
      {why === null ? null : (
        <dl>
          <dt>Written by</dt>
          <dd>
            {why.writer === null ? (
              'no step before: it was there at the beginning'
            ) : why.writer === at ? (
              'this step'
            ) : (
              <Step trace={trace} index={why.writer} onGo={onGo} />
            )}
          </dd>
          {why.replaced.length === 0 ? null : (
            <>
              <dt>Replaced</dt>
              <dd>
                {why.replaced.slice(0, 4).map((index) => (
                  <Step key={index} trace={trace} index={index} onGo={onGo} />
                ))}
              </dd>
            </>
          )}
          {why.rivals.length === 0 ? null : (
            <>
              <dt>Races with</dt>
              <dd>
                {why.rivals.slice(0, 4).map((index) => (
                  <Step key={index} trace={trace} index={index} onGo={onGo} />
                ))}
              </dd>
            </>
          )}
          {why.lock === null ? null : (
            <>
              <dt>Lock</dt>
              <dd>
                <code>{why.lock.name}</code>: {lockText(why.lock)}
              </dd>
            </>
          )}
        </dl>
      )}
    </section>
  );
}

function lockText({
  heldByOther,
  heldByStep,
}: {
  readonly heldByOther: boolean;
  readonly heldByStep: boolean;
}): string {
  if (heldByOther && heldByStep) return 'held by both';
  if (heldByOther) return 'held by the other one, not here';
  if (heldByStep) return 'held here, not by the other one';
  return 'held by other accesses of it, not by these two';
}

/** Who can go next, and why others cannot. */
export function Turns({ trace, at, onTake }: AtStep & { readonly onTake: (context: number) => void }) {
  const step = trace.steps[at];
  const turn = trace.picks[step?.pick ?? -1];
  return (
    <section>
      <h3>What if another goes here?</h3>
      {turn === undefined ? (
        <p class="faint">No other can come in here.</p>
      ) : (
        <ul class="turns">
          {turn.enabled.map(({ context, place, variable, write }) => (
            <li key={context}>
              <button
                type="button"
                aria-pressed={context === turn.chosen}
                disabled={context === turn.chosen}
                onClick={() => onTake(context)}
              >
                {context} {nameOf(trace, context)}
              </button>{' '}
              <span class="faint">
                {context === turn.chosen ? 'goes' : 'could go'}
                {place === null || place.line === 0 ? '' : `, ${placeText(place)}`}
                {variable === null ? '' : `, ${write ? 'write' : 'read'} ${variable}`}
              </span>
            </li>
          ))}
          {turn.blocked.map((blocked) => (
            <li key={blocked.context}>
              <button type="button" disabled>
                {blocked.context} {nameOf(trace, blocked.context)}
              </button>{' '}
              <span class="faint">{blockedText(blocked, trace)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function blockedText(blocked: Blocked, trace: Trace): string {
  switch (blocked.reason) {
    case 'ended':
      return 'has ended';
    case 'stopped':
      return 'goes no further';
    case 'interrupted':
      return `waits for ${blocked.what}`;
    case 'waits': {
      const lock = blocked.lock === null ? '' : ` ${blocked.lock}`;
      const holders = blocked.holders.map((number) => nameOf(trace, number)).join(' and ');
      return `waits for ${blocked.what}${lock}${holders === '' ? '' : `, held by ${holders}`}`;
    }
  }
}

/** Locks that each context holds at the step. */
export function Held({ trace, at }: AtStep) {
  const held = trace.contexts.flatMap(({ number, side }) => {
    const last = trace.steps.findLast((step, index) => index <= at && step.context === number);
    return (last?.locks ?? []).map((lock) => ({ side: side.name, lock }));
  });
  if (held.length === 0) return null;
  return (
    <section>
      <h3>Locks held</h3>
      <ul>
        {held.map(({ side, lock }) => (
          <li key={`${side} ${lock.address} ${lock.name}`}>
            {side}: <code>{lock.name}</code>{' '}
            <span class="faint">
              {lock.kind}, taken at {placeText(lock.taken)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What variables hold behind the step. */
export function Watched({
  trace,
  at,
  names,
  onDrop,
}: AtStep & { readonly names: readonly string[]; readonly onDrop: (name: string) => void }) {
  if (names.length === 0) return null;
  return (
    <section>
      <h3>Watched</h3>
      <ul>
        {names.map((name) => {
          const last = trace.steps.findLast(
            (step, index) => index <= at && step.variable === name && step.value !== null,
          );
          return (
            <li key={name}>
              <code>
                {name} = {last?.value ?? '?'}
              </code>{' '}
              <button type="button" aria-label={`Watch ${name} no more`} onClick={() => onDrop(name)}>
                ×
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What the interleaving shows, and the command that shows it in a shell. */
export function Found({
  trace,
  branches,
  caseArgument,
  onGo,
}: {
  readonly trace: Trace;
  readonly branches: number;
  readonly caseArgument: string;
  readonly onGo: (index: number) => void;
}) {
  const command = `millrace replay ${caseArgument} '${trace.schedule}'`;
  const found = [
    ...trace.findings.map(({ text, step }) => ({ text, step })),
    ...trace.races.map(({ text, second }) => ({ text, step: second })),
  ];
  const once = found.filter(({ text }, index) => found.findIndex((one) => one.text === text) === index);
  return (
    <section aria-live="polite">
      <h3>
        Findings in this interleaving: {once.length}
        {branches === 0 ? null : <span class="faint"> (another branch than the run’s)</span>}
      </h3>
      <ul class="found">
        {once.map(({ text, step }) => (
          <li key={text}>
            <button type="button" class="step-link" onClick={() => onGo(step)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
      <p>
        <code class="command">{command}</code>{' '}
        <button type="button" onClick={() => void navigator.clipboard.writeText(command)}>
          Copy
        </button>
      </p>
    </section>
  );
}
