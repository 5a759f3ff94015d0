"use strict";
/* Where each step of each picture lies: the same commands of the same tasks below each other. */
function places(pictures) {
  const lists = pictures.map((p) => p.marks.filter((m) => m.kind === "command")
    .map((m) => ({ key: p.lanes[m.lane].name + ": " + m.label, at: m.at })).sort((a, b) => a.at - b.at));
  const anchors = pictures.length === 2 ? common(lists[0], lists[1]) : [];
  const from = pictures.map(() => 0), slots = pictures.map(() => []);
  let base = 0;
  const section = (until) => {
    const counts = pictures.map((p, i) => {
      const steps = stepsOf(p);
      let n = from[i];
      while (n < steps.length && steps[n] < until[i]) n++;
      return n - from[i];
    });
    const widest = Math.max(...counts);
    counts.forEach((n, i) => {
      const wide = until[i] === Infinity ? 1 : widest / n;
      for (let k = 0; k < n; k++) slots[i].push(base + k * wide);
      from[i] += n;
    });
    base += widest;
  };
  anchors.forEach(section);
  section(pictures.map(() => Infinity));
  return pictures.map((p, i) => ({ steps: stepsOf(p), slots: slots[i], columns: base }));
}

/* The steps at which something begins or ends that is always shown. */
function stepsOf(p) {
  if (!p.axis) {
    const shown = (lane) => p.lanes[lane].group !== "cpu" && p.lanes[lane].group !== "bio";
    p.axis = [...new Set([0, p.steps].concat(
      p.rows.map((r) => r.step), p.marks.map((m) => m.at), p.bars.filter((b) => shown(b.lane)).flatMap((b) => [b.from, b.to]),
      p.links.flatMap((l) => [l.from, l.to])))].filter((s) => s >= first(p)).sort((a, b) => a - b);
  }
  return p.axis;
}

function first(p) {
  return p.rows.length && p.bars.length ? Math.min(p.rows[0].step, p.bars.reduce((m, b) => Math.min(m, b.from), Infinity)) : 0;
}

/* The longest run of commands that both have in the same order, as pairs of steps. */
function common(one, other) {
  if (!one.length || !other.length || one.length * other.length > 250000) return [];
  const best = one.map(() => new Array(other.length + 1).fill(0)).concat([new Array(other.length + 1).fill(0)]);
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--)
      best[i][j] = one[i].key === other[j].key ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
  const pairs = [];
  for (let i = 0, j = 0; i < one.length && j < other.length;) {
    if (one[i].key === other[j].key) {
      const last = pairs.at(-1) || [-1, -1];
      if (one[i].at > last[0] && other[j].at > last[1]) pairs.push([one[i].at, other[j].at]);
      i++; j++;
    } else if (best[i + 1][j] >= best[i][j + 1]) i++;
    else j++;
  }
  return pairs;
}

/* The place of any step, also of one that has no column of its own. */
function placeOf(at, step) {
  const { steps, slots } = at;
  let low = 0, high = steps.length - 1;
  if (step >= steps[high]) return slots[high];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle] <= step) low = middle; else high = middle - 1;
  }
  if (steps[low] === step || low + 1 >= steps.length) return slots[low];
  if (step < steps[low]) return slots[low];
  return slots[low] + (slots[low + 1] - slots[low]) * (step - steps[low]) / (steps[low + 1] - steps[low]);
}
