"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const found = document.getElementById("found");
  const search = document.getElementById("search");
  const LEFT = 190, BAR = 20, GAP = 4, PAD = 6, TOP = 24;
  let width = null, showCpus = false, current = 0, at = null, lastMatch = -1;

  const el = (name, attributes, ...children) => {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(attributes || {})) if (v !== null) e.setAttribute(k, v);
    e.append(...children);
    return e;
  };
  const svg = (name, attributes, ...children) => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [k, v] of Object.entries(attributes || {})) if (v !== null) e.setAttribute(k, v);
    e.append(...children);
    return e;
  };

  document.getElementById("title").textContent = data.title;
  document.getElementById("story").textContent = data.story;

  /* What a bar, a mark or a link of each kind looks like, and what the legend says of it. */
  const BARS = {
    rcu: ["--rcu", "inside an RCU read-side section"], srcu: ["--srcu", "inside an SRCU read-side section"],
    lock: ["--lock", "holds a lock"], sleep: ["--sleep", "sleeps", true], preempted: ["--preempted", "preempted", true],
    irq: ["--irq", "interrupted"], gp: ["--gp", "grace period, or a wait for one"], run: ["--preempted", "runs here", true],
    hidden: ["--hidden", "allocated, not published", true], life: ["--life", "published: readers can find it"],
    io: ["--io", "a bio under way"], freed: ["--badground", "freed", true, "--bad"],
  };
  const LINKS = {
    waits: ["--gp", "waits for it"], wakes: ["--quiet", "wakes"], bio: ["--io", "the bio's way"],
    race: ["--bad", "the two steps that race"], circle: ["--bad", "waits for, in a circle"],
  };

  const pictures = data.pictures.map(build);
  function build(p, number) {
    const section = el("section", { "aria-label": p.heading, class: "picture" });
    const verdict = el("span", { class: "verdict " + (p.verdict.bad ? "bad" : "good") }, p.verdict.word);
    section.append(
      el("h2", { id: "picture-" + number }, p.heading + " "), el("p", {}, verdict, " " + p.verdict.line));
    const scroll = el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Timeline of " + p.heading + "; the table below says the same" });
    const legend = el("ul", { class: "legend", "aria-label": "What the colours mean" });
    const now = el("div", { class: "now", role: "status", "aria-live": "polite" });
    section.append(scroll, legend, now);
    if (p.left) section.append(el("p", {}, p.left));
    const reports = p.reports.map((r, i) => {
      const d = el("details", { id: "report-" + number + "-" + i },
        el("summary", {}, el("span", { class: "step" }, "step " + r.step + ", " + r.task + ": "), r.headline),
        el("pre", {}, r.text));
      return d;
    });
    if (reports.length) section.append(el("h2", {}, reports.length === 1 ? "What the kernel says" : "What the kernel says, " + reports.length + " reports"), ...reports);
    const body = el("tbody");
    const rows = p.rows.map((r) => {
      const tr = el("tr", { tabindex: "-1", class: r.bad ? "bad" : null },
        el("td", { class: "n" }, String(r.step)), el("td", {}, r.task), el("td", {}, r.text));
      tr.addEventListener("click", () => go(number, r.step));
      body.append(tr);
      return tr;
    });
    section.append(
      el("h2", {}, "Step by step"),
      el("div", { class: "rows", tabindex: "0", role: "group", "aria-label": "Steps of " + p.heading },
        el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "step"), el("th", { scope: "col" }, "task"), el("th", { scope: "col" }, "what it does"))), body)));
    main.append(section);
    const steps = [...new Set([0, p.steps].concat(
      p.rows.map((r) => r.step), p.marks.map((m) => m.at), p.bars.flatMap((b) => [b.from, b.to]),
      p.links.flatMap((l) => [l.from, l.to])))].sort((a, b) => a - b);
    return { p, section, scroll, legend, now, rows, reports, steps, place: new Map(steps.map((s, i) => [s, i])) };
  }

  /* --- drawing --------------------------------------------------------------------------- */

  function lanesOf(p) {
    return p.lanes.map((lane, i) => ({ lane, i })).filter((l) => l.lane.group !== "cpu" || showCpus);
  }

  /* Bars that overlap come to lie below each other; what contains comes first. */
  function stack(bars) {
    const ends = [];
    for (const bar of bars.sort((a, b) => a.from - b.from || b.to - a.to)) {
      let row = ends.findIndex((end) => end <= bar.from);
      if (row < 0) row = ends.push(0) - 1;
      ends[row] = bar.to;
      bar.row = row;
    }
    return Math.max(1, ends.length);
  }

  function draw(view, number) {
    const p = view.p;
    const room = Math.max(640, view.scroll.clientWidth - 4);
    const pitch = width || Math.max(9, (room - LEFT - 30) / Math.max(1, view.steps.length));
    const X = (step) => LEFT + (view.place.get(step) + 0.5) * pitch;
    view.X = X;
    const lanes = lanesOf(p);
    let y = TOP;
    const tops = new Map();
    const rowsOf = new Map();
    let group = null;
    for (const l of lanes) {
      if (l.lane.group !== group) { y += 16; group = l.lane.group; l.first = true; l.titleY = y - 4; }
      const n = stack(p.bars.filter((b) => b.lane === l.i).map((b) => Object.assign(b)));
      tops.set(l.i, y);
      rowsOf.set(l.i, n);
      y += n * (BAR + GAP) + 2 * PAD;
    }
    const height = y + 8, full = Math.max(room, LEFT + view.steps.length * pitch + 30);
    const s = svg("svg", { width: full, height, viewBox: `0 0 ${full} ${height}`, role: "group", "aria-label": "Timeline of " + p.heading });
    s.append(arrows(number));
    const middle = (lane) => tops.get(lane) + PAD + BAR / 2;
    const used = { bars: new Set(), links: new Set() };
    const every = Math.ceil(34 / pitch);
    view.steps.forEach((step, i) => {
      if (i % every === 0) s.append(svg("line", { x1: X(step), x2: X(step), y1: TOP - 6, y2: height, stroke: "var(--grid)" }),
        svg("text", { x: X(step), y: 12, class: "tick", "text-anchor": "middle" }, String(step)));
    });
    const titles = { task: "tasks", cpu: "CPUs", gp: "grace periods", object: "objects" };
    for (const l of lanes) {
      if (l.first) s.append(svg("text", { x: 8, y: l.titleY, class: "group" }, titles[l.lane.group] || l.lane.group));
      s.append(svg("line", { x1: 0, x2: full, y1: tops.get(l.i), y2: tops.get(l.i), stroke: "var(--line)" }));
      s.append(svg("text", { x: 12, y: middle(l.i) + 4, class: "lane" }, clip(l.lane.name, 24), svg("title", {}, l.lane.name + (l.lane.note ? ": " + l.lane.note : ""))));
    }
    for (const b of p.bars) {
      if (!tops.has(b.lane)) continue;
      const look = BARS[b.kind];
      used.bars.add(b.kind);
      const x1 = X(b.from), x2 = Math.max(X(b.to), x1 + 5), by = tops.get(b.lane) + PAD + b.row * (BAR + GAP);
      const g = svg("g", { "data-step": b.from, "data-kind": b.kind });
      g.append(svg("rect", { x: x1, y: by, width: x2 - x1, height: BAR, rx: 3, fill: `var(${look[0]})`,
        stroke: `var(${look[3] || (look[2] ? "--quiet" : look[0])})`, "stroke-dasharray": b.open ? "4 3" : null }));
      const letters = Math.floor((x2 - x1 - 8) / 6.7);
      if (letters >= 3) g.append(svg("text", { x: x1 + 5, y: by + 14, class: look[3] ? "bad" : look[2] ? null : "onbar" }, clip(b.label, letters)));
      g.append(svg("title", {}, `${b.label}\nsteps ${b.from} to ${b.open ? "the end" : b.to}${b.text ? "\n" + b.text : ""}`));
      g.addEventListener("click", () => go(number, b.from));
      s.append(g);
    }
    for (const l of p.links) {
      if (!tops.has(l.fromLane) || !tops.has(l.toLane)) continue;
      used.links.add(l.kind);
      const look = LINKS[l.kind], x1 = X(l.from), x2 = X(l.to), y1 = middle(l.fromLane), y2 = middle(l.toLane);
      const bend = x1 === x2 ? 26 : 0;
      const path = svg("path", { d: `M${x1} ${y1} C${x1 + bend} ${(y1 + y2) / 2} ${x2 + bend} ${(y1 + y2) / 2} ${x2} ${y2}`, fill: "none",
        stroke: `var(${look[0]})`, "stroke-width": l.kind === "race" || l.kind === "circle" ? 2.5 : 1.5,
        "stroke-dasharray": l.kind === "waits" ? "2 3" : null, "marker-end": `url(#arrow${look[0]}-${number})` }, svg("title", {}, l.label || look[1]));
      s.append(path);
    }
    for (const m of p.marks) {
      if (!tops.has(m.lane)) continue;
      const x = X(m.at), my = middle(m.lane), g = svg("g", { "data-step": m.at, "data-kind": m.kind, tabindex: m.report === undefined ? null : "0", role: m.report === undefined ? null : "link", "aria-label": m.report === undefined ? null : m.label });
      if (m.kind === "report" || m.kind === "use") g.append(svg("path", { d: `M${x} ${my - 13} l11 22 h-22 z`, fill: "var(--ground)", stroke: "var(--bad)", "stroke-width": 2 }), svg("text", { x, y: my + 6, "text-anchor": "middle", class: "bad" }, "!"));
      else if (m.kind === "free") g.append(svg("path", { d: `M${x - 6} ${my - 6} l12 12 m-12 0 l12 -12`, stroke: "var(--bad)", "stroke-width": 3, fill: "none" }));
      else g.append(svg("circle", { cx: x, cy: my, r: 4, fill: "var(--ink)" }));
      if (m.note) g.append(svg("text", { x: x + 15, y: my - 3, class: "bad" }, m.note));
      g.append(svg("title", {}, `step ${m.at}: ${m.label}${m.text ? "\n" + m.text : ""}`));
      const open = () => { go(number, m.at); if (m.report !== undefined) { const d = view.reports[m.report]; d.open = true; d.querySelector("summary").focus(); } };
      g.addEventListener("click", open);
      g.addEventListener("keydown", (e) => { if (e.key === "Enter") open(); });
      s.append(g);
    }
    view.cursor = svg("line", { class: "cursor", y1: TOP - 8, y2: height });
    s.append(view.cursor);
    view.scroll.replaceChildren(s);
    view.legend.replaceChildren(...Object.entries(BARS).filter(([k]) => used.bars.has(k)).map(([k, look]) =>
      el("li", {}, svg("svg", { width: 26, height: 14, "aria-hidden": "true" }, svg("rect", { x: 1, y: 1, width: 24, height: 12, rx: 3, fill: `var(${look[0]})`, stroke: `var(${look[3] || (look[2] ? "--quiet" : look[0])})` })), look[1])),
      ...Object.entries(LINKS).filter(([k]) => used.links.has(k)).map(([k, look]) =>
        el("li", {}, svg("svg", { width: 26, height: 14, "aria-hidden": "true" }, svg("path", { d: "M1 7 h22", stroke: `var(${look[0]})`, "stroke-width": 2, "stroke-dasharray": k === "waits" ? "2 3" : null })), look[1])));
  }

  function arrows(number) {
    const defs = svg("defs");
    for (const colour of new Set(Object.values(LINKS).map((l) => l[0])))
      defs.append(svg("marker", { id: `arrow${colour}-${number}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, svg("path", { d: "M0 0 L8 4 L0 8 z", fill: `var(${colour})` })));
    return defs;
  }

  const clip = (text, letters) => (text.length <= letters ? text : text.slice(0, Math.max(1, letters - 1)) + "\u2026");

  /* --- the step that is looked at ----------------------------------------------------------- */

  function go(number, step, quiet) {
    const view = pictures[number];
    current = number;
    at = step;
    for (const v of pictures) v.cursor.style.visibility = v === view ? "visible" : "hidden";
    const x = view.X(step);
    view.cursor.setAttribute("x1", x);
    view.cursor.setAttribute("x2", x);
    const rows = view.p.rows.filter((r) => r.step === step);
    view.rows.forEach((tr, i) => tr.classList.toggle("current", view.p.rows[i].step === step));
    const first = view.rows[view.p.rows.findIndex((r) => r.step === step)];
    if (first) { const box = first.closest(".rows"); box.scrollTop += first.getBoundingClientRect().top - box.getBoundingClientRect().top - 120; }
    if (x < view.scroll.scrollLeft + LEFT || x > view.scroll.scrollLeft + view.scroll.clientWidth - 40) view.scroll.scrollLeft = x - view.scroll.clientWidth / 2;
    const open = view.p.bars.filter((b) => b.from <= step && (b.to > step || b.open) && view.p.lanes[b.lane].group !== "cpu")
      .map((b) => view.p.lanes[b.lane].name + ": " + b.label);
    view.now.replaceChildren(
      el("div", {}, el("strong", {}, "Step " + step + ". "), rows.map((r) => r.task + ": " + r.text).join(" \u2014 ") || "Nothing that the picture shows."),
      el("div", { class: "open" }, open.length ? "Meanwhile " + open.join("; ") : ""));
    if (!quiet) history.replaceState(null, "", "#" + (pictures.length > 1 ? "picture=" + number + "&" : "") + "step=" + step);
  }

  function by(delta) {
    const view = pictures[current];
    const steps = [...new Set(view.p.rows.map((r) => r.step).concat(view.p.marks.map((m) => m.at)))].sort((a, b) => a - b);
    if (!steps.length) return;
    let i = delta > 0 ? steps.findIndex((s) => s > at) : steps.findLastIndex((s) => s < at);
    if (i < 0) i = delta > 0 ? steps.length - 1 : 0;
    go(current, steps[i]);
  }

  function redraw() {
    pictures.forEach(draw);
    go(current, at, true);
  }

  function zoom(factor) {
    const view = pictures[current];
    const now = width || (view.X(view.steps.at(-1)) - view.X(view.steps[0])) / Math.max(1, view.steps.length - 1);
    width = Math.min(200, Math.max(3, now * factor));
    redraw();
  }

  function look(next) {
    const text = search.value.toLowerCase();
    const hits = [];
    pictures.forEach((view, number) => view.p.rows.forEach((r, i) => {
      const hit = text && (r.task + ": " + r.text).toLowerCase().includes(text);
      view.rows[i].classList.toggle("match", Boolean(hit));
      if (hit) hits.push([number, r.step]);
    }));
    lastMatch = hits.length ? (next ? (lastMatch + 1) % hits.length : 0) : -1;
    found.textContent = !text ? "" : hits.length ? `${lastMatch + 1} of ${hits.length}` : "not found";
    if (lastMatch >= 0) go(...hits[lastMatch]);
  }

  function theme() {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  }

  function cpus() {
    showCpus = !showCpus;
    document.getElementById("cpus").setAttribute("aria-pressed", String(showCpus));
    redraw();
  }

  const on = (id, f) => document.getElementById(id).addEventListener("click", f);
  on("back", () => by(-1));
  on("forth", () => by(1));
  on("wider", () => zoom(1.4));
  on("narrower", () => zoom(1 / 1.4));
  on("cpus", cpus);
  on("theme", theme);
  search.addEventListener("input", () => look(false));
  search.addEventListener("keydown", (e) => { if (e.key === "Enter") look(true); if (e.key === "Escape") search.blur(); });
  document.addEventListener("keydown", (e) => {
    if (e.target === search || e.ctrlKey || e.metaKey || e.altKey) return;
    const view = pictures[current];
    const keys = {
      ArrowLeft: () => by(-1), ArrowRight: () => by(1), Home: () => go(current, view.p.rows[0].step),
      End: () => go(current, view.p.rows.at(-1).step), "+": () => zoom(1.4), "-": () => zoom(1 / 1.4),
      c: cpus, d: theme, n: () => look(true), "/": () => search.focus(),
    };
    if (keys[e.key]) { e.preventDefault(); keys[e.key](); }
  });

  if (window.matchMedia("(prefers-color-scheme: dark)").matches) theme();
  pictures.forEach(draw);
  const hash = new URLSearchParams(location.hash.slice(1));
  current = Math.min(pictures.length - 1, Number(hash.get("picture") || 0));
  const wanted = hash.get("step") === null ? pictures[current].p.start : Number(hash.get("step"));
  go(current, pictures[current].place.has(wanted) ? wanted : pictures[current].steps[0], true);
  window.addEventListener("resize", redraw);
})();
