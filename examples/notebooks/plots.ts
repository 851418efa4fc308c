/**
 * Plots for notebooks: Vega-Lite specifications that display themselves.
 *
 * @module
 */

/** A row of data. */
export type Row = Readonly<Record<string, number | string>>;

/** What one layer of a plot shows. */
export interface Layer {
  /** The data. */
  readonly rows: readonly Row[];
  /** `"point"`, `"line"`, `"area"`, `"rect"`, `"rule"` ... */
  readonly mark: string;
  /** The column along x. */
  readonly x: string;
  /** The column along y. */
  readonly y: string;
  /** The column that colours. */
  readonly colour?: string;
  /** The columns where marks end, for rules and areas. */
  readonly to?: { readonly x?: string; readonly y?: string };
  /** More properties of the mark. */
  readonly style?: Readonly<Record<string, unknown>>;
}

/** A plot that notebooks display. */
export class Plot {
  /** The specification. */
  readonly spec: Readonly<Record<string, unknown>>;

  /**
   * @param title what stands above
   * @param layers what is drawn, the first one at the back
   */
  constructor(title: string, layers: readonly Layer[]) {
    this.spec = {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      title,
      width: 420,
      height: 300,
      layer: layers.map(layerOf),
    };
  }

  static {
    // Declared here, as computed names have no place in isolated declarations.
    Object.defineProperty(this.prototype, Symbol.for("Jupyter.display"), {
      value(this: Plot) {
        return {
          "application/vnd.vegalite.v5+json": this.spec,
          "text/plain": `Plot: ${this.spec.title}`,
        };
      },
    });
  }
}

function layerOf({ rows, mark, x, y, colour, to, style }: Layer): unknown {
  const axis = (field: string) => ({
    field,
    type: typeof rows[0]?.[field] === "string" ? "nominal" : "quantitative",
    scale: { zero: false },
  });
  return {
    data: { values: rows },
    mark: { type: mark, ...style },
    encoding: {
      x: axis(x),
      y: axis(y),
      ...(to?.x && { x2: { field: to.x } }),
      ...(to?.y && { y2: { field: to.y } }),
      ...(colour && {
        color: {
          field: colour,
          type: typeof rows[0]?.[colour] === "string"
            ? "nominal"
            : "quantitative",
        },
      }),
    },
  };
}

/** Rows from columns of the same length. */
export function rows(
  columns: Readonly<Record<string, ArrayLike<number | string>>>,
): Row[] {
  const names = Object.keys(columns);
  const length = names.length === 0 ? 0 : columns[names[0]].length;
  return Array.from(
    { length },
    (_, k) => Object.fromEntries(names.map((n) => [n, columns[n][k]])),
  );
}

/** Rows `x0`, `x1` ... from points of shape `(N, D)`, row by row. */
export function pointRows(
  data: ArrayLike<number>,
  dim: number,
  more: Readonly<Record<string, ArrayLike<number | string>>> = {},
): Row[] {
  const columns: Record<string, ArrayLike<number | string>> = { ...more };
  for (let d = 0; d < dim; d++) {
    columns[`x${d}`] = Array.from(
      { length: data.length / dim },
      (_, k) => data[k * dim + d],
    );
  }
  return rows(columns);
}
