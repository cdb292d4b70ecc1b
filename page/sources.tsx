// The source of each context beside the others', with the line that it stands in.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { tokensOf } from '../src/page/c-tokens.js';
import type { Session } from '../src/page/session.js';
import type { Trace } from '../src/page/trace.js';

/** Lines above and below the current one. */
const around = 40;

export function Sources({
  trace,
  at,
  session,
}: {
  readonly trace: Trace;
  readonly at: number;
  readonly session: Session;
}) {
  const current = trace.steps[at]?.context;
  const contexts = trace.contexts.filter(({ number }) => number !== 0 || current === 0);
  return (
    <div class="sources">
      {contexts.map(({ number, side }) => {
        const last = trace.steps.findLastIndex((step, index) => index <= at && step.context === number);
        const next = trace.steps.findIndex((step, index) => index > at && step.context === number);
        const step = trace.steps[last >= 0 ? last : next];
        if (step === undefined || step.place.line === 0) return null;
        return (
          <section key={number} class={`source${number === current ? ' current' : ''}`}>
            <h3>
              <span>
                CPU {side.cpu}: {side.name}
              </span>{' '}
              <code>
                {step.place.function}() {step.place.file.split('/').at(-1)}:{step.place.line}
              </code>
              {last < 0 ? <span class="faint"> not begun</span> : null}
            </h3>
            <Code session={session} file={step.place.file} line={step.place.line} />
          </section>
        );
      })}
    </div>
  );
}

function Code({
  session,
  file,
  line,
}: {
  readonly session: Session;
  readonly file: string;
  readonly line: number;
}) {
  const lines = useMemo(() => tokensOf(session.names.text(file).split('\n')), [session, file]);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = box.current;
    const own = element?.querySelector<HTMLElement>('.here');
    if (element == null || own == null) return;
    element.scrollTop = own.offsetTop - element.clientHeight / 2 + own.clientHeight / 2;
  }, [file, line]);
  const first = Math.max(0, line - 1 - around);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class="code" ref={box} tabIndex={0} aria-label={`${file}, line ${line}`}>
      {lines.slice(first, line + around).map((tokens, index) => {
        const number = first + index + 1;
        return (
          <div key={number} class={number === line ? 'line here' : 'line'}>
            <span class="number" aria-hidden="true">
              {number}
            </span>
            <span>
              {tokens.map(({ kind, text }, place) => (
                <span key={place} class={kind}>
                  {text}
                </span>
              ))}
            </span>
          </div>
        );
      })}
    </section>
  );
}
