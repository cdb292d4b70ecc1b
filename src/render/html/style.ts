// The page's one style sheet. Its hash is in the page's policy: nothing else may give style, and no style comes from
// elsewhere.

export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1f2328; --faint: #59636e; --line: #d1d9e0; --card: #f6f8fa; --link: #0550ae;
  --good: #116329; --good-back: #dafbe1; --bad: #a40e26; --bad-back: #ffe2e0; --open: #7d4e00; --open-back: #fff1c2;
  --mono: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --text: #e6edf3; --faint: #9ea7b3; --line: #3d444d; --card: #161b22; --link: #79c0ff;
    --good: #56d364; --good-back: #12361f; --bad: #ffb3ae; --bad-back: #5c1a1f; --open: #e3b341; --open-back: #3b2d0a;
  }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem }
p, ul, dl, pre, .scroll { margin: .5rem 0 }
a { color: var(--link) }
code, pre, .step, .function, td.place { font-family: var(--mono); font-size: .85em }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow-x: auto;
  white-space: pre; overflow-wrap: normal }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem }
dt { color: var(--faint) } dd { margin: 0; min-width: 0 }
ul { padding-left: 1.25rem }
.verdict { display: inline-block; margin: 0 0 .25rem; padding: .2rem .7rem; border-radius: 1rem; font-weight: 600 }
.good { color: var(--good); background: var(--good-back) }
.bad { color: var(--bad); background: var(--bad-back) }
.open { color: var(--open); background: var(--open-back) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: normal; word-break: keep-all }
.card td, .card th { white-space: nowrap }
h3 .faint { font-weight: 400; font-size: .9rem }
th { color: var(--faint); font-weight: 500; white-space: nowrap }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.warn { color: var(--bad); font-weight: 600 }
.faint { color: var(--faint) }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .25rem 1rem .75rem; margin: 1rem 0 }
.rule { border-left: 3px solid var(--bad); padding-left: .75rem }
details.schedule { border: 1px solid var(--line); border-radius: 6px; margin: .75rem 0 }
details.schedule > summary { padding: .6rem 1rem; cursor: pointer; font-weight: 600 }
details.schedule > .body { padding: 0 1rem 1rem }
details.schedule:target > summary { background: var(--open-back) }
.strip { margin: .5rem 0 1rem }
.strip > div { display: flex; align-items: center; height: 1.3rem; gap: 2px }
.strip .name { flex: 0 0 3.5rem; font-size: .75rem; color: var(--faint) }
.strip .tick, .strip .gap { flex: 1 1 0; height: 1rem; border-radius: 2px; min-width: 2px }
.strip .tick { background: var(--faint); opacity: .55 }
.strip .tick.races { background: var(--bad); opacity: 1 }
.strip .tick:hover, .strip .tick:focus { outline: 2px solid var(--link); opacity: 1 }
.strip .gap { background: var(--card) }
.timeline { border-collapse: separate; border-spacing: .5rem 0; width: auto; margin: 0 -.5rem }
.timeline th { color: var(--text); font-weight: 600; white-space: normal }
.timeline th, .timeline td { border: 0; min-width: min(22rem, 55vw); padding: .1rem .5rem; background: var(--card) }
.timeline td.races { background: var(--bad-back); color: var(--bad) }
.timeline tr:target td:not(:empty) { outline: 2px solid var(--link) }
tr[id] { scroll-margin-top: 8rem }
.step { white-space: pre }
.step summary { cursor: pointer; list-style: none; white-space: pre }
.step summary::-webkit-details-marker { display: none }
.step summary:hover { text-decoration: underline }
.step p { white-space: normal; margin: 0 0 .25rem; padding-left: 1.5rem; color: var(--faint) }
.function { color: var(--link) } .access, .operation { color: var(--faint) } td.races .access { color: inherit }
.depth1 { padding-left: 1rem } .depth2 { padding-left: 2rem } .depth3 { padding-left: 3rem }
footer { margin-top: 3rem; color: var(--faint); font-size: .85rem }
@media (max-width: 40rem) {
  body { font-size: 15px; padding: 1rem .75rem 3rem }
  dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem }
}
@media print {
  :root { color-scheme: light; --page: #fff; --text: #000; --faint: #444; --line: #bbb; --card: #f6f6f6;
    --link: #000; --bad: #800; --bad-back: #fde; --good: #040; --good-back: #efe }
  body { max-width: none; font-size: 10.5pt; padding: 0 }
  details::details-content { content-visibility: visible; display: block; height: auto }
  .strip { display: none }
  pre, .scroll { overflow: visible } pre { white-space: pre-wrap }
  .timeline th, .timeline td { min-width: 0 } .step, .step summary { white-space: pre-wrap } .step p { display: none }
  h2, h3, summary { break-after: avoid } tr, .card { break-inside: avoid }
}
`;
