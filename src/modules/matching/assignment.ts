/**
 * Best one-to-one assignment with the choice of leaving anything unmatched.
 *
 * `gain[row][column]` is what a pair is worth; null forbids it. `alone[row]` is what a row is worth without a column, 0 if
 * not given. The assignment with the largest total gain is found by the Hungarian method (Kuhn 1955, in the O(n³) form
 * with potentials) on the matrix padded with one private "unmatched" column per row.
 */
export interface Assignment {
  /** For each row its column, or null where it stays unmatched. */
  columnOf: (number | null)[];
  totalGain: number;
}

const FORBIDDEN = -1e9;

export function assign(gain: (number | null)[][], columns: number, alone: number[] = []): Assignment {
  const rows = gain.length;
  if (rows === 0) return { columnOf: [], totalGain: 0 };
  const width = columns + rows;
  const cost = (row: number, column: number): number => {
    if (column >= columns) return column - columns === row ? -(alone[row] ?? 0) : -FORBIDDEN;
    return -(gain[row]![column] ?? FORBIDDEN);
  };

  // 1-based arrays; rowAt[0] is the row being placed.
  const rowPotential = new Array<number>(rows + 1).fill(0);
  const columnPotential = new Array<number>(width + 1).fill(0);
  const rowAt = new Array<number>(width + 1).fill(0);
  const previous = new Array<number>(width + 1).fill(0);
  for (let row = 1; row <= rows; row++) {
    rowAt[0] = row;
    let column = 0;
    const slack = new Array<number>(width + 1).fill(Infinity);
    const visited = new Array<boolean>(width + 1).fill(false);
    do {
      visited[column] = true;
      const current = rowAt[column]!;
      let delta = Infinity;
      let next = 0;
      for (let candidate = 1; candidate <= width; candidate++) {
        if (visited[candidate]) continue;
        const reduced = cost(current - 1, candidate - 1) - rowPotential[current]! - columnPotential[candidate]!;
        if (reduced < slack[candidate]!) {
          slack[candidate] = reduced;
          previous[candidate] = column;
        }
        if (slack[candidate]! < delta) {
          delta = slack[candidate]!;
          next = candidate;
        }
      }
      for (let candidate = 0; candidate <= width; candidate++) {
        if (visited[candidate]) {
          rowPotential[rowAt[candidate]!]! += delta;
          columnPotential[candidate]! -= delta;
        } else {
          slack[candidate]! -= delta;
        }
      }
      column = next;
    } while (rowAt[column] !== 0);
    while (column !== 0) {
      rowAt[column] = rowAt[previous[column]!]!;
      column = previous[column]!;
    }
  }

  const columnOf = new Array<number | null>(rows).fill(null);
  for (let column = 1; column <= columns; column++) {
    const row = rowAt[column]! - 1;
    if (row >= 0 && gain[row]![column - 1] != null) columnOf[row] = column - 1;
  }
  const totalGain = columnOf.reduce<number>(
    (sum, column, row) => sum + (column === null ? (alone[row] ?? 0) : gain[row]![column]!),
    0,
  );
  return { columnOf, totalGain };
}
