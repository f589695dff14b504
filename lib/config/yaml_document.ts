/**
 * Reads YAML into plain nodes that know their place.
 *
 * The rule: only here is the YAML library known. Anchors, aliases and merge keys (`<<`) are
 * resolved, so that nobody else has to know of them.
 *
 * @module
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { Place } from "./problem_list.ts";
import {
  joinPath,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
  type YamlPosition,
  type YamlScalar,
} from "./yaml_node.ts";
import { type Advice, describeSyntaxError } from "./yaml_syntax_error.ts";

/** A problem of the YAML itself. */
export interface YamlProblem extends Advice {
  readonly place: Place;
}

/** What a file holds; no root where it is empty or is not YAML. */
export interface YamlDocument {
  readonly root?: YamlNode;
  readonly problems: readonly YamlProblem[];
}

/** Reads the first and only document of `text`. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, ""), {
    lineCounter: lines,
    prettyErrors: false,
    schema: "core",
    uniqueKeys: false,
  });
  const [first, second] = documents as readonly Document.Parsed[];
  if (first === undefined) return { problems: [] };
  const converter = new Converter(first, lines);
  converter.reportSyntax();
  if (second !== undefined) converter.reportSecond(second);
  const { problems } = converter;
  if (problems.length > 0 || isNothing(first.contents)) return { problems };
  return { root: converter.convert(first.contents, ""), problems };
}

function isNothing(node: Node | null): node is null {
  return node === null || (isScalar(node) && node.value === null);
}

/** Turns the library's nodes into ours; a node behind several aliases is converted once. */
class Converter {
  readonly problems: YamlProblem[] = [];
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #done = new Map<Node, YamlNode>();
  readonly #open = new Set<Node>();

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  /** One problem a line: what else the library says of it follows from the first. */
  reportSyntax(): void {
    const seen = new Set<number>();
    for (const error of [...this.#document.errors, ...this.#document.warnings]) {
      const position = this.#position(error.pos[0]);
      if (seen.has(position.line)) continue;
      seen.add(position.line);
      this.#report("", position, describeSyntaxError(error.code));
    }
  }

  reportSecond(document: Document.Parsed): void {
    this.#report("", this.#position(document.range[0]), {
      message: "a second document begins here",
      fix: 'write one project a file, without a line "---" between',
    });
  }

  convert(node: Node, path: string): YamlNode {
    const known = this.#done.get(node);
    if (known !== undefined) return known;
    if (this.#open.has(node)) {
      const position = this.#positionOf(node);
      this.#report(path, position, { message: "contains itself, by an alias" });
      return nothingAt(position);
    }
    this.#open.add(node);
    const converted = this.#convertNew(node, path);
    this.#open.delete(node);
    this.#done.set(node, converted);
    return converted;
  }

  #convertNew(node: Node, path: string): YamlNode {
    const position = this.#positionOf(node);
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target !== undefined) return this.convert(target, path);
      const fix = `mark a value further up with &${node.source}`;
      this.#report(path, position, { message: `unknown alias *${node.source}`, fix });
      return nothingAt(position);
    }
    if (isMap(node)) return this.#convertMap(node, path);
    if (isSeq(node)) {
      const items = node.items as readonly Node[];
      const converted = items.map((item, index) => this.convert(item, `${path}[${index}]`));
      return { kind: "list", items: converted, ...position };
    }
    return scalarOf(node as Scalar, position);
  }

  #convertMap(node: YAMLMap, path: string): YamlMap {
    const own = new Map<string, YamlEntry>();
    const merged: YamlEntry[] = [];
    for (const { key, value } of node.items as readonly Pair<Node, Node | null>[]) {
      const position = this.#positionOf(key);
      if (!isScalar(key)) {
        this.#report(path, position, { message: "a key must be a text" });
        continue;
      }
      const name = scalarOf(key, position).source;
      const keyPath = joinPath(path, name);
      const former = own.get(name);
      if (former !== undefined) {
        const message = `this key is there twice; the first is in line ${former.position.line}`;
        this.#report(keyPath, position, { message, fix: "keep one of them" });
        continue;
      }
      const converted = value === null ? nothingAt(position) : this.convert(value, keyPath);
      if (name === "<<" && key.type === "PLAIN") merged.push(...this.#merge(converted, keyPath));
      else own.set(name, { key: name, position, value: converted });
    }
    for (const entry of merged) if (!own.has(entry.key)) own.set(entry.key, entry);
    return { kind: "map", entries: [...own.values()], ...this.#positionOf(node) };
  }

  /** What `<<` brings in: of several maps the first that has a key counts. */
  #merge(value: YamlNode, path: string): readonly YamlEntry[] {
    const maps = value.kind === "list" ? value.items : [value];
    return maps.flatMap((map) => {
      if (map.kind === "map") return map.entries;
      const fix = "write <<: *name, with the name of a map";
      this.#report(path, map, { message: "expected a map to merge", fix });
      return [];
    });
  }

  #report(path: string, { line, column }: YamlPosition, advice: Advice): void {
    this.problems.push({ place: { path, line, column }, ...advice });
  }

  #positionOf(node: Node): YamlPosition {
    return this.#position(node.range?.[0] ?? 0);
  }

  #position(offset: number): YamlPosition {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function scalarOf(node: Scalar, position: YamlPosition): YamlScalar {
  const value = node.value as YamlScalar["value"];
  const source = typeof value === "string" ? value : node.source ?? String(value);
  return { kind: "scalar", value, source, ...position };
}

function nothingAt({ line, column }: YamlPosition): YamlScalar {
  return { kind: "scalar", value: null, source: "", line, column };
}
