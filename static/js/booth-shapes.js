/* Rectangles turned about their middle, in centimetres: what the editor of a hall reckons with.
   gernas/booths/geometry.py says in the end what overlaps; this tells it while one draws. */

export const TOLERANCE = 2;

export function middle(one) {
  return [one.x_cm + one.width_cm / 2, one.y_cm + one.depth_cm / 2];
}

export function turned(x, y, degrees) {
  const angle = (degrees * Math.PI) / 180;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}

export function corners(one) {
  const [mx, my] = middle(one);
  const across = one.width_cm / 2;
  const down = one.depth_cm / 2;
  return [[-across, -down], [across, -down], [across, down], [-across, down]].map(([x, y]) => {
    const [dx, dy] = turned(x, y, one.turn);
    return [mx + dx, my + dy];
  });
}

export function bounds(one) {
  const points = corners(one);
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

export function boundsOf(items) {
  const all = items.map(bounds);
  return {
    left: Math.min(...all.map((one) => one.left)),
    top: Math.min(...all.map((one) => one.top)),
    right: Math.max(...all.map((one) => one.right)),
    bottom: Math.max(...all.map((one) => one.bottom)),
  };
}

export function overlap(one, other) {
  for (const [first, second] of [[one, other], [other, one]]) {
    for (const degrees of [first.turn, first.turn + 90]) {
      const [ax, ay] = turned(1, 0, degrees);
      const a = corners(first).map(([x, y]) => x * ax + y * ay);
      const b = corners(second).map(([x, y]) => x * ax + y * ay);
      if (Math.max(...a) - TOLERANCE <= Math.min(...b)) return false;
      if (Math.max(...b) - TOLERANCE <= Math.min(...a)) return false;
    }
  }
  return true;
}

/* The keys of booths that overlap something or stand outside. */
export function findWrong(items, hall) {
  const wrong = new Set();
  const solid = items.filter((one) => one.kind !== "gate");
  const boxes = solid.map(bounds);
  solid.forEach((one, index) => {
    const box = boxes[index];
    const outside = box.left < -TOLERANCE || box.top < -TOLERANCE
      || box.right > hall.width_cm + TOLERANCE || box.bottom > hall.depth_cm + TOLERANCE;
    if (outside && one.kind !== "wall") wrong.add(one.key);
    for (let next = index + 1; next < solid.length; next += 1) {
      const other = boxes[next];
      if (other.left >= box.right || other.right <= box.left) continue;
      if (other.top >= box.bottom || other.bottom <= box.top) continue;
      if (one.type !== "booth" && solid[next].type !== "booth") continue;
      if (overlap(one, solid[next])) {
        wrong.add(one.key);
        wrong.add(solid[next].key);
      }
    }
  });
  return wrong;
}

export function snap(value, grid) {
  return Math.round(value / grid) * grid;
}

/* How far a moved box must go on, so that an edge meets the edge of something else, or the grid. */
export function snapBox(box, others, { grid, reach }) {
  const lines = { x: [], y: [] };
  for (const other of others) {
    lines.x.push(other.left, other.right);
    lines.y.push(other.top, other.bottom);
  }
  const go = (edges, near, first) => {
    let best = null;
    for (const edge of edges) {
      for (const line of near) {
        const away = line - edge;
        if (Math.abs(away) <= reach && (best === null || Math.abs(away) < Math.abs(best.by))) {
          best = { by: away, line };
        }
      }
    }
    return best ?? { by: snap(first, grid) - first, line: null };
  };
  const x = go([box.left, box.right], lines.x, box.left);
  const y = go([box.top, box.bottom], lines.y, box.top);
  return { dx: x.by, dy: y.by, lineX: x.line, lineY: y.line };
}

/* Things in rows from the top, each row from the left: the order in which they are numbered. */
export function inRows(items) {
  const left = [...items].sort((one, other) => middle(one)[1] - middle(other)[1]);
  const rows = [];
  for (const one of left) {
    const row = rows.at(-1);
    const reach = Math.min(one.width_cm, one.depth_cm) / 2;
    if (row && Math.abs(middle(row[0])[1] - middle(one)[1]) < reach) row.push(one);
    else rows.push([one]);
  }
  for (const row of rows) row.sort((one, other) => middle(one)[0] - middle(other)[0]);
  return rows;
}
