/**
 * A block of lines at the end of a terminal that is drawn again in place.
 *
 * The rule: one write a frame, and no line ever wraps: the cursor rests on the empty line below the
 * block, so that what a person types there (^C) is wiped away by the next frame.
 *
 * @module
 */
import { cutLine, lineWidth, paintLine, type StyledLine } from "./styled_line.ts";

/** A terminal that is written to. */
export interface TerminalOutput {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly rows: () => number;
  readonly color: boolean;
}

/** The block. */
export interface LiveScreen {
  /** Shows these lines instead of the former ones; those that do not fit are left out at the end. */
  draw(lines: readonly StyledLine[]): void;
  /** Takes the block away while `print` writes lines that stay, and shows it again below them. */
  above(print: () => void): void;
  /** Takes the block away. */
  clear(): void;
}

const ERASE_TO_END_OF_LINE = "\u001b[K";
const ERASE_BELOW = "\u001b[J";

function up(rows: number): string {
  return rows === 0 ? "" : `\u001b[${rows}A`;
}

/** Line by line: what is erased from the first row on at once, some terminals keep in their history. */
function erase(rows: number): string {
  return `\r${up(rows)}${`${ERASE_TO_END_OF_LINE}\n`.repeat(rows)}${ERASE_BELOW}${up(rows)}`;
}

/** Makes a block, which is empty at first. */
export function createLiveScreen({ write, columns, rows, color }: TerminalOutput): LiveScreen {
  let shown: readonly StyledLine[] = [];
  let width = 0;
  /** The rows that the block takes. A narrower terminal has broken its lines meanwhile. */
  const countRows = (now: number): number =>
    shown.reduce(
      (sum, line) => sum + Math.max(1, now < width ? Math.ceil(lineWidth(line) / now) : 1),
      0,
    );
  const draw = (lines: readonly StyledLine[]): void => {
    if (lines.length === 0 && shown.length === 0) return;
    const now = Math.max(2, columns());
    const taken = countRows(now);
    const isRewritten = lines.length > 0 && now === width;
    const cut = lines.slice(0, Math.max(1, rows() - 1)).map((line) => cutLine(line, now - 1));
    const text = cut.map((line) => `${paintLine(line, color)}${ERASE_TO_END_OF_LINE}\n`);
    const start = isRewritten ? `\r${up(taken)}` : erase(taken);
    write(start + text.join("") + (cut.length > 0 ? ERASE_BELOW : ""));
    shown = cut;
    width = now;
  };
  return {
    draw,
    above(print) {
      const lines = shown;
      draw([]);
      print();
      draw(lines);
    },
    clear: () => draw([]),
  };
}
