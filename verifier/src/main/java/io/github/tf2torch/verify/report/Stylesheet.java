package io.github.tf2torch.verify.report;

/** How {@code report.html} looks, by day and by night, on a desk and on a phone. */
final class Stylesheet {
  static final String CSS =
      """
      :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #59636e;
        --line: #d8dee4; --good: #1a7f37; --bad: #cf222e; --unsure: #9a6700; --f64: #0969da;
        --band: #f6f8fa; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117;
        --soft: #9198a1; --line: #30363d; --good: #3fb950; --bad: #f85149; --unsure: #d29922;
        --f64: #58a6ff; --band: #151b23; } }
      * { box-sizing: border-box; }
      body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
        max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
      header { background: var(--band); border-left: .5rem solid var(--hue); padding: 1rem 1.25rem;
        border-radius: .25rem; }
      header p { margin: .4rem 0 0; }
      h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; } h1 b { color: var(--hue); }
      h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; }
      .match { --hue: var(--good); } .differ, .failed { --hue: var(--bad); }
      .not-checked { --hue: var(--unsure); }
      table { border-collapse: collapse; width: 100%; font-size: .875rem; }
      th { color: var(--soft); font-weight: 600; }
      th, td { text-align: left; padding: .3rem .75rem .3rem 0; vertical-align: top;
        border-bottom: 1px solid var(--line); }
      th.n, td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
      td.verdict { color: var(--hue); font-weight: 600; white-space: nowrap; }
      td:first-child { font-weight: 600; } td code { font-weight: 400; }
      code { font-size: .92em; overflow-wrap: anywhere; }
      .soft { color: var(--soft); }
      .tensors td:nth-child(-n+2) { min-width: 12rem; }
      details { border-bottom: 1px solid var(--line); padding: .35rem 0; }
      summary { cursor: pointer; } details > * + * { margin-top: .5rem; }
      .plot { display: flex; height: 17rem; } .plot svg { height: 100%; overflow: visible; }
      .plot .axis { width: 3.2rem; flex: none; } .plot .field { flex: 1; min-width: 0; }
      .ends { display: flex; justify-content: space-between; gap: 2rem; font-size: .8rem;
        margin: 0 0 0 3.2rem; }
      .ends code:last-child { text-align: right; }
      svg text { font-size: 12px; fill: var(--soft); }
      .grid { stroke: var(--line); } .bound, .bound64 { stroke-dasharray: 5 4; }
      .f32, .key32 { fill: var(--ink); } .f64, .key64 { fill: var(--f64); }
      .bound { stroke: var(--ink); } .bound64 { stroke: var(--f64); }
      .wrong { fill: var(--bad); }
      .key { display: inline-block; width: .7em; height: .7em; border-radius: 50%; }
      .key32 { background: var(--ink); } .key64 { background: var(--f64); }
      .wrongkey { background: var(--bad); }
      @media (max-width: 44rem) {
        thead { display: none; }
        table, tbody { display: block; }
        tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0 .75rem;
          padding: .5rem 0; border-bottom: 1px solid var(--line); }
        td, th { display: block; padding: 0; border: 0; }
        td:empty { display: none; }
        .checks td:first-child, .tensors td:first-child { grid-column: span 2; }
        .checks td.n { display: none; }
        td.verdict { text-align: right; }
        .tensors td:nth-child(1) { order: 0; } .tensors td.verdict { order: 1; }
        .tensors td:nth-child(2) { order: 2; } .tensors td.n { order: 3; text-align: left; }
        .tensors td:last-child { order: 4; } .tensors td:nth-child(-n+2) { min-width: 0; }
        .tensors td:nth-child(2), .tensors td:last-child, .checks td:last-child,
        .pairs td { grid-column: 1 / -1; }
        td.n[data-name]::before { content: attr(data-name) ' '; color: var(--soft);
          display: block; }
      }
      """;

  private Stylesheet() {}
}
