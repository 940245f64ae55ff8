// Draws charts from tables that are on the page, and follows a run. Every page is whole without it.

// Charts. Their colours are those of the page, and change with it.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const kinds = {
  trend: () => ({
    series: [["critical", "--critical", []], ["high", "--high", [7, 3]], ["medium", "--medium", []], ["low", "--low", [7, 3]], ["info", "--info", [2, 3]],
      ["open RC4", "--rc4", [8, 3, 2, 3]]],
    bars: false,
  }),
  ends: () => ({ series: [["certificates that end", "--link", []]], bars: true }),
};

function rowsOf(table) {
  const rows = [...table.tBodies[0].rows].map((row) => {
    const cells = [...row.cells].slice(1);
    const gap = cells.some((cell) => cell.colSpan > 1);
    return [Number(row.dataset.at), ...(gap ? [] : cells.map((cell) => Number(cell.textContent)))];
  });
  rows.sort((a, b) => a[0] - b[0]);
  return rows;
}

function draw(box) {
  const { series, bars } = kinds[box.dataset.chart]();
  const rows = rowsOf(document.getElementById(box.dataset.table));
  if (rows.length < 2) return null;
  box.hidden = false;
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", "A chart of the table below");
  const data = [rows.map((row) => row[0]), ...series.map((_, i) => rows.map((row) => row[i + 1] ?? null))];
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 } };
  const line = ([label, name, dash]) => ({
    label, stroke: colour(name), width: bars ? 0 : 2, dash, points: { show: rows.length < 80, size: 5 },
    ...(bars ? { fill: colour(name), paths: uPlot.paths.bars({ size: [0.7, 40], align: 1 }), points: { show: false } } : { spanGaps: false }),
  });
  const day = (at) => (at == null ? "" : new Date(at * 1000).toISOString().slice(0, bars ? 7 : 16).replace("T", " "));
  return new uPlot({
    width: box.clientWidth, height: 240, cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, low, high) => [0, Math.max(4, Math.ceil((high ?? 0) * 1.1))] } },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    series: [{ label: bars ? "month" : "run, UTC", value: (_, at) => day(at) }, ...series.map(line)],
    axes: [{ ...axis, space: 80, incrs: [1, 2, 7, 14, 30, 61, 91, 182, 365].map((days) => days * 86400), values: (_, list) => list.map((at) => day(at).slice(0, bars ? 7 : 10)) }, { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] }],
  }, data, box);
}

const charts = new Map();
function drawAll() {
  for (const box of document.querySelectorAll("[data-chart]")) {
    charts.get(box)?.destroy();
    charts.set(box, draw(box));
  }
}
if (document.querySelector("[data-chart]")) {
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let timer = 0;
  addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const [box, chart] of charts) chart?.setSize({ width: box.clientWidth, height: 240 });
    }, 100);
  });
}

// A run on its way: how far it has come, and the page anew when it is over. The service tells it by itself (server-sent events); where that does not
// work, it is asked every two seconds. One stream a page: a browser has few connections for one host.
const silence = 45000; // the service says something every 15 seconds
for (const [i, box] of document.querySelectorAll("[data-progress]").entries()) {
  const text = box.querySelector("[data-text]");
  const bar = box.querySelector("progress");
  const latest = box.querySelector("[data-latest]");
  const run = `/runs/${encodeURIComponent(box.dataset.progress)}`;
  let failures = 0;
  const show = (now) => {
    if (!now.running) return location.reload();
    if (text.textContent !== now.text) text.textContent = now.text;
    if (bar && now.all) { bar.max = now.all; bar.value = now.done; }
    if (latest && now.latest) { latest.textContent = now.latest; latest.parentElement.hidden = false; }
  };
  const ask = async () => {
    try {
      const answer = await fetch(`${run}/progress`, { headers: { Accept: "application/json" } });
      if (answer.redirected) return location.reload(); // to sign in again
      if (!answer.ok) throw new Error(answer.statusText);
      const now = await answer.json();
      failures = 0;
      show(now);
      if (!now.running) return;
    } catch {
      failures++;
      text.textContent = "The service does not answer. This page tries again.";
    }
    setTimeout(ask, Math.min(2000 * 2 ** failures, 60000));
  };
  if (i > 0) { ask(); continue; }
  const stream = new EventSource(`${run}/events`);
  let watch = 0;
  const broken = () => {
    clearTimeout(watch);
    stream.close();
    ask();
  };
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(broken, silence);
  };
  heard();
  stream.onmessage = (event) => {
    heard();
    const now = JSON.parse(event.data);
    if (!now.running) { clearTimeout(watch); stream.close(); }
    show(now);
  };
  stream.onerror = broken;
}
