// The interleaving: the drawing, the sources, and what holds at the step that the cursor is on.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { accessFrom, findingFrom, switchFrom } from '../src/page/moves.js';
import { stepsShown } from '../src/page/scene.js';
import type { Session } from '../src/page/session.js';
import type { Trace } from '../src/page/trace.js';
import { Found, Held, Now, Turns, Watched } from './at-step.js';
import { Drawing } from './drawing.js';
import { type Key, useKeys } from './keys.js';
import type { Page } from './read-page.js';
import { Sources } from './sources.js';

interface Opened {
  readonly session: Session;
  readonly trace: Trace;
  /** Index of the schedule that it began with. */
  readonly from: number;
  /** How often another branch was taken. */
  readonly branches: number;
}

export function Interleaving({ page }: { readonly page: Page }) {
  const { schedules } = page.data;
  const [opened, setOpened] = useState<readonly Opened[]>([]);
  const [position, setPosition] = useState(0);
  const [all, setAll] = useState(false);
  const [unit, setUnit] = useState(22);
  const [watched, setWatched] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const top = opened.at(-1);
  const trace = top?.trace;
  const shown = useMemo(() => (trace === undefined ? [] : stepsShown(trace, all)), [trace, all]);
  const wanted = useRef<number | null>(null);

  const open = useCallback(
    async (text: string, from: number, at: number | null) => {
      try {
        const { session, trace } = await page.open(text);
        wanted.current = at ?? startOf(trace);
        setOpened([{ session, trace, from, branches: 0 }]);
        setProblem(null);
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    },
    [page],
  );

  useEffect(() => {
    const { schedule, step } = linked();
    const known = schedules.findIndex(({ text }) => text === schedule);
    const from = known >= 0 ? known : page.data.first;
    void open(schedule ?? schedules[from]?.text ?? '', from, step);
  }, [open, page.data.first, schedules]);

  // A step of the trace that a change of the trace, or of what is shown, has to come back to.
  useEffect(() => {
    if (wanted.current === null || shown.length === 0) return;
    const step = wanted.current;
    wanted.current = null;
    const found = shown.findIndex((index) => index >= step);
    setPosition(found < 0 ? shown.length - 1 : found);
  }, [shown]);

  useEffect(() => {
    if (trace === undefined) return;
    history.replaceState(
      null,
      '',
      `#schedule=${encodeURIComponent(trace.schedule)}&step=${shown[position] ?? 0}`,
    );
  }, [trace, shown, position]);

  const at = shown[position] ?? 0;
  const step = trace?.steps[at];

  const branch = useCallback(
    (context: number) => {
      if (top === undefined || step === undefined || step.pick < 0) return;
      try {
        const branched = top.session.branch(top.trace, step.pick, context);
        wanted.current = at;
        setOpened([...opened, { ...top, trace: branched, branches: top.branches + 1 }]);
        setProblem(null);
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    },
    [top, step, at, opened],
  );
  const undo = useCallback(() => {
    if (opened.length < 2) return;
    wanted.current = at;
    setOpened(opened.slice(0, -1));
  }, [opened, at]);

  const go = (next: number) => setPosition(Math.max(0, Math.min(next, shown.length - 1)));
  const commands: readonly Key[] = [
    { keys: ['ArrowLeft', 'h'], label: 'Step back', short: '←', run: () => go(position - 1) },
    { keys: ['ArrowRight', 'l'], label: 'Step', short: '→', run: () => go(position + 1) },
    {
      keys: ['Shift+ArrowLeft', '['],
      label: 'Previous switch',
      short: '[',
      run: () => trace && go(switchFrom(trace, shown, position, -1)),
    },
    {
      keys: ['Shift+ArrowRight', ']'],
      label: 'Next switch',
      short: ']',
      run: () => trace && go(switchFrom(trace, shown, position, 1)),
    },
    {
      keys: [','],
      label: 'Previous access of this variable',
      short: ',',
      run: () => trace && go(accessFrom(trace, shown, position, -1)),
    },
    {
      keys: ['.'],
      label: 'Next access of this variable',
      short: '.',
      run: () => trace && go(accessFrom(trace, shown, position, 1)),
    },
    {
      keys: ['f'],
      label: 'The finding',
      short: 'f',
      run: () => trace && go(findingFrom(trace, shown, position)),
    },
    { keys: ['Home'], label: 'First step', short: 'Home', run: () => go(0) },
    { keys: ['End'], label: 'Last step', short: 'End', run: () => go(shown.length - 1) },
    { keys: ['u'], label: 'Undo the branch', short: 'u', run: undo, off: opened.length < 2 },
    { keys: ['+', '='], label: 'Zoom in', short: '+', run: () => setUnit(Math.min(unit * 1.3, 80)) },
    { keys: ['-'], label: 'Zoom out', short: '-', run: () => setUnit(Math.max(unit / 1.3, 3)) },
  ];
  const root = useRef<HTMLDivElement>(null);
  useKeys(root, [
    ...commands,
    ...(trace?.picks[step?.pick ?? -1]?.enabled ?? []).map(({ context }) => ({
      keys: [String(context)],
      label: `Give the turn to ${context}`,
      short: String(context),
      run: () => branch(context),
    })),
  ]);

  if (problem !== null && trace === undefined) return <p role="alert">{problem}</p>;
  if (top === undefined || trace === undefined || step === undefined)
    return <p class="faint">Making the machine ready…</p>;

  const select = (index: number) => void open(schedules[index]?.text ?? '', index, null);
  return (
    <div class="app" ref={root}>
      <div class="bar">
        <label class="pick">
          <span class="visually-hidden">Schedule</span>
          <select value={top.from} onChange={(event) => select(Number(event.currentTarget.value))}>
            {schedules.map(({ title, shows }, index) => (
              <option key={title} value={index}>
                {title}
                {shows[0] === undefined ? '' : `: ${shows[0]}`}
              </option>
            ))}
          </select>
        </label>
        <div class="buttons" role="toolbar" aria-label="Steps">
          {commands.map(({ label, short, run, off }) => (
            <button key={label} type="button" title={label} disabled={off} onClick={run}>
              <span aria-hidden="true">{short}</span>
              <span class="visually-hidden">{label}</span>
            </button>
          ))}
        </div>
        <label>
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => {
              wanted.current = at;
              setAll(event.currentTarget.checked);
            }}
          />
          Setup and check
        </label>
      </div>
      {problem === null ? null : <p role="alert">{problem}</p>}
      <Drawing trace={trace} shown={shown} position={position} unit={unit} onMove={go} />
      <p class="visually-hidden" aria-live="polite">
        {`Step ${position + 1} of ${shown.length}: ${sideName(trace, step.context)} ${step.text}`}
      </p>
      <div class="panes">
        <Sources trace={trace} at={at} session={top.session} />
        <div class="facts">
          <Now
            trace={trace}
            at={at}
            position={position}
            count={shown.length}
            onGo={(index) => go(shown.indexOf(index))}
            onWatch={(name) => setWatched([...new Set([...watched, name])])}
          />
          <Turns trace={trace} at={at} onTake={branch} />
          <Held trace={trace} at={at} />
          <Watched
            trace={trace}
            at={at}
            names={watched}
            onDrop={(name) => setWatched(watched.filter((one) => one !== name))}
          />
          <Found
            trace={trace}
            branches={top.branches}
            caseArgument={page.data.caseArgument}
            onGo={(index) => go(shown.indexOf(index))}
          />
        </div>
      </div>
    </div>
  );
}

function sideName({ contexts }: Trace, number: number): string {
  return contexts[number]?.side.name ?? `T${number}`;
}

/** The first access of a race, else the first step that others could come in between. */
function startOf({ races, steps }: Trace): number {
  return races[0]?.first ?? steps.findIndex(({ concurrent }) => concurrent);
}

/** What the address asks for. */
function linked(): { readonly schedule: string | null; readonly step: number | null } {
  const asked = new URLSearchParams(location.hash.slice(1));
  const step = asked.get('step');
  return {
    schedule: asked.get('schedule'),
    step: step === null || !/^\d+$/.test(step) ? null : Number(step),
  };
}
