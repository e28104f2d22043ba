// A round brush over the cells of a layer.

/** Cover what a brush meets on its way between two points: alpha 0 to 255 for each cell, the highest that it had.
 * Points and the radius are parts of the picture's side. A cell at the border is covered in part, and the one under the
 * brush always in full, however small the brush is. */
export function sweep(cells, [rows, columns], from, to, radius) {
  const cell = 1 / Math.max(rows, columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = { x: (column + 0.5) / columns, y: (row + 0.5) / rows };
      const covered = Math.min(Math.max((radius - distance(at, from, to)) / cell + 0.5, 0), 1);
      const place = row * columns + column;
      cells[place] = Math.max(cells[place], Math.round(255 * covered));
    }
  }
  const inside = (part, count) => Math.min(Math.max(Math.floor(part * count), 0), count - 1);
  cells[inside(to.y, rows) * columns + inside(to.x, columns)] = 255;
}

/** From a point to the nearest one between two others. */
function distance(point, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(Math.max(((point.x - from.x) * dx + (point.y - from.y) * dy) / length, 0), 1) : 0;
  return Math.hypot(point.x - from.x - along * dx, point.y - from.y - along * dy);
}
