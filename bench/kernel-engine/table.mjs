// Both sides in one Markdown table, and whether the wanted limits hold.

const wanted = { cpu: 1 / 3, firstKtap: 1 / 10, firstOfPair: 1 / 5 };

/**
 * @param stock `{ build, boot }` of stock.mjs
 * @param millrace what millrace.mjs gave
 * @returns the table's lines, and whether every limit holds
 */
export function comparison(stock, millrace) {
  const ours = { ...millrace, bootPeak: millrace.bootPeakMiB };
  const theirs = { ...stock.build, boots: stock.boot.boots, bootPeak: stock.boot.peakMiB };
  const both = (of) => [of(theirs), of(ours)];
  const rows = [
    row(
      'CPU time of a cold build, configuration included',
      both((side) => side.cpu),
      seconds,
      wanted.cpu,
    ),
    row(
      'objects compiled',
      both((side) => side.objects),
      count,
    ),
    row('boots that completed', both(completed), count),
    row('QEMU’s start to the first KTAP line', both(medianOf('firstKtap')), seconds, wanted.firstKtap),
    row(
      'QEMU’s start to the first report of the pair',
      both(medianOf('firstOfPair')),
      seconds,
      wanted.firstOfPair,
    ),
    row('reports of the pair a minute of guest time', both(rate), count),
    row('reports of other pairs a boot', both(others), (value) => value.toFixed(1)),
    row(
      'largest process of the build',
      both((side) => side.peakMiB),
      mebibytes,
    ),
    row(
      'QEMU’s memory',
      both((side) => side.bootPeak),
      mebibytes,
    ),
    row(
      'elapsed time of the build',
      both((side) => side.elapsed),
      seconds,
    ),
  ];
  const head = ['', 'the mail’s recipe', '`millrace run`', 'ratio', 'wanted', 'holds'];
  const lines = [
    head,
    head.map((_, index) => (index === 0 ? '---' : '---:')),
    ...rows.map(({ cells }) => cells),
  ];
  return {
    lines: lines.map((cells) => `| ${cells.join(' | ')} |`),
    holds: rows.every(({ holds }) => holds !== false),
  };
}

function row(name, [stock, millrace], format, limit) {
  const ratio = millrace / stock;
  // Against something that never came, nothing is shown.
  const holds = limit === undefined ? null : Number.isFinite(ratio) && ratio <= limit;
  const shown = (value) => (Number.isFinite(value) ? format(value) : 'none');
  const share =
    Number.isFinite(ratio) && ratio > 0 ? (ratio >= 1 ? `${ratio.toFixed(1)}×` : ratio.toFixed(3)) : '';
  const limits = limit === undefined ? ['', ''] : [`≤ 1/${Math.round(1 / limit)}`, holds ? 'yes' : 'NO'];
  return { cells: [name, shown(stock), shown(millrace), share, ...limits], holds };
}

function medianOf(key) {
  return ({ boots }) => {
    const values = boots.map((boot) => boot[key] ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
    return values[Math.floor((values.length - 1) / 2)];
  };
}

function completed({ boots }) {
  return boots.filter(({ outcome }) => outcome === 'completed').length;
}

function rate({ boots }) {
  const complete = boots.filter(({ guestSeconds }) => guestSeconds !== null);
  const minutes = complete.reduce((sum, { guestSeconds }) => sum + guestSeconds, 0) / 60;
  return complete.reduce((sum, { ofPair }) => sum + ofPair, 0) / minutes;
}

function others({ boots }) {
  return boots.reduce((sum, boot) => sum + boot.others, 0) / boots.length;
}

const seconds = (value) => (value < 100 ? `${value.toFixed(1)} s` : `${value.toFixed(0)} s`);
const count = (value) => value.toFixed(0);
const mebibytes = (value) => `${value.toFixed(0)} MiB`;
