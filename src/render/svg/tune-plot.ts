// The chance of a report over SKIP_WATCH, as a chart: a panel for each interrupt watcher and number of CPUs, a colour for
// each delay, a line for each interval.
import { dot, plot, ruleX } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { TuneResult } from '../../run/index.js';

const size = { width: 960, height: 640 } as const;

/** An SVG document of one test's points. */
export function tunePlot({ case: name, points }: TuneResult, test: string): string {
  const { document } = parseHTML('<html></html>');
  const data = points
    .filter((point) => point.test === test)
    .map(({ settings, perThousand }) => ({
      skip: settings.skipWatch,
      value: perThousand.value ?? 0,
      low: perThousand.low,
      high: perThousand.high ?? 1000,
      delay: `${settings.udelayTask}/${settings.udelayInterrupt} us`,
      watcher: settings.interruptWatcher ? 'interrupt watcher' : 'no interrupt watcher',
      cpus: `${settings.cpus} CPUs`,
    }));
  const encoding = { x: 'skip', stroke: 'delay', fx: 'cpus', fy: 'watcher' } as const;
  const chart = plot({
    document,
    ...size,
    marginLeft: 60,
    marginRight: 120,
    x: { type: 'log', label: `CONFIG_KCSAN_SKIP_WATCH (${name}, ${test})` },
    y: { label: 'executions with a report, in 1000', grid: true },
    fx: { label: null },
    fy: { label: null },
    color: { type: 'ordinal', scheme: 'observable10' },
    marks: [
      ruleX(data, { ...encoding, y1: 'low', y2: 'high', strokeOpacity: 0.5 }),
      dot(data, { ...encoding, y: 'value', title: 'delay' }),
    ],
  });
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${chart.outerHTML}\n`;
}
