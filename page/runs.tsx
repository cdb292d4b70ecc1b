// All runs of a directory: a table that filters and sorts, two beside each other, and runs that go on.
import { render } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunSummary } from '../src/page/run-summary.js';
import type { Job } from '../src/ui/jobs.js';

interface State {
  readonly runs: readonly RunSummary[];
  readonly jobs: readonly Job[];
}

const columns = ['case', 'tree', 'engines', 'fix', 'started', 'verdict'] as const;
type Column = (typeof columns)[number];

const cellText = (run: RunSummary, column: Column): string => {
  if (column === 'verdict')
    return run.verdict ?? (run.problem === null ? run.state : `${run.state}: ${run.problem}`);
  if (column === 'started') return run.started?.slice(0, 19).replace('T', ' ') ?? '';
  if (column === 'engines') return run.engines?.join(', ') ?? '';
  return run[column] ?? '';
};

/** What the page asks for lies beside it: its address holds the token. */
const beside = (path: string) => new URL(path, location.href.replace(/[#?].*/, '')).href;

function Runs() {
  const [state, setState] = useState<State>({ runs: [], jobs: [] });
  const [isConnected, setConnected] = useState(false);
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<{ readonly column: Column; readonly down: boolean }>({
    column: 'started',
    down: true,
  });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [compared, setCompared] = useState<readonly string[]>([]);
  useEffect(() => {
    const events = new EventSource(beside('api/events'));
    events.addEventListener('state', ({ data }) => {
      setState(JSON.parse(data));
      setConnected(true);
    });
    events.addEventListener('error', () => setConnected(false));
    return () => events.close();
  }, []);
  const shown = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/);
    const fits = (run: RunSummary) => {
      const text = [run.id, ...columns.map((column) => cellText(run, column))].join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    };
    const order = new Intl.Collator('en', { numeric: true });
    const sign = sort.down ? -1 : 1;
    return state.runs
      .filter(fits)
      .toSorted((a, b) => sign * order.compare(cellText(a, sort.column), cellText(b, sort.column)));
  }, [state.runs, filter, sort]);
  const choose = (id: string, isChosen: boolean) =>
    setChosen(isChosen ? [...chosen, id].slice(-2) : chosen.filter((one) => one !== id));

  if (compared.length === 2)
    return (
      <div class="app">
        <div class="bar">
          <button type="button" onClick={() => setCompared([])}>
            Back to all runs
          </button>
        </div>
        <div class="beside">
          {compared.map((id) => (
            <iframe key={id} title={`Run ${id}`} src={beside(`runs/${encodeURIComponent(id)}`)} />
          ))}
        </div>
      </div>
    );
  return (
    <div class="app">
      <h1>Runs</h1>
      <Start />
      <Jobs jobs={state.jobs} />
      <div class="bar">
        <label>
          Filter{' '}
          <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
        </label>
        <button type="button" disabled={chosen.length !== 2} onClick={() => setCompared(chosen)}>
          Two beside each other
        </button>
        <span class="faint" role="status">
          {shown.length} of {state.runs.length} runs{isConnected ? '' : ', not connected'}
        </span>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>
                <span class="visually-hidden">Choose</span>
              </th>
              {columns.map((column) => (
                <th
                  key={column}
                  aria-sort={sort.column !== column ? 'none' : sort.down ? 'descending' : 'ascending'}
                >
                  <button
                    type="button"
                    onClick={() => setSort({ column, down: sort.column === column ? !sort.down : false })}
                  >
                    {column}
                    {sort.column !== column ? '' : sort.down ? ' ↓' : ' ↑'}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((run) => (
              <tr key={run.id}>
                <td>
                  <input
                    type="checkbox"
                    aria-label={`Choose ${run.id}`}
                    checked={chosen.includes(run.id)}
                    onChange={(event) => choose(run.id, event.currentTarget.checked)}
                  />
                </td>
                {columns.map((column) => (
                  <td key={column}>
                    {column === 'case' ? (
                      <a href={beside(`runs/${encodeURIComponent(run.id)}`)}>
                        {cellText(run, 'case') || run.id}
                      </a>
                    ) : (
                      cellText(run, column)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Start() {
  const [cases, setCases] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState({ case: '', tree: '', fix: '', engine: 'model' });
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    void fetch(beside('api/cases')).then(async (answer) => setCases(await answer.json()));
  }, []);
  const start = async () => {
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
    const answer = await fetch(beside('api/jobs'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(given),
    });
    setProblem(answer.ok ? null : await answer.text());
  };
  const field = (name: 'case' | 'tree' | 'fix', hint: string, list?: string) => (
    <label>
      {name}{' '}
      <input
        value={asked[name]}
        placeholder={hint}
        list={list}
        onInput={(event) => setAsked({ ...asked, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <form
      class="bar"
      aria-label="Start a run"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      {field('case', 'a name or a folder', 'cases')}
      <datalist id="cases">
        {cases.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {field('tree', 'debian:6.12')}
      {field('fix', 'none')}
      <label>
        engine{' '}
        <select
          value={asked.engine}
          onChange={(event) => setAsked({ ...asked, engine: event.currentTarget.value })}
        >
          {['model', 'kernel', 'both'].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <button type="submit" disabled={asked.case === ''}>
        Run
      </button>
      {problem === null ? null : <p role="alert">{problem}</p>}
    </form>
  );
}

function Jobs({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <>
      {jobs.map(({ id, command, state, exitCode, lines }) => (
        <section key={id} class="job" aria-label={`Run ${id}`}>
          <p>
            <code class="command">{command}</code>{' '}
            <b>{state === 'ended' ? `ended, exit code ${exitCode ?? '?'}` : state}</b>{' '}
            {state === 'running' ? (
              <button
                type="button"
                onClick={() => void fetch(beside(`api/jobs/${id}`), { method: 'DELETE' })}
              >
                Cancel
              </button>
            ) : null}
          </p>
          <pre class="progress" aria-live="polite">
            {lines.slice(-4).join('\n')}
          </pre>
        </section>
      ))}
    </>
  );
}

const place = document.getElementById('runs');
if (place !== null) render(<Runs />, place);
