// The drawing of a scene as SVG, with the cursor: only what is in view has elements.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { lanesOf, type Mark, sceneOf } from '../src/page/scene.js';
import type { Trace } from '../src/page/trace.js';

interface DrawingProps {
  readonly trace: Trace;
  readonly shown: readonly number[];
  readonly position: number;
  readonly unit: number;
  readonly onMove: (position: number) => void;
}

const shapePaths: Readonly<Record<Mark['shape'], string>> = {
  ring: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z',
  square: 'M-5 -5h10v10h-10z',
  diamond: 'M0 -6.5L6.5 0L0 6.5L-6.5 0z',
  up: 'M0 -6L6 5H-6z',
  down: 'M0 6L6 -5H-6z',
  plus: 'M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z',
  cross: 'M-5.5 -3.5l2 -2l3.5 3.5l3.5 -3.5l2 2l-3.5 3.5l3.5 3.5l-2 2l-3.5 -3.5l-3.5 3.5l-2 -2l3.5 -3.5z',
  hexagon: 'M-6 0L-3 -5.5H3L6 0L3 5.5H-3z',
  bar: 'M-2 -6h4v12h-4z',
  dot: 'M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z',
};

export function Drawing({ trace, shown, position, unit, onMove }: DrawingProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  const [start, setStart] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 800));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const most = Math.max(0, shown.length + 2 - width / unit);
  // The cursor stays in view, a few steps from the edge.
  useEffect(() => {
    const visible = width / unit;
    const margin = Math.min(4, visible / 4);
    setStart((now) => {
      const least = position + 1 + margin - visible;
      return Math.max(0, Math.min(Math.max(now, least), position - margin, most));
    });
  }, [position, width, unit, most]);
  const scene = useMemo(
    () => sceneOf(trace, { shown, unit, width, start }),
    [trace, shown, unit, width, start],
  );
  const lanes = useMemo(() => lanesOf(trace, shown), [trace, shown]);
  const drag = useRef<{ readonly x: number; readonly start: number } | null>(null);
  const scroll = (next: number) => setStart(Math.max(0, Math.min(next, most)));
  const size = Math.min(1, unit / 14);
  return (
    <div class="drawing">
      <div class="lane-names" style={{ height: scene.height }}>
        {lanes.map(({ cpu, y, height, rows }) => (
          <div key={cpu} class="lane-name" style={{ top: y, height }}>
            <b>CPU {cpu}</b>
            {rows.map(({ context, label, kind, y: middle }) => (
              <span key={context} style={{ top: middle - y - 9 }} title={`${label} (${kind})`}>
                {label} <i>{kind}</i>
              </span>
            ))}
          </div>
        ))}
      </div>
      <div
        class="lanes"
        ref={frame}
        onWheel={(event) => {
          const by =
            Math.abs(event.deltaX) > Math.abs(event.deltaY)
              ? event.deltaX
              : event.shiftKey
                ? event.deltaY
                : 0;
          if (by === 0 || most === 0) return;
          event.preventDefault();
          scroll(start + by / unit);
        }}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, start };
        }}
        onPointerMove={(event) => {
          if (drag.current !== null && event.buttons === 1)
            scroll(drag.current.start - (event.clientX - drag.current.x) / unit);
        }}
        onPointerUp={(event) => {
          const moved = Math.abs(event.clientX - (drag.current?.x ?? event.clientX));
          drag.current = null;
          if (moved > 3 || frame.current === null) return;
          const x = event.clientX - frame.current.getBoundingClientRect().left;
          onMove(Math.floor(start + x / unit));
        }}
      >
        <svg
          width={scene.width}
          height={scene.height}
          role="img"
          aria-label={`Interleaving of ${shown.length} steps; the keys and the list of turns move through it`}
        >
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0L8 4L0 8z" class="arrow" />
            </marker>
          </defs>
          {scene.lanes.map(({ cpu, y, height, rows }) => (
            <g key={cpu}>
              <rect class="lane" x={0} y={y} width={scene.width} height={height} />
              {rows.map(({ context, y: middle }) => (
                <line key={context} class="row" x1={0} x2={scene.width} y1={middle} y2={middle} />
              ))}
            </g>
          ))}
          {scene.spans.map(({ context, x, width: wide, y }) => (
            <rect
              key={`${context} ${x}`}
              class="span"
              x={x + 1}
              y={y - 9}
              width={Math.max(wide - 2, 1)}
              height={18}
              rx={4}
            />
          ))}
          <rect
            class="cursor"
            x={(position - start) * unit}
            y={0}
            width={Math.max(unit, 4)}
            height={scene.height}
          />
          {scene.links.map(({ kind, path, label }) => (
            <path
              key={`${kind} ${path}`}
              class={`link ${kind}`}
              d={path}
              marker-end={kind === 'race' ? undefined : 'url(#arrow)'}
            >
              <title>{label}</title>
            </path>
          ))}
          {scene.marks.map(({ step, kind, shape, x, y, races, label }) => (
            <path
              key={step}
              class={`mark ${kind}${races ? ' races' : ''}`}
              d={shapePaths[shape]}
              transform={`translate(${x} ${y}) scale(${size})`}
            >
              <title>{label}</title>
            </path>
          ))}
        </svg>
      </div>
    </div>
  );
}
