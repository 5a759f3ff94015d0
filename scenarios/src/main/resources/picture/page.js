(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const found = document.getElementById("found");
  const search = document.getElementById("search");
  const LEFT = 190, BAR = 20, GAP = 4, PAD = 6, TOP = 24, WORDS = 15;
  const shown = { cpu: false, bio: false, queue: false };
  let width = null, current = 0, at = null, lastMatch = -1;

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

  /* Where something sits is known once all pictures are. */
  const places_ = places(data.pictures);

  /* What a bar, a mark or a link of each kind looks like, and what the legend says of it. */
  const BARS = {
    rcu: ["--rcu", "inside an RCU read-side section"], srcu: ["--srcu", "inside an SRCU read-side section"],
    lock: ["--lock", "holds a lock"], sleep: ["--sleep", "sleeps", true], preempted: ["--preempted", "preempted", true],
    irq: ["--irq", "interrupted"], queued: ["--sleep", "a work that waits to be run", true], gp: ["--gp", "a grace period, or a wait for one"], run: ["--preempted", "runs here", true],
    hidden: ["--hidden", "allocated, not published", true], life: ["--life", "published: readers can find it"],
    io: ["--io", "a bio under way"], freed: ["--badground", "freed", true, "--bad"],
  };
  const LINKS = {
    grace: ["--gp", "the grace period waits for this reader"], waits: ["--quiet", "a task waits for this one", "2 3"],
    bio: ["--io", "a bio's way down"], done: ["--io", "and back, completed", "5 3"],
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
    if (p.why.length) section.append(el("h3", {}, "How it came to be"), el("ol", { class: "why" }, ...p.why.map((r) => {
      const b = el("button", { type: "button" }, "step " + r.step);
      b.addEventListener("click", () => go(number, r.step));
      return el("li", { class: r.bad ? "bad" : null }, b, " ", el("strong", {}, r.task), " " + r.text);
    })));
    if (p.ring.length) {
      const steps = p.reports.some((r) => r.headline.startsWith("LIVELOCK"));
      section.append(el("h3", {}, steps ? "The steps that come again and again" : "Who waits for whom"));
      if (p.ring.length <= 10) section.append(el("div", { class: "ring", tabindex: "0", role: "group", "aria-label": "What goes round" }, ring(p.ring, svg, number)));
      section.append(el("details", {}, el("summary", {}, "As a list"), el("ol", {}, ...p.ring.map((t) => el("li", {}, `${t.who}${t.step ? ", step " + t.step : ""}: ${t.what}`)))));
    }
    section.append(scroll, legend, now);
    scroll.addEventListener("scroll", () => {
      pictures[number].names.setAttribute("transform", `translate(${scroll.scrollLeft})`);
      for (const other of pictures) if (other.scroll.scrollLeft !== scroll.scrollLeft) other.scroll.scrollLeft = scroll.scrollLeft;
    });
    if (p.left) section.append(el("p", { class: "left" }, p.left));
    const reports = p.reports.map((r, i) => {
      const d = el("details", { id: "report-" + number + "-" + i },
        el("summary", {}, el("span", { class: "step" }, "step " + r.step + ", " + r.task + ": "), r.headline),
        el("pre", {}, r.text));
      return d;
    });
    if (reports.length) section.append(el("h2", { class: "text" }, reports.length === 1 ? "What the kernel says" : "What the kernel says, " + reports.length + " reports"), ...reports);
    const body = el("tbody");
    const rows = p.rows.map((r) => {
      const tr = el("tr", { tabindex: "-1", class: [r.bad ? "bad" : "", p.race.includes(r.step) ? "race" : ""].join(" ").trim() || null },
        el("td", { class: "n" }, String(r.step), ...(p.race.includes(r.step) ? [el("span", { class: "said" }, " (part of what was found)")] : [])), el("td", {}, r.task), el("td", {}, r.text));
      tr.addEventListener("click", () => go(number, r.step));
      body.append(tr);
      return tr;
    });
    section.append(
      el("h2", { class: "text" }, "Step by step"),
      el("div", { class: "rows", tabindex: "0", role: "group", "aria-label": "Steps of " + p.heading },
        el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "step"), el("th", { scope: "col" }, "task"), el("th", { scope: "col" }, "what it does"))), body)));
    main.append(section);
    return { p, section, scroll, legend, now, rows, reports, at: places_[number], steps: places_[number].steps };
  }

  /* --- drawing --------------------------------------------------------------------------- */

  const ORDER = ["task", "grace", "object", "device", "bio", "queue", "cpu"];
  const TITLES = { task: "tasks", grace: "grace periods", object: "objects", device: "devices", bio: "bios", queue: "workqueues", cpu: "CPUs" };

  function lanesOf(p) {
    return p.lanes.map((lane, i) => ({ lane, i })).filter((l) => shown[l.lane.group] !== false)
      .sort((a, b) => ORDER.indexOf(a.lane.group) - ORDER.indexOf(b.lane.group));
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
    const columns = view.at.columns;
    const pitch = width || Math.max(9, (room - LEFT - 30) / Math.max(1, columns));
    const X = (step) => LEFT + (placeOf(view.at, step) + 0.5) * pitch;
    view.X = X;
    view.pitch = pitch;
    const lanes = lanesOf(p);
    let y = TOP;
    const tops = new Map();
    const words = new Map();
    for (const m of p.marks) if (m.kind === "command") words.set(m.lane, (words.get(m.lane) || []).concat([m]));
    let group = null;
    for (const l of lanes) {
      if (l.lane.group !== group) { y += 16; group = l.lane.group; l.first = true; l.titleY = y - 4; }
      const n = stack(p.bars.filter((b) => b.lane === l.i));
      l.top = y;
      if (words.has(l.i)) y += WORDS;
      tops.set(l.i, y);
      y += n * (BAR + GAP) + 2 * PAD;
    }
    const height = y + 8, full = Math.max(room, LEFT + columns * pitch + 30);
    const s = svg("svg", { width: full, height, viewBox: `0 0 ${full} ${height}`, role: "group", "aria-label": "Timeline of " + p.heading });
    s.append(arrows(number));
    for (const step of p.race) s.append(svg("rect", { x: X(step) - pitch / 2, y: TOP - 6, width: Math.max(pitch, 6), height: height - TOP + 6, fill: "var(--badground)" }));
    const middle = (lane) => tops.get(lane) + PAD + BAR / 2;
    const used = { bars: new Set(), links: new Set() };
    let lastTick = -100;
    view.steps.forEach((step) => {
      if (X(step) - lastTick < 34) return;
      lastTick = X(step);
      s.append(svg("line", { x1: X(step), x2: X(step), y1: TOP - 6, y2: height, stroke: "var(--grid)" }),
        svg("text", { x: X(step), y: 12, class: "tick", "text-anchor": "middle" }, String(step)));
    });
    for (const l of lanes) {
      s.append(svg("line", { x1: 0, x2: full, y1: l.top, y2: l.top, stroke: "var(--line)" }));
    }
    for (const [lane, commands] of words) commands.forEach((m, i) => {
      if (!tops.has(lane)) return;
      const x = X(m.at), y0 = tops.get(lane) - WORDS + 13, until = i + 1 < commands.length ? X(commands[i + 1].at) : full;
      const letters = Math.floor((until - x - 12) / 6.3);
      const g = svg("g", { "data-step": m.at, "data-kind": "command" }, svg("path", { d: `M${x} ${y0 - 9} v14`, stroke: "var(--ink)", "stroke-width": 1.5 }));
      if (letters >= 3) g.append(svg("text", { x: x + 4, y: y0, class: "command" }, clip(m.label, letters)));
      g.append(svg("title", {}, `step ${m.at}: ${m.label}`));
      g.addEventListener("click", () => go(number, m.at));
      s.append(g);
    });
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
      if (letters < b.label.length && p.lanes[b.lane].group === "grace") {
        const next = p.bars.reduce((m, o) => (o.lane === b.lane && o.from > b.from ? Math.min(m, X(o.from)) : m), full);
        const room = Math.floor((next - x2 - 8) / 6.3);
        if (room > letters) { g.querySelector("text")?.remove(); g.append(svg("text", { x: x2 + 4, y: by + 14 }, clip(b.label, room))); }
      }
      g.append(svg("title", {}, `${b.label}\nsteps ${b.from} to ${b.open ? "the end" : b.to}${b.text ? "\n" + b.text : ""}`));
      g.addEventListener("click", () => go(number, b.from));
      s.append(g);
    }
    for (const l of p.links) {
      if (!tops.has(l.fromLane) || !tops.has(l.toLane)) continue;
      used.links.add(l.kind);
      const look = LINKS[l.kind], x1 = X(l.from), x2 = X(l.to), y1 = end(p, l.fromLane, l.from, l.kind, middle), y2 = end(p, l.toLane, l.to, l.kind, middle);
      const bend = x1 === x2 ? (l.kind === "done" ? -18 : 26) : 0;
      const path = svg("path", { d: `M${x1} ${y1} C${x1 + bend} ${(y1 + y2) / 2} ${x2 + bend} ${(y1 + y2) / 2} ${x2} ${y2}`, fill: "none",
        stroke: `var(${look[0]})`, "stroke-width": l.kind === "race" || l.kind === "circle" ? 2.5 : 1.5,
        "stroke-dasharray": look[2] || null, "marker-end": `url(#arrow${look[0]}-${number})` }, svg("title", {}, l.label || look[1]));
      s.append(path);
      if (l.kind === "race") s.append(svg("text", { x: x1 + 4, y: (y1 + y2) / 2 - 4, class: "bad", "text-anchor": x1 > full - 70 ? "end" : "start" }, l.label));
    }
    for (const m of p.marks) {
      if (!tops.has(m.lane) || m.kind === "command") continue;
      const x = X(m.at), my = middle(m.lane), g = svg("g", { "data-step": m.at, "data-kind": m.kind, tabindex: m.report === undefined ? null : "0", role: m.report === undefined ? null : "link", "aria-label": m.report === undefined ? null : m.label });
      if (m.kind === "report" || m.kind === "use") g.append(svg("path", { d: `M${x} ${my - 13} l11 22 h-22 z`, fill: "var(--ground)", stroke: "var(--bad)", "stroke-width": 2 }), svg("text", { x, y: my + 6, "text-anchor": "middle", class: "bad" }, "!"));
      else if (m.kind === "free") g.append(svg("path", { d: `M${x - 6} ${my - 6} l12 12 m-12 0 l12 -12`, stroke: "var(--bad)", "stroke-width": 3, fill: "none" }));
      else g.append(svg("circle", { cx: x, cy: my, r: 4, fill: "var(--ink)" }));
      if (m.note && m.kind !== "use") g.append(svg("text", { x: x + 15, y: my - 3, class: "bad" }, m.note));
      g.append(svg("title", {}, `step ${m.at}: ${m.label}${m.text ? "\n" + m.text : ""}`));
      const open = () => { go(number, m.at); if (m.report !== undefined) { const d = view.reports[m.report]; d.open = true; d.querySelector("summary").focus(); } };
      g.addEventListener("click", open);
      g.addEventListener("keydown", (e) => { if (e.key === "Enter") open(); });
      s.append(g);
    }
    view.cursor = svg("line", { class: "cursor", y1: TOP - 8, y2: height });
    s.append(view.cursor);
    view.names = svg("g", { class: "names" }, svg("rect", { x: 0, y: 0, width: LEFT - 6, height, fill: "var(--ground)" }));
    for (const l of lanes) {
      if (l.first) view.names.append(svg("text", { x: 8, y: l.titleY, class: "group" }, TITLES[l.lane.group]));
      view.names.append(svg("line", { x1: 0, x2: LEFT - 6, y1: l.top, y2: l.top, stroke: "var(--line)" }),
        svg("text", { x: 12, y: middle(l.i) + 4, class: "lane" }, clip(l.lane.name, 25), svg("title", {}, l.lane.name + (l.lane.note ? ": " + l.lane.note : ""))));
    }
    s.append(view.names);
    view.names.setAttribute("transform", `translate(${view.scroll.scrollLeft})`);
    view.scroll.replaceChildren(s);
    view.legend.replaceChildren(...Object.entries(BARS).filter(([k]) => used.bars.has(k)).map(([k, look]) =>
      el("li", {}, svg("svg", { width: 26, height: 14, "aria-hidden": "true" }, svg("rect", { x: 1, y: 1, width: 24, height: 12, rx: 3, fill: `var(${look[0]})`, stroke: `var(${look[3] || (look[2] ? "--quiet" : look[0])})` })), look[1])),
      ...Object.entries(LINKS).filter(([k]) => used.links.has(k)).map(([k, look]) =>
        el("li", {}, svg("svg", { width: 26, height: 14, "aria-hidden": "true" }, svg("path", { d: "M1 7 h22", stroke: `var(${look[0]})`, "stroke-width": 2, "stroke-dasharray": look[2] || null })), look[1])),
      ...(p.race.length ? [el("li", {}, svg("svg", { width: 26, height: 14, "aria-hidden": "true" }, svg("rect", { x: 9, y: 0, width: 8, height: 14, fill: "var(--badground)" })), "a step that is part of what was found")] : []));
  }

  /* Where a link ends in a lane: at the section that a grace period waits for, else at the first bar. */
  function end(p, lane, step, kind, middle) {
    const section = kind === "grace" ? p.bars.find((b) => b.lane === lane && (b.kind === "rcu" || b.kind === "srcu") && b.from <= step && (b.to > step || b.open)) : null;
    return middle(lane) + (section ? section.row * (BAR + GAP) : 0);
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
    const open = view.p.bars.filter((b) => b.from <= step && (b.to > step || b.open) && !["cpu", "bio", "queue"].includes(view.p.lanes[b.lane].group))
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

  /* What led to the finding is to be seen as a whole, if it is not too long. */
  function fit() {
    const view = pictures[0], why = view.p.why;
    const room = view.scroll.clientWidth - LEFT - 60;
    if (!why.length || view.at.columns * view.pitch <= room) return;
    const from = placeOf(view.at, why[0].step), to = placeOf(view.at, why.at(-1).step);
    width = Math.min(40, Math.max(4, room / (to - from + 6)));
    pictures.forEach(draw);
    pictures.forEach((v) => { v.scroll.scrollLeft = (from - 2) * width; });
  }

  function redraw() {
    pictures.forEach(draw);
    go(current, at, true);
  }

  function zoom(factor) {
    const view = pictures[current];
    const now = width || view.pitch;
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

  function toggle(group) {
    shown[group] = !shown[group];
    document.getElementById(group).setAttribute("aria-pressed", String(shown[group]));
    redraw();
  }

  function beside() {
    const on = main.classList.toggle("beside");
    document.getElementById("beside").setAttribute("aria-pressed", String(on));
    width = null;
    redraw();
    fit();
    go(current, at, true);
  }

  const on = (id, f) => document.getElementById(id).addEventListener("click", f);
  on("back", () => by(-1));
  on("forth", () => by(1));
  on("wider", () => zoom(1.4));
  on("narrower", () => zoom(1 / 1.4));
  on("cpu", () => toggle("cpu"));
  on("bio", () => toggle("bio"));
  on("queue", () => toggle("queue"));
  on("beside", beside);
  document.getElementById("beside").hidden = data.pictures.length < 2;
  on("theme", theme);
  search.addEventListener("input", () => look(false));
  search.addEventListener("keydown", (e) => { if (e.key === "Enter") look(true); if (e.key === "Escape") search.blur(); });
  document.addEventListener("keydown", (e) => {
    if (e.target === search || e.ctrlKey || e.metaKey || e.altKey) return;
    const view = pictures[current];
    const keys = {
      ArrowLeft: () => by(-1), ArrowRight: () => by(1), Home: () => go(current, view.p.rows[0].step),
      End: () => go(current, view.p.rows.at(-1).step), "+": () => zoom(1.4), "-": () => zoom(1 / 1.4),
      c: () => toggle("cpu"), b: () => toggle("bio"), w: () => toggle("queue"), s: () => { if (data.pictures.length > 1) beside(); }, d: theme, n: () => look(true), "/": () => search.focus(),
    };
    if (keys[e.key]) { e.preventDefault(); keys[e.key](); }
  });

  if (window.matchMedia("(prefers-color-scheme: dark)").matches) theme();
  pictures.forEach(draw);
  fit();
  function fromAddress() {
    const hash = new URLSearchParams(location.hash.slice(1));
    document.documentElement.classList.toggle("only", hash.has("only"));
    const asked = Number(hash.get("picture") || 0);
    current = asked >= 0 && asked < pictures.length ? asked : 0;
    const step = hash.get("step") === null ? pictures[current].p.start : Number(hash.get("step"));
    go(current, step >= 0 && step <= pictures[current].p.steps ? step : pictures[current].steps[0], true);
  }
  fromAddress();
  window.addEventListener("hashchange", fromAddress);
  /* Printed is what is seen of each timeline, and all that can be opened. */
  let printing = false;
  window.addEventListener("beforeprint", () => {
    printing = true;
    document.querySelectorAll("details").forEach((d) => { d.open = true; });
    pictures.forEach((v) => {
      const s = v.scroll.querySelector("svg"), seen = v.scroll.clientWidth;
      s.setAttribute("viewBox", `${v.scroll.scrollLeft} 0 ${seen} ${s.getAttribute("height")}`);
      s.setAttribute("width", seen);
    });
  });
  window.addEventListener("afterprint", () => { printing = false; redraw(); });
  window.addEventListener("resize", () => { if (!printing) redraw(); });
})();
