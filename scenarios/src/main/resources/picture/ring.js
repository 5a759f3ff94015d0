"use strict";
/* What goes round, as boxes on an ellipse: who waits for whom, or the steps that come again. */
function ring(turns, svg, number) {
  const n = turns.length, W = 250, rx = 300, ry = n === 2 ? 0 : 50 + 26 * n, cx = rx + W / 2 + 20;
  const words = turns.map((t) => wrap(t.what, 35));
  const H = 26 + 15 * Math.max(...words.map((w) => w.length));
  const cy = ry + H / 2 + (n === 2 ? 40 : 14);
  const at = turns.map((t, i) => {
    const angle = (n === 2 ? Math.PI : -Math.PI / 2) + (2 * Math.PI * i) / n;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
  const s = svg("svg", { width: 2 * cx, height: 2 * cy, viewBox: `0 0 ${2 * cx} ${2 * cy}`, role: "img", "aria-label": "What goes round; the list below says the same" });
  s.append(svg("defs", {}, svg("marker", { id: "round-" + number, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" }, svg("path", { d: "M0 0 L8 4 L0 8 z", fill: "var(--bad)" }))));
  const edge = ([x, y], [tx, ty]) => {
    const dx = tx - x, dy = ty - y, k = Math.min(Math.abs(W / 2 / (dx || 1e-9)), Math.abs(H / 2 / (dy || 1e-9)));
    return [x + dx * k, y + dy * k];
  };
  turns.forEach((t, i) => {
    const a = at[i], b = at[(i + 1) % n];
    let d;
    if (n === 1) d = `M${a[0] + W / 2} ${a[1] - 8} c 70 -30 70 46 3 16`;
    else if (n === 2) {
      const side = i === 0 ? -1 : 1;
      d = `M${a[0]} ${a[1] + side * H / 2} Q${cx} ${cy + side * (H / 2 + 60)} ${b[0]} ${b[1] + side * (H / 2 + 2)}`;
    } else {
      const p = edge(a, b), q = edge(b, a);
      d = `M${p[0]} ${p[1]} L${q[0]} ${q[1]}`;
    }
    s.append(svg("path", { d, fill: "none", stroke: "var(--bad)", "stroke-width": 2.5, "marker-end": `url(#round-${number})` }));
  });
  turns.forEach((t, i) => {
    const [x, y] = at[i];
    s.append(svg("rect", { x: x - W / 2, y: y - H / 2, width: W, height: H, rx: 6, fill: "var(--panel)", stroke: "var(--bad)", "stroke-width": 1.5 }),
      svg("text", { x: x - W / 2 + 8, y: y - H / 2 + 17, class: "lane" }, t.step ? `${t.who}, step ${t.step}` : t.who));
    words[i].forEach((line, k) => s.append(svg("text", { x: x - W / 2 + 8, y: y - H / 2 + 33 + 15 * k }, line)));
  });
  return s;
}

function wrap(text, letters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1) && (lines.at(-1) + " " + word).length > letters) lines.push("");
    lines.push((lines.pop() + " " + word).trim());
  }
  return lines;
}
